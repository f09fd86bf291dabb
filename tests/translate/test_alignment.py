"""Spans follow the words they belong to, also where the word order changes."""

import itertools

import pytest

from pipeline.translate import DictMemory
from pipeline.translate.engine.gate import Hypothesis, join
from pipeline.translate.figures.standins import aside
from pipeline.translate.text.alignment import (
    compose,
    link,
    parse_links,
    piece_ranges,
    pinned,
    project,
    words,
)
from pipeline.translate.text.placing import place
from tests.translate.recorded import RecordedTranslator


def test_links_project_over_changed_word_order() -> None:
    source, target = "the red house", "a casa vermelha"
    links = parse_links("0-0 1-2 2-1")
    assert project(source, target, 4, 7, links) == (7, 15)
    assert project(source, target, 8, 13, links) == (2, 6)
    assert project(source, target, 0, 13, links) == (0, 15)
    assert project(source, target, 0, 3, frozenset()) is None


def test_link_takes_the_word_with_most_attention() -> None:
    rows = [[0.1, 0.8, 0.1, 0.0], [0.1, 0.2, 0.6, 0.1]]
    assert link("a b c", "x y", ["▁a", "▁b", "▁c"], ["▁x", "▁y"], rows) == "1-0 2-1"


@pytest.mark.parametrize(
    ("text", "pieces", "expected"),
    [
        ("the red house", "▁the ▁re d ▁house", "the re d house"),
        ("the red house.", "the re@@ d hou@@ se .", "the re d hou se ."),
        # Moses's tokeniser sets marks apart and escapes them.
        ('It\'s "new" & [old]', "It &apos;s &quot; ne@@ w &quot; &amp; &#91; old &#93;", None),
        ("l’eau (tiède), c'est-à-dire", "l &apos;@@ eau ( ti@@ ède ) , c &apos;est-à-dire", None),
        # Characters that a tokeniser writes in another way.
        ("Wait… ½ of ＡＢＣ", "▁Wait ... ▁1 ⁄ 2 ▁of ▁A BC", "Wait … ½ ½ ½ of Ａ ＢＣ"),
        ("a € b", "▁a ▁<0xE2> <0x82> <0xAC> ▁b", "a    b"),
        ("你好 世界", "你好 世@@ 界", "你好 世 界"),
        ("", "▁ .", " "),
    ],
)
def test_pieces_are_found_in_their_text(text, pieces, expected):
    ranges = piece_ranges(pieces.split(" "), text)
    found = [text[start:end] for start, end in ranges]
    if expected is not None:
        assert found == expected.split(" ")
    else:
        # Every word is covered by its own pieces, in order.
        assert ranges == sorted(ranges)
        assert "".join(found).replace("’", "") == "".join(text.split()).replace("’", "")


def test_links_of_bpe_pieces_do_not_drift():
    pieces = ["The", "coun@@", "cil", "&apos;s", "brid@@", "ge", "is", "old", "."]
    target = ["A", "pon@@", "te", "do", "conse@@", "lho", "é", "velha", "."]
    rows = [0, 4, 5, 3, 1, 2, 6, 7, 8]
    attention = [[float(n == one) for n in range(len(pieces))] for one in rows]
    found = link(
        "The council's bridge is old.", "A ponte do conselho é velha.", pieces, target, attention
    )
    assert found == "0-0 1-2 1-3 2-1 3-4 4-5 5-6"


def test_links_over_two_hops() -> None:
    assert compose("0-1 1-0", "0-0 1-2") == "0-2 1-0"


def test_children_stay_in_parents_and_siblings_apart() -> None:
    source, target = "one two three four", "um dois três quatro"
    placed = place(source, target, [(0, 18, -1), (4, 7, 0), (8, 13, 0), (13, 13, 0)])
    assert placed[0] == (0, len(target))
    spans = sorted(placed[1:])
    assert all(a[1] <= b[0] for a, b in itertools.pairwise(spans))
    assert words("it's 5%.") == [(0, 4), (5, 6), (6, 7), (7, 8)]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>He saw the <b>red</b> house.</p>", "<b>vermelha</b>"),
        (
            "<p>She met <a href='/m'>Angela Merkel</a> in Berlin.</p>",
            "<a href='/m'>Angela Merkel</a>",
        ),
    ],
)
def test_span_is_on_its_words_and_the_text_as_without(
    recorded: RecordedTranslator, html: str, expected: str
) -> None:
    (out,) = recorded.html([html], "en", "pt")
    assert expected in out
    plain = html.replace("<b>", "").replace("</b>", "").replace("<a href='/m'>", "")
    (bare,) = recorded.html([plain.replace("</a>", "")], "en", "pt")
    for mark in ("<b>", "</b>", "<a href='/m'>", "</a>"):
        out = out.replace(mark, "")
    assert out == bare


def test_links_are_remembered(recorded: RecordedTranslator) -> None:
    memory = DictMemory()
    html = ["<p>He saw the <b>red</b> house.</p>"]
    first = recorded.again(memory).html(html, "en", "pt")
    again = recorded.again(memory)
    again._engine.load = None  # type: ignore[assignment,method-assign] # any use of a model fails
    assert again.html(html, "en", "pt") == first


@pytest.mark.parametrize(
    ("source", "target", "links", "inside", "expected"),
    [
        # articles, prepositions and punctuation that attention adds stay outside
        ("see Congress now", "ver o Congresso já", "0-0 1-1 1-2 2-3", "Congress", "Congresso"),
        ("Rome, Paris", "Roma, Paris", "0-0 2-1 2-2", "Paris", "Paris"),
        ("in the house now", "na casa já", "0-0 2-1 3-2", "in the house", "na casa"),
        ("it costs £7.50 a day", "custa de £7,50 por dia", "1-0 2-1 2-2 3-3 4-4 5-5",
         "£7.50", "£7,50"),
        # a mark at the edge, which attention forgets
        ("it fell 3.4% then", "caiu 3,4% depois", "1-0 2-1 4-3", "3.4%", "3,4%"),
        ("at 5:30pm sharp", "às 17:30 em ponto", "0-0 1-1 2-3", "5:30pm", "17:30"),
        ("it has 1 250 000 rows", "tem 1.250.000 linhas", "1-0 2-1 3-2", "1 250 000", "1.250.000"),
        ("in 2024 300 ferries", "em 2024 300 barcos", "0-0 1-1 2-2 3-3", "300", "300"),
        # parts of words
        ("H2O is wet", "H2O é molhada", "0-0 1-1 2-2", "2", "2"),
        ("the 1st prize", "o 1o prêmio", "0-0 1-1 2-2", "st", "o"),
        ("covers 106 km", "cobre 106 km", "0-0 1-1 2-2", "6", "6"),
        # a word that has gone into its neighbour
        ("the former mayor, too", "o ex-prefeito, também", "0-0 2-1 3-2 4-3", "former",
         "ex-prefeito"),
        # an article is linked, its word is not
        ("a red house", "uma casa", "1-0 2-1", "red", "casa"),
    ],
)  # fmt: skip
def test_elements_go_to_the_words_that_are_theirs(source, target, links, inside, expected):
    start = source.rindex(inside)
    span = (start, start + len(inside), -1)
    [(a, b)] = place(source, target, [span], parse_links(links), ("en", "pt"))
    assert target[a:b] == expected


def test_links_of_a_sentence_that_was_cut_for_its_length_are_joined():
    cuts = ["One house, ", "two bridges."]
    done = {
        "One house,": Hypothesis("One house,", "Uma casa,", "0-0 1-1 2-2"),
        "two bridges.": Hypothesis("two bridges.", "duas pontes.", "0-0 1-1 2-2"),
    }
    joined = join("".join(cuts), cuts, done)
    assert joined.links == "0-0 1-1 2-2 3-3 4-4 5-5"
    done["two bridges."] = Hypothesis("two bridges.", "duas pontes.")
    # A part without links leaves the others theirs.
    assert join("".join(cuts), cuts, done).links == "0-0 1-1 2-2"


def test_a_figure_is_linked_to_itself_and_to_nothing_else():
    source = "The 12.5% rise of 9.5 million follows 1,250 others."
    found = aside(source, "en", "pt")
    assert found is not None
    first, scaled, second = (standin for standin, _ in found.standing)
    translation = f"O aumento de {second} outros segue {first}% de {scaled} milhões."
    restored = found.restored(translation)
    assert restored is not None
    pairs = [(source[slice(*a)], restored.text[slice(*b)]) for a, b in found.places(translation)]
    assert pairs == [("1,250", "1.250"), ("12.5", "12,5")]
    links = pinned("0-0 1-1 1-5 2-3", "The 12.5% rise", "O aumento de 12,5%", [((4, 8), (13, 17))])
    assert links == "0-0 1-3"
