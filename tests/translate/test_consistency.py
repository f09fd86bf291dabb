"""A name is written the same way in all sentences of an article."""

import pytest

from pipeline.translate.consistency import spelt_alike

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
