"""Headlines in capitals are translated as such, whatever stands in them in small letters."""

import pytest

from pipeline.translate.engine.casing import calmed
from pipeline.translate.text.capitals import in_capitals, raised


@pytest.mark.parametrize(
    ("text", "calm"),
    [
        ("LUCRO DE R$ 45 MIL NO 1º TRIMESTRE", "Lucro de r$ 45 mil no 1º trimestre"),
        ("STORM DUMPS 30mm ON LEEDS", "Storm dumps 30mm on leeds"),
        ("THE 1980s ARE BACK AGAIN", "The 1980s are back again"),
        ("FOLLOW @BBCNews FOR MORE", "Follow @BBCNews for more"),
        ("VISIT bbc.co.uk/news FOR MORE", "Visit bbc.co.uk/news for more"),
        ("БУРЯ УБИЛА 12 ЧЕЛОВЕК", "Буря убила 12 человек"),
    ],
)
def test_a_line_in_capitals_is_known_and_gets_them_back(text: str, calm: str) -> None:
    assert in_capitals(text)
    assert calmed(text) == calm
    assert raised(calm) == text


@pytest.mark.parametrize(
    "text", ["STORM hits LEEDS", "Storm hits Leeds", "NATO is in Brussels", "暴风雨", "12 %", ""]
)
def test_another_line_is_not(text: str) -> None:
    assert not in_capitals(text)
    assert calmed(text) == text


def test_units_and_words_with_digits_keep_their_letters() -> None:
    assert raised("d'água e 30mm, ab12 e o 1st") == "D'ÁGUA E 30mm, ab12 E O 1st"
