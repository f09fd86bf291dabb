"""What chooses rules and numbers on other publishers: folds, switches, probes, lists of words."""

from itertools import islice

import pytest

from bench import crossval
from bench.probes import Probe
from bench.switches import Reader, constants, rules, setting
from pipeline.extract.clutter import blockrules, teasers
from pipeline.extract.page import lexicon

TEXT = "The river rose by two metres on Monday, and the mayor asked everybody to stay at home. "
PAGE = f"<title>River</title><article><h1>River</h1><p>{TEXT * 4}</p><p>Advertisement</p></article>"


def probe(value: float, **others: float) -> tuple[Probe, set[str]]:
    noted: set[str] = set()
    return Probe(value, others, noted), noted


def test_comparison_notes_the_values_that_would_decide_otherwise() -> None:
    limit, noted = probe(10, less=6, more=16)
    assert limit < 12
    assert noted == {"more"}
    assert not limit > 12
    assert limit <= 30
    assert noted == {"more"}


def test_arithmetic_with_a_number_is_compared_as_well() -> None:
    share, noted = probe(0.5, less=0.3, more=0.8)
    assert max(40, share * 100) > 45
    assert noted == {"less"}


def test_count_and_index_note_all_values() -> None:
    count, noted = probe(2, less=1, more=3)
    assert list(islice("abcd", count)) == ["a", "b"]
    assert noted == {"less", "more"}


def test_switches_have_different_names_and_are_undone() -> None:
    names = [one.name for one in (*rules(), *constants((0.5, 2)))]
    assert len(names) == len(set(names))
    before, table = teasers._FEWEST, blockrules.RULES
    chosen = [one for one in rules() if one.name == "blockrules.is_label"]
    chosen += [one for one in constants((2,)) if one.name.startswith("teasers._FEWEST")]
    with setting(chosen):
        assert 2 * before == teasers._FEWEST
        assert len(blockrules.RULES) == len(table) - 1
    assert (before, table) == (teasers._FEWEST, blockrules.RULES)


def test_page_is_read_without_the_rules_that_do_something_on_it() -> None:
    reader = Reader(PAGE.encode(), "https://news.example/story/12")
    whole, others = reader.all([*rules(), *constants((0.6, 1.6))])
    assert "Advertisement" not in whole.text
    assert "Advertisement" in others["blockrules.is_label"].text
    assert all(told != whole for told in others.values())


@pytest.mark.parametrize("folds", [2, 5])
def test_pages_of_a_publisher_are_in_one_fold(folds: int) -> None:
    urls = ["https://www.bbc.co.uk/news/1", "https://feeds.bbc.co.uk/2"]
    assert len({crossval.fold_of("set/x", url, folds) for url in urls}) == 1
    assert crossval.publisher("set/x", urls[0]) == "bbc.co.uk"
    assert crossval.publisher("set/x", "http://fakehost/test") == "set/x"


@pytest.mark.parametrize("table", crossval.NAMES)
def test_pattern_of_names_is_the_sum_of_its_parts(table: str) -> None:
    pattern = "".join(lexicon.data("structure")[table]["pattern"].split())
    before, parts, after = crossval._parts(pattern)
    assert len(parts) > 3
    assert f"{before}({'|'.join(parts)}){after}" == pattern
