"""Nothing is cut silently: whatever is long comes back whole."""

import random
import re

import pytest

from pipeline.translate import DictMemory, Translator
from pipeline.translate.engine.cutting import cut, wordless
from pipeline.translate.text.alignment import joined
from pipeline.translate.text.segments import sentences

PROSE = (
    "The council met on Tuesday and agreed to repair the old bridge before the winter comes while "
    "the mayor spoke to many people in the market square about the new school and the long road "
)


def through(translator: Translator, text: str) -> str:
    return translator.texts([text], "en", "pt")[0]


def test_prose_without_an_end_keeps_all_its_parts(recorded):
    # Markers that stay the same in translation show what became of each stretch.
    marks = [str(number) for number in range(101, 117)]
    text = " ".join(f"{PROSE}near house {mark}" for mark in marks)
    out = through(recorded, text)
    assert re.findall(r"\d+", out) == marks
    assert 0.9 < len(out.split()) / len(text.split()) < 1.3


def test_paragraph_of_50000_characters_is_whole(recorded):
    # Translated at once, but for what repeats: the memory knows that.
    lines = [f"The train number {number} left the station." for number in range(101, 131)]
    text = " ".join(lines[number % 30] for number in range(1_400))
    assert len(text) > 50_000
    out = through(recorded.again(), text)
    numbers = re.findall(r"\d+", text)
    assert re.findall(r"\d+", out) == numbers


def test_table_of_numbers_keeps_cells_and_figures(recorded):
    rng = random.Random(1)
    rows = [
        [f"Region {row}", *(f"{rng.uniform(0, 999):.2f}" for _ in range(5))] for row in range(30)
    ]
    text = "\n".join("\t".join(row) for row in rows)
    out = [line.split("\t") for line in through(recorded, text).split("\n")]
    assert [line[1:] for line in out] == [row[1:] for row in rows]
    assert all(line[0].endswith(str(number)) for number, line in enumerate(out))


@pytest.mark.parametrize(
    "text",
    [
        " ".join(str(number * 37) for number in range(800)),
        "🎉🎊 " * 1000,
        "".join(random.Random(2).choice("abcdefghij") for _ in range(5_000)),
        "a" * 5_000,
        "for(i=0;i<n;i++){x[i]=f(i)*2;if(x[i]>0)break;}" * 30,
        "-----\n" * 200,
    ],
)
def test_what_is_no_prose_comes_back_as_it_was(recorded, text):
    assert through(recorded, text) == text


def test_long_word_in_a_sentence_leaves_the_rest_translated(recorded):
    key = "".join(random.Random(3).choice("abcdef0123456789") for _ in range(400))
    out = through(
        recorded, f"The old bridge is closed because of {key} and the mayor is not happy."
    )
    assert key in out
    assert "ponte" in out and "prefeito" in out


def test_list_of_names_keeps_its_entries(recorded):
    names = ["Angela Merkel", "Boris Johnson", "Elena Rossi", "Giulia Bianchi", "Dmitri Petrov"]
    text = ", ".join(f"{name} ({number})" for number, name in enumerate(names * 12))
    out = through(recorded, text)
    assert re.findall(r"\((\d+)\)", out) == [str(number) for number in range(60)]


def test_text_without_spaces_is_cut_and_whole():
    text = "这是一个很长的句子没有任何空格" * 200
    parts = cut(text, 64, len)
    assert "".join(parts) == text
    assert max(map(len, parts)) <= 64
    assert not any(map(wordless, parts))


def test_pieces_are_the_segment_and_fit_also_where_it_is_uneven():
    # Digits are tokens of their own: the second half is far denser than the first.
    words = PROSE * 3 + " ".join(str(number) for number in range(1000, 1200))

    def count(text: str) -> int:
        return sum(len(word) if word.isdigit() else 1 for word in text.split())

    parts = cut(words, 64, count)
    assert "".join(parts) == words
    assert max(count(part) for part in parts if not wordless(part)) <= 64


def test_element_in_a_cut_sentence_stays_on_its_words(recorded):
    html = f"<p>{PROSE * 2}and then he saw the <b>red</b> house near the river at last.</p>"
    out = recorded.html([html], "en", "pt")[0]
    assert "<b>vermelha</b>" in out


def test_links_of_parts_make_those_of_the_whole():
    assert joined("a b c d", "x y z", [("a b ", "x y", "0-1 1-0"), ("c d", "z", "1-0")]) == (
        "0-1 1-0 3-2"
    )
    assert joined("ab cd", "x y", [("ab c", "x", "0-0"), ("d", "y", "0-0")]) == ""


def test_interrupted_pass_keeps_what_was_finished(recorded):
    memory = DictMemory()
    texts = [f"The train number {number} left the station." for number in range(40)]

    class Stopped(Exception):
        """What ends the pass in the middle of it."""

    seen = 0

    def progress(words: int) -> None:
        nonlocal seen
        seen += words
        if seen > 100:
            raise Stopped

    translator = recorded.again(memory, batch_tokens=16)
    route = translator.models.route("en", "pt")
    with pytest.raises(Stopped):
        translator._hop(texts, (), route[0], progress)
    done = [text for pairs in memory._pairs.values() for text in pairs]
    assert 10 < len(done) < 40
    again: list[int] = []
    translator._hop(texts, (), route[0], again.append)
    assert again[0] == sum(len(text.split()) for text in done)  # known before the model is asked


def test_sentence_that_is_there_twice_stays_in_both_places():
    text = "The train left. The bus came. The train left. The bus came. The end."
    assert [text[one.start : one.end] for one in sentences(text, "en")] == [
        "The train left.",
        "The bus came.",
        "The train left.",
        "The bus came.",
        "The end.",
    ]
    starts = [one.start for one in sentences(text, "en")]
    assert starts == sorted(set(starts))


def test_no_sentence_ends_at_the_point_of_an_ordinal_number():
    text = "O artigo 5.º, n.º 2, mudou na 20.ª edição. O 1.º de Maio não."
    found = [text[one.start : one.end] for one in sentences(text, "pt")]
    assert found == ["O artigo 5.º, n.º 2, mudou na 20.ª edição.", "O 1.º de Maio não."]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            '"We need a deal. We want the best," he said. It rained.',
            ['"We need a deal.', 'We want the best," he said.', "It rained."],
        ),
        (
            'A tale," she told Town News on Saturday. Reeves doubts it. "',
            ['A tale," she told Town News on Saturday.', "Reeves doubts it.", '"'],
        ),
        (
            "« Il pleut depuis hier. Nous restons ici », dit-elle.",
            ["« Il pleut depuis hier.", "Nous restons ici », dit-elle."],
        ),
        ('They sang "It is coming!" as they went.', ['They sang "It is coming!" as they went.']),
        ('"I saw Gov. Smith and Ms. Hill there."', ['"I saw Gov. Smith and Ms. Hill there."']),
        ('The word "yes." ends it.', ['The word "yes." ends it.']),
        ("No quotation. At all.", ["No quotation.", "At all."]),
    ],
)
def test_sentences_within_quotations_are_sentences(text, expected):
    language = "fr" if "«" in text else "en"
    assert [text[one.start : one.end] for one in sentences(text, language)] == expected
