"""Names that a model loses or misspells: the sentence is translated again with them aside."""

import string

import pytest

from pipeline.translate.engine.masking import masked
from pipeline.translate.engine.names import is_better, lost
from tests.translate.wordwise import WordByWord, translated, word_by_word

COMMON = {"Secretary", "the", "they", "on"}


def found(segment: str, translation: str) -> list[str]:
    ranges = lost(segment, translation, lambda word: len(word) > 4, COMMON.__contains__)
    return [segment[a:b] for a, b in ranges]


@pytest.mark.parametrize(
    ("segment", "translation", "names"),
    [
        ("Joko Widodo left", "Joko Wido saiu", ["Widodo"]),
        ("Joko Widodo’s party left", "O partido de Joko Widodo saiu", []),
        ("The Secretary Ryan Zinke left", "O secretário saiu", ["Ryan Zinke"]),
        ("It is in Pennsylvania", "É na Pensilvânia", []),
        ("Olga Kurylenko’s hat", "O chapéu", ["Olga Kurylenko"]),
        ("They left and I'm Tom", "Saíram e sou Tom", []),
        ("On Sunday it rained", "Choveu", ["Sunday"]),
        ("see https://Example.org/Xinglong @Zinkeman", "veja", []),
        ("the garden of Inverewe", "o jardim de Invere", ["Inverewe"]),
        ("a friend of Ullman came", "uma amiga veio", ["Ullman"]),
        ("", "", []),
    ],
)
def test_what_may_be_lost(segment: str, translation: str, names: list[str]) -> None:
    assert found(segment, translation) == names


@pytest.mark.parametrize(
    ("name", "first", "second", "better"),
    [
        ("Widodo", "o presidente Joko Wido saiu", "o presidente Joko Widodo partiu", True),
        ("Ryan Zinke", "revelou o secretário", "revelou o secretário Ryan Zinke", True),
        ("Swede", "o espanhol e o sueco", "o espanhol e o Swede", False),
        ("Brussels", "a reunião foi em Bruxelas", "a reunião foi em Brussels", False),
        ("BPPT", "a agência disse", "a agência (BPPT) disse", True),
        ("BPPT", "a agência disse muita coisa", "a (BPPT) falou", False),
        ("Sept", "lido pelo Ministério Público", "lido pelo Serviço Público Sept", False),
    ],
)
def test_only_what_was_lost_comes_back(name, first, second, better) -> None:
    assert is_better(f"so {name} is", first, second, [(3, 3 + len(name))]) is better


def test_names_stand_aside_of_the_model() -> None:
    text = "Mr Zinke saw @x and Widodo"
    one = masked(text, set(string.printable).issuperset, "N", [(3, 8), (20, 26)])
    assert one.text == "Mr N1 saw N2 and N3"
    back = one.restored("N3 e N2 viu o Sr. N1", "pt")
    assert back is not None
    assert back.text == "Widodo e @x viu o Sr. Zinke"


def rare(word: str) -> str:
    """A model that shortens a name, and forgets another one."""
    return {"Widodo": "Wido", "Kurylenko": ""}.get(word, translated(word))


class Letters(WordByWord):
    """A model in whose vocabulary long words with a capital are two pieces."""

    def encode(self, text: str) -> list[str]:
        pieces = super().encode(text)
        if len(pieces) == 1 and text[0].isupper() and len(text) > 5:
            return [pieces[0][:4], pieces[0][4:]]
        return pieces


@pytest.mark.parametrize("name", ["Widodo", "Kurylenko"])
def test_a_lost_name_comes_back_in_its_element(tmp_path, name: str) -> None:
    here = word_by_word(tmp_path, fake=Letters(rare, turned=False))
    html = f"<p>The president <b>{name}</b> opened a bridge.</p>"
    [out] = here.html([html], "en", "pt")
    assert f"<b>{name}</b> openedo" in out


def test_a_model_that_loses_what_stands_aside_keeps_its_first_words(tmp_path) -> None:
    fake = Letters(lambda word: "" if word[:1] in "NZ" else rare(word), turned=False)
    here = word_by_word(tmp_path, fake=fake)
    assert here.texts(["The president Widodo left."], "en", "pt") == ["The presidento Wido lefto."]


def test_what_a_model_forgets_may_come_back_in_brackets(tmp_path) -> None:
    asked = []

    class Forgetful(Letters):
        """Leaves out what stands aside, unless it is in brackets."""

        def _piece(self, piece: str, *, first: bool) -> str:
            asked.append(piece)
            bare = piece.startswith("▁") and piece[1:2] in "NZ"
            return "" if bare else super()._piece(piece, first=first)

    here = word_by_word(tmp_path, fake=Forgetful(rare, turned=False))
    [out] = here.texts(["The president Widodo met @example in town."], "en", "pt")
    assert out == "The presidento Widodo meto @example ino towno."
    assert "▁(" in asked
