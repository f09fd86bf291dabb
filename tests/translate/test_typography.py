"""Dashes, ellipses and quotation marks of a translation, without any model."""

import string

import pytest

from pipeline.translate.engine.masking import masked
from pipeline.translate.engine.typography import marks, quotation_marks
from pipeline.translate.text.edits import edited
from pipeline.translate.text.kept import ADDRESS, KEPT


def knows(text: str) -> bool:
    """A vocabulary of ASCII and of what tokenisers take for ASCII."""
    return set(text) <= set(string.printable) | set("…™é𝑥")


def written(segment: str, translation: str, language: str = "pt") -> str:
    edits = sorted(marks(segment, translation, language), key=lambda one: one.start)
    return edited(translation, edits).text


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("The man—who lost—left", "The man - who lost - left"),
        ("The man--who lost--left", "The man - who lost - left"),
        ("In 1914—1918 and 5—6", "In 1914-1918 and 5-6"),
        ("The Anglo–French pact", "The Anglo-French pact"),
        ("“No”—he said", '"No" - he said'),
        ("yes… no... maybe…", "yes ... no ... maybe…"),
        ("The Acme™ box", "The N1 box"),
        ("The tower² and Jones† left", "The tower N1 and Jones N2 left"),
        ("10 km² of land", "10 N1 of land"),
        ("Is 𝑥 so?", "Is N1 so?"),
        ("Ask @anna@example.social or @b.c@d.example!", "Ask N1 or N2!"),
        ("\U000f0000 is there", "N1 is there"),
    ],
)
def test_what_the_model_gets(text: str, given: str) -> None:
    one = masked(text, knows)
    assert one.text == given
    assert one.restored(given) is not None


@pytest.mark.parametrize(
    ("text", "said", "expected"),
    [
        ("The man—who lost—left", "O homem - que perdeu - saiu", "O homem — que perdeu — saiu"),
        ("The man--who lost", "O homem - que perdeu", "O homem — que perdeu"),
        ("The man—who lost—left", "O homem que perdeu saiu", "O homem que perdeu saiu"),
        ("yes… no…", "sim... não...", "sim… não…"),
        ("yes... no...", "sim... não...", "sim... não..."),
        ("The tower² is old", "A torre N1 é velha", "A torre² é velha"),
    ],
)
def test_dashes_ellipses_and_note_marks_are_the_segments(text, said, expected) -> None:
    back = masked(text, knows).restored(said, "pt")
    assert back is not None
    assert back.text == expected


@pytest.mark.parametrize(
    ("segment", "said", "language", "expected"),
    [
        ("“Go ‘away’,” she said", "\"Vá 'embora'\", disse", "pt", "“Vá ‘embora’”, disse"),
        ("“Go ‘away’,” she said", "\"Geh 'weg'\", sagte sie", "de", "„Geh ‚weg‘“, sagte sie"),
        ("“Go”", '"Va"', "fr", "«\u00a0Va\u00a0»"),
        ("‘Go’, she said", "'Vá', disse", "pt", "“Vá”, disse"),
        ("“Go”", '"去"', "zh", "“去”"),
        ("“Go”", '"行け"', "ja", "「行け」"),
        ('"Go"', '"Vá"', "de", '"Vá"'),
        ("“It rained.", '"Choveu.', "de", "„Choveu."),
        ("It stopped.”", 'Parou."', "de", "Parou.“"),
        ("“Go”", "“Vá”", "sv", "”Vá”"),
        ("“a” and “b”", '"a"', "ru", "«a»"),  # one was lost: what is there is in pairs
        ("“a”", 'a"', "ru", 'a"'),
        ("the dogs’ “bed”", "a cama 'dos cães", "ru", "a cama 'dos cães"),
        ("«a “b” c»", '"a "b" c"', "pt", "“a ‘b’ c”"),
    ],
)
def test_quotation_marks_are_the_targets(segment, said, language, expected) -> None:
    assert written(segment, said, language) == expected


def test_apostrophes_are_no_quotation_marks() -> None:
    assert quotation_marks("it’s the dogs' bed of the '90s, don't") == []
    assert [one.depth for one in quotation_marks("“a ‘b’ c” d")] == [0, 1, 1, 0]


def test_accounts_of_federated_networks_are_addresses() -> None:
    assert ADDRESS.findall("by @anna@example.social, a@b.example") == [
        "@anna@example.social",
        "a@b.example",
    ]
    assert KEPT.findall("by @anna, not anna") == ["@anna"]


@pytest.mark.parametrize(
    ("segment", "said", "expected"),
    [
        ('She said "no" and left', "Disse «não» e saiu", 'Disse "não" e saiu'),
        ('She "said" and "left"', "Ela “disse” e saiu", 'Ela "disse" e saiu'),
        ("They 'said' and 'left'", "Eles ‘disseram’ e saíram", "Eles 'disseram' e saíram"),
        ("They left", "Eles “saíram”", "Eles “saíram”"),
    ],
)
def test_a_segment_with_straight_marks_gets_no_others(segment, said, expected) -> None:
    assert written(segment, said) == expected
