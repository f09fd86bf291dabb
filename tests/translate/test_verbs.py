"""A glossary's noun does not replace a verb, and says so."""

from itertools import pairwise

import pytest

from pipeline.article import Article, Translation
from pipeline.options import Term
from pipeline.translate.glossary import Glossary
from pipeline.translate.verbs import is_cued, is_verb, probes
from tests.translate.wordwise import WordByWord, translated, word_by_word

NOUN, VERB = ("o treino", "os treinos"), ("para treinar", "para treiná-lo")


@pytest.mark.parametrize(
    ("written", "wanted", "is_one"),
    [
        ("treinam", "comboio", True),
        ("treinando", "comboio", True),
        ("treino", "comboio", False),
        ("treinos", "comboio", False),
        ("trem", "comboio", False),
        ("treinador", "comboio", True),  # nearer to the verb: it is told, not replaced
        ("treinar", "formar", False),  # a verb for a verb
        ("", "comboio", False),
    ],
)
def test_what_the_model_wrote_shows_a_verb(written: str, wanted: str, is_one: bool) -> None:
    assert is_verb(written, wanted, *NOUN, *VERB) is is_one


@pytest.mark.parametrize(
    ("segment", "is_one"),
    [
        ("They train hard", True),
        ("He could not really train", True),
        ("They don’t train", True),
        ("They saw the train", False),
        ("Train", False),
        ("To the north, train 4 left", False),
    ],
)
def test_the_word_before_shows_a_verb(segment: str, is_one: bool) -> None:
    [use] = Glossary([Term(source="train", target="comboio")]).find(segment)
    assert is_cued(segment, use) is is_one


def test_a_term_is_asked_for_as_a_noun_and_as_a_verb() -> None:
    assert (
        probes("trains")
        == probes("train")
        == (
            "the train",
            "the trains",
            "to train",
            "to train it",
            "they train",
        )
    )


class Verbs(WordByWord):
    """A model that translates "train" as a verb where "to" or a plural is before it."""

    def _translated(self, tokens: list[str]):  # type: ignore[no-untyped-def]
        words = self.decode(tokens).split()
        after = {b: a for a, b in pairwise(words)}
        verb = after.get("train") in ("to", "crews")
        self.word = lambda one: "exercitar" if one == "train" and verb else translated(one)
        return super()._translated(tokens)


def test_a_verb_stays_and_the_term_is_in_doubt(tmp_path) -> None:
    glossary = {"pt": [Term(source="train", target="comboio")]}
    here = word_by_word(tmp_path, fake=Verbs(turned=False), glossaries=glossary)
    html = "<p>The new crews train there every single day.</p><p>The old train was late again.</p>"
    page = Article(url="https://e.org/1", title="It rains.", html=html, text="", language="en")
    verb, noun = here.explain(page, "pt")[1:]
    assert "exercitar" in verb.translation
    assert "comboio" not in verb.translation
    assert verb.verdict.left == ("term",)
    assert "comboio" in noun.translation
    assert noun.verdict.left == ()
    [(_, done)] = here.translate([page], "pt")
    assert isinstance(done, Translation)
    assert (done.doubts, done.failed) == (1, 0)
