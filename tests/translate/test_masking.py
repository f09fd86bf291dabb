"""What a model does not know is not lost: addresses, handles, emoji, money, marks and letters."""

import re
import string

import pytest

from pipeline.translate.engine.faults import faults
from pipeline.translate.engine.masking import WAYS, masked
from tests.translate.recorded import RecordedTranslator

KNOWN = set(string.printable) - set("@#<\\^~`{}") | set("áéíóúãõçâêô…“”‘’°")


def knows(text: str) -> bool:
    return set(text) <= KNOWN


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("Nothing to hide (at all), 5% of it.", "Nothing to hide (at all), 5% of it."),
        ("See https://a.example/x_y?z=1#k.", "See N1."),
        ("Ask a.b@c.example or @NASA_x!", "Ask N1 or N2!"),
        ("It is #Hot today 🎉🎉", "It is N1 today"),
        ("• The first", "The first"),
        ("— The second", "The second"),
        ("-5 degrees", "-5 degrees"),
        ("21) The last one", "The last one"),
        ("(3) • The third", "The third"),
        ("2012) was not it", "2012) was not it"),
        ("It said so.[57][58]", "It said so."),
        ("It said [57] so", "It said [57] so"),
        ("[57]", "[57]"),
        ("1 – 2", "1 - 2"),
        ("The bridge — closed — opens", "The bridge - closed - opens"),
        ("Zoë met Łukasz", "Zoe met Lukasz"),
        ("He said «no» to 中国", 'He said "no" to N1'),
        ("It costs £1,250.50.", "It costs $1,250.50."),
        ("E=mc² and 14½–13½", "N1 and N2"),
        ("He said ‘not now’ and don’t", 'He said "not now" and don\'t'),
        ("A plan N1 of @x", "A plan N1 of NN1"),
        ("", ""),
    ],
)
def test_the_model_gets_words_it_knows_and_gives_all_back(text, given):
    one = masked(text, knows)
    assert one.text == given
    back = one.restored(given)
    assert back is not None
    assert back.text == text.replace("’t", "'t")


def test_an_ordinal_number_loses_its_point_and_a_degree_has_its_sign():
    def given(text: str) -> str:
        return masked(text, lambda _: True).text

    assert given("O artigo 5.º, n.º 2, e a 20.ª.") == "O artigo 5º, nº 2, e a 20ª."
    assert given("Faz 39,7 ºC, 15ºC ou 30º C.") == "Faz 39,7 °C, 15°C ou 30° C."
    assert given("O 3º Cabo do 3º C, 4º Câmara.") == "O 3º Cabo do 3º C, 4º Câmara."


@pytest.mark.parametrize("sign", ["▬", "😀", "🏻", "★ ", "—", "[1]", " [1]"])
def test_a_row_of_signs_takes_no_time(sign):
    row = sign * 500
    for text in (f"Watch {row} now", f"Watch {row}x", f"{row}x", f"Watch {row}"):
        assert masked(text, knows).segment == text


def test_what_is_lost_or_twice_there_is_told_and_money_has_a_second_way():
    one = masked("Ask @x or @y", knows)
    assert one.restored("Pergunte a N1") is None
    assert one.restored("Pergunte a N1, N1 ou N2") is None
    assert one.restored("N2 ou N1?").text == "@y ou @x?"  # type: ignore[union-attr]
    paid = masked("He paid £1,250.50 now", knows)
    assert paid.restored("Pagou US$ 1.250,50 já").text == "Pagou £1.250,50 já"  # type: ignore[union-attr]
    assert paid.restored("Pagou 1.250 dólares") is None
    assert masked("He paid £1,250.50 now", knows, WAYS[1]).text == "He paid Z1 now"
    assert masked("He paid £5 @x", knows, "").text == "He paid £5 @x"


def test_what_has_no_words_but_these_needs_no_model(recorded: RecordedTranslator):
    for text in ("@one #two https://a.example/b", "🎉 #party", "a.b@c.example"):
        assert recorded.texts([text], "en", "pt") == [text]
        assert faults(text, text, ("en", "pt")) == ()


KEPT = [
    "Read more at https://example.org/news/2024/a_long-path?id=12&x=y#top before Friday.",
    "Write to press_office@example.co.uk or call +44 20 7946 0958.",
    "Follow @NASA_Watch and use the hashtag #ClimateAction2030 today.",
    "We won 🎉🎉 the cup again! 😀",
    "👨‍👩‍👧‍👦 Families were there 🇧🇷.",
    "The variable max_input_length and the file snake_case_name.py are wrong.",
    "It was 35°C (95°F) in the shade, with winds of 120 km/h.",
    "The ferry costs £7 and €12 on Sundays.",
    "The owner – Zoë – met Mr Łukasz at 17:30.",
    "C++ and C# are languages, as is .NET.",
    "The score was 14½–13½ on 2024-05-06.",
    "© 2024 Example Ltd. All rights reserved.",
    "10 × 5 = 50 ± 2 is the sum.",
    "“It is over,” she said.",
    "(The council met on Tuesday.)",
    "[Photo: The bridge at night]",
    "• The first point",
    "— The sixth point",
    "1. The fourth point",
    "The bridge — closed since 2019 — will reopen.",
]
_ATOM = re.compile(
    r"https?://\S+|\S+@\S+\.\w+|[@#]\w+|\+?\d[\d :/-]*\d|\w+_\w+(?:\.py)?|[£€]\d+|[A-Z][#+]+|"
    "[–—•©×±½°“”()\\[\\]\U0001f1e6-\U0001faff]|Zoë|Łukasz"
)


@pytest.mark.parametrize("text", KEPT)
def test_signs_and_numbers_come_through_the_model_in_their_order(
    recorded: RecordedTranslator, text
):
    [out] = recorded.texts([text], "en", "pt")
    assert sorted(_ATOM.findall(out)) == sorted(_ATOM.findall(text))
    assert out != text


def test_spans_on_what_was_taken_out_are_back_on_it(recorded: RecordedTranslator):
    html = (
        "<p>Follow <a href='/n'>@NASA</a> and the <b>#Climate</b> news — in <i>£5</i> papers.</p>"
    )
    [out] = recorded.html([html], "en", "pt")
    assert "<a href='/n'>@NASA</a>" in out
    assert "<b>#Climate</b>" in out
    assert " — " in out
