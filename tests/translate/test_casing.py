"""Capitals that a model misunderstands, with a vocabulary of a few words."""

import pytest

from pipeline.translate.engine.casing import calmed, steadied

PIECES = {
    **dict.fromkeys(["news", "world", "top", "soup", "who", "it", "the", "won", "hello"], -9.0),
    **dict.fromkeys(["UK", "WHO", "IT", "NATO", "Hello", "iPhone", "Phone", "summit"], -12.0),
}


def score(word: str) -> tuple[float, int]:
    """The log-probability and the number of pieces: a word that is none is in single letters."""
    return (PIECES[word], 1) if word in PIECES else (-8.0 * len(word), len(word))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("WORLD NEWS", "World news"),
        ("NEWS", "News"),
        ("UK NEWS", "UK news"),
        ("TOP SOUP", "Top soup"),
        ("WHO", "WHO"),
        ("NATO", "NATO"),
        ("ZDF", "ZDF"),
        ("World NEWS", "World NEWS"),
        ("THE NATO SUMMIT OF THE WORLD", "The NATO summit of the world"),
        ("", ""),
    ],
)
def test_lines_in_capitals_keep_their_acronyms(text: str, expected: str) -> None:
    assert calmed(text, score) == expected


def test_without_a_vocabulary_short_lines_stay() -> None:
    assert calmed("WORLD NEWS") == "WORLD NEWS"
    assert calmed("THE SUMMIT ENDS") == "The summit ends"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("HEllo there", "Hello there"),
        ("so hellO", "so hello"),
        ("an iPhone and a KBps of TikTok", "an iPhone and a KBps of TikTok"),
    ],
)
def test_slips_of_the_shift_key_are_mended(text: str, expected: str) -> None:
    assert steadied(text, score) == expected
    assert steadied(text, None) == text
