"""Addresses, domains and accounts are found in a text, and pass through a translation."""

import pytest

from pipeline.translate.text.kept import KEPT, addresses, blanked, may_have_kept
from pipeline.translate.text.spans import STAND_INS
from tests.translate.wordwise import word_by_word


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("see vimeo.com, bbc.co.uk. and Booking.com's page", "vimeo.com bbc.co.uk Booking.com"),
        (
            '(example.org) "sub.example.net" vimeo.com-based',
            "example.org sub.example.net vimeo.com",
        ),
        ("münchen.de/weg?x=1, example.com/a/b. Then", "münchen.de/weg?x=1 example.com/a/b"),
        ("请访问vimeo.com网站。", "vimeo.com"),
        (
            "@user@host, @user@example.net, a.b@example.org",
            "@user@host @user@example.net a.b@example.org",
        ),
        ("john.doe@example.com", "john.doe@example.com"),
        ("news24.com and 7-zip.org", "news24.com 7-zip.org"),
    ],
)
def test_what_is_an_address(text: str, found: str) -> None:
    assert addresses(text) == found.split()


@pytest.mark.parametrize(
    "text",
    [
        "It was the end.The next day",
        "e.g. this, i.e. that, at 10.30am or 7 p.m. to 9",
        "z.B. das, d.h. etwas, o.ä.",
        "the U.S. and the U.S.S.R. in St.Louis",
        "wait..is it... ok",
        "grew by 1.5m, 2.25bn and 3.pc",
        "v2.0 and 10.am",
    ],
)
def test_what_is_none(text: str) -> None:
    assert addresses(text) == []


@pytest.mark.parametrize(
    "text", ["a-" * 50_000, "aa." * 30_000, "1-" * 50_000 + ".com", "a@" * 50_000]
)
def test_long_lines_end_soon(text: str) -> None:
    assert all(one in text for one in addresses(text))


@pytest.mark.parametrize("address", ["vimeo.com", "bbc.co.uk", "@user@host", "x.y@example.org"])
def test_models_do_not_see_them(tmp_path, address: str) -> None:
    here = word_by_word(tmp_path)
    asked = here._engine.load(here.models.installed()[0]).tokeniser.asked
    [out] = here.html([f"<p>The videos are on {address} <a>and {address}</a> now.</p>"], "en", "pt")
    assert out.count(address) == 2
    assert asked and not any(address in one for one in asked)


@pytest.mark.parametrize("around", ["It says {} here", "Ela diz {} até amanhã", "他说{}。"])
@pytest.mark.parametrize(
    "kept",
    [
        "https://example.org/a",
        "www.example.org",
        "example.org",
        "ana@example.org",
        "@ana@example.social",
        "@ana",
        "#porto",
        "\N{RIGHTWARDS ARROW}",
        "\N{BLACK SUN WITH RAYS}\N{VARIATION SELECTOR-16}",
        "\N{GRINNING FACE}",
        "\N{REGIONAL INDICATOR SYMBOL LETTER P}\N{REGIONAL INDICATOR SYMBOL LETTER T}",
        chr(STAND_INS[0]),
        chr(STAND_INS[-1]),
    ],
)
def test_what_is_kept_is_found_beside_letters_of_any_script(kept: str, around: str) -> None:
    text = around.format(f" {kept} ")
    assert KEPT.search(text)[0] == kept
    assert may_have_kept(text) and blanked(text) == text.replace(kept, " " * len(kept))


def test_words_with_accents_are_not_searched_for_it() -> None:
    assert not may_have_kept("“Não”, disse ela… a ação custará €5 — às 10h")
