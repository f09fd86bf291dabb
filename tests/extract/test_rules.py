"""The tables of rules that judge blocks and elements: each can be found, and switched off, alone."""

import pytest

from pipeline.extract import extract
from pipeline.extract.clutter import blockrules, chromerules

SENTENCE = (
    "The council of the small town met on Monday evening, and decided to repair the old bridge."
)
PAGE = """<html><head><title>The bridge is repaired</title></head><body><article>
<h1>The bridge is repaired</h1>
{paragraphs}
{block}
{paragraphs}
</article></body></html>"""


def text(block: str) -> str:
    paragraphs = "".join(f"<p>{number}. {SENTENCE}</p>" for number in range(6))
    page = PAGE.format(paragraphs=paragraphs, block=block)
    return extract(page.encode(), "https://news.example/bridge").text


def without(rules, name):
    rest = tuple(rule for rule in rules if rule.name != name)
    assert len(rest) == len(rules) - 1
    return rest


@pytest.mark.parametrize("rules", [blockrules.RULES, chromerules.RULES])
def test_rules_have_a_name_and_a_sentence_each(rules):
    assert len({rule.name for rule in rules}) == len(rules)
    for rule in rules:
        sentence = rule.applies.__doc__ or ""
        assert sentence.endswith("."), rule.name
        assert "\n" not in sentence, rule.name


@pytest.mark.parametrize(
    ("name", "block", "shown"),
    [
        ("is_label", "<p>Advertisement</p>", "Advertisement"),
        ("is_count", "<p>3 of 12</p>", "3 of 12"),
        (
            "is_marked_link",
            '<p>READ MORE: <a href="/tower">Why the tower has to wait, and for how long</a></p>',
            "Why the tower",
        ),
    ],
)
def test_block_rule_alone_drops_a_block(name, block, shown, monkeypatch):
    assert shown not in text(block)
    monkeypatch.setattr(blockrules, "RULES", without(blockrules.RULES, name))
    assert shown in text(block)


@pytest.mark.parametrize(
    ("name", "block"),
    [
        ("is_landmark", "<aside><p>A view of the river, of the bridge and the hills.</p></aside>"),
        (
            "is_named_chrome",
            '<div class="share-tools"><p>A view of the river, of the bridge and the hills</p></div>',
        ),
        (
            "is_named_hidden",
            '<div class="hidden"><p>A view of the river, of the bridge and the hills.</p></div>',
        ),
    ],
)
def test_element_rule_alone_drops_an_element(name, block, monkeypatch):
    assert "A view of the river" not in text(block)
    monkeypatch.setattr(chromerules, "RULES", without(chromerules.RULES, name))
    assert "A view of the river" in text(block)


def test_rule_that_keeps_comes_before_the_one_that_drops(monkeypatch):
    block = '<td class="share">A view of the river, of the bridge and the hills of the north.</td>'
    table = f"<table><tr><th>View</th><th>Of</th></tr><tr>{block}<td>river</td></tr></table>"
    assert "A view of the river" in text(table)
    monkeypatch.setattr(chromerules, "RULES", without(chromerules.RULES, "is_table_cell"))
    assert "A view of the river" not in text(table)
