"""A name is written the same way in all sentences of an article."""

from itertools import pairwise

import pytest

from pipeline.article import Article
from pipeline.translate.consistency import spelt_alike, unlike
from tests.translate.wordwise import WordByWord, word_by_word

INVEREWE = {
    "The garden of Inverewe is open.": "O jardim de Inverewe está aberto.",
    "Inverewe has palms.": "Inverewe tem palmeiras.",
    "Visitors like Inverewe's lawns.": "Os visitantes gostam dos relvados de Invere.",
}


def test_a_name_that_is_misspelt_once_is_the_one_of_the_others():
    (changed,) = spelt_alike(INVEREWE, ()).items()
    assert changed == (
        "Visitors like Inverewe's lawns.",
        "Os visitantes gostam dos relvados de Inverewe.",
    )


@pytest.mark.parametrize(
    ("name", "misspelt"),
    [("Xinglongchang", "Xingchang"), ("Kurylenko", "Kurlenko"), ("Nakashima", "Nakshima")],
)
def test_other_names(name, misspelt):
    texts = {f"{verb} {name} there": f"{verb} {name} lá" for verb in ("see", "met", "saw")}
    texts[f"left {name} soon"] = f"deixou {misspelt} logo"
    assert spelt_alike(texts, ()) == {f"left {name} soon": f"deixou {name} logo"}


def test_the_names_of_authors_and_of_the_title_need_no_three_mentions():
    texts = {"see Lovelance": "ver Lovelance", "Lovelance said": "Lovlance disse"}
    assert spelt_alike(texts, ()) == {}
    assert spelt_alike(texts, ("Ada Lovelance",)) == {"Lovelance said": "Lovelance disse"}


@pytest.mark.parametrize(
    "texts",
    [
        # A translation of the name: the model never copies it.
        {f"{n} in Florence": f"{n} em Florença" for n in range(4)},
        # Translated here, and copied there.
        {f"{n} Micronesia": f"{n} Micronesia" for n in range(3)}
        | {"to Micronesia": "à Micronésia"},
        # Inflected, as Slavic and Finnic languages do.
        {"Obama said": "Обама сказал"} | {f"{n} Tusk": f"{n} Tuska" for n in range(4)},
        {"1 Kurylenko": "1 Kurylenko", "2 Kurylenko": "2 Kurylenko", "3 Kurylenko": "3 Kurylenki"},
        # Another person of a name like it, whom the source names as well.
        {f"{n} Johnson": f"{n} Johnson" for n in range(4)}
        | {"Johnson and Johanson": "Johanson e ele"},
        # As often one as the other: nobody knows which is right.
        {"1 Nakashima": "1 Nakashima", "2 Nakashima": "2 Nakshima", "3 x Nakashima": "3 x"},
    ],
)
def test_what_may_be_right_stays(texts):
    assert spelt_alike(texts, ()) == {}


def test_corrections_by_people_stay():
    assert spelt_alike(INVEREWE, (), ["Visitors like Inverewe's lawns."]) == {}


WEST = {
    "Kanye West has a record.": "Kanye West tem um disco.",
    "They say that West sings.": "Dizem que West canta.",
    "A friend of West came.": "Um amigo do Ocidente veio.",
    "It rains in West Virginia.": "Chove na Virgínia Ocidental.",
    "West left.": "West saiu.",
}


def lacking(texts, fixed=()):
    return {one.segment: [one.segment[a:b] for a, b in one.aside] for one in unlike(texts, fixed)}


def test_a_name_that_most_sentences_copy_stands_aside_where_one_translates_it():
    assert lacking(WEST) == {"A friend of West came.": ["West"]}
    assert lacking(WEST, ["A friend of West came."]) == {}


@pytest.mark.parametrize(
    ("texts", "aside"),
    [
        # Translated as often as copied.
        (
            {
                "1 Bergen": "1 Bergen",
                "2 Bergen": "2 Berga",
                "3 Bergen": "3 x",
                "4 Bergen": "4 Bergen",
            },
            [],
        ),
        # Copied in lower case, as the target writes it.
        ({f"{n} Hospital": f"{n} Hospital" for n in range(3)} | {"the Hospital": "o hospital"}, []),
        # The first word of a sentence, which the article has in lower case, too.
        (
            {f"in The Hill {n}": f"em The Hill {n}" for n in range(3)}
            | {"The day of the man": "O dia"},
            [],
        ),
        # The whole name, with its parts that were copied.
        (
            {f"{n} Global Citizen": f"{n} Global Citizen" for n in range(3)}
            | {"see Global Citizen": "vê o cidadão Global"},
            ["Global Citizen"],
        ),
    ],
)
def test_which_names_stand_aside(texts, aside):
    assert [name for row in lacking(texts).values() for name in row] == aside


def english(*paragraphs):
    return Article(
        url="https://example.org/",
        title="",
        text="",
        html="".join(f"<p>{one}</p>" for one in paragraphs),
        language="en",
    )


class Whimsical(WordByWord):
    """Translates the name West behind "of", and copies it elsewhere."""

    def _translated(self, tokens):
        said = super()._translated(tokens)
        pairs = list(pairwise(tokens))
        if ("▁of", "▁West") in pairs:
            said.hypotheses[0][pairs.index(("▁of", "▁West")) + 1] = "▁Oeste"
        return said


def test_an_article_names_somebody_alike_in_all_sentences_and_elements(tmp_path):
    here = word_by_word(tmp_path, fake=Whimsical(turned=False))
    article = english(
        "Kanye West sings.",
        "He says West left.",
        "A <i>friend of <b>West</b></i> came.",
        "West ran.",
    )
    [(_, done)] = here.translate([article], "pt")
    assert "<i>friendo ofo <b>West</b></i> cameo." in done.html
    assert "Oeste" not in done.html
    explained = {one.segment: one.translation for one in here.explain(article, "pt")}
    assert explained["A friend of West came."] == "A friendo ofo West cameo."


def test_a_second_translation_that_lost_another_name_is_not_used(tmp_path):
    class Forgetful(Whimsical):
        def _translated(self, tokens):
            said = super()._translated(tokens)
            if any(token.startswith("▁N") for token in tokens):
                said.hypotheses[0] = [one for one in said.hypotheses[0] if one != "▁Anna"]
            return said

    here = word_by_word(tmp_path, fake=Forgetful(turned=False))
    article = english(
        "Kanye West sings.", "Now West left.", "A friend of West saw Anna.", "West ran."
    )
    [(_, done)] = here.translate([article], "pt")
    assert "A friendo ofo Oeste sawo Anna." in done.html
