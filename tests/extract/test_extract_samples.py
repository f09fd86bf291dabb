"""The sample pages: exactly the article, its structure and its facts."""

import json
import tomllib
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import pytest

from pipeline.extract import extract, plain_text
from tests.conftest import ROOT, SAMPLES

DATA = ROOT / "tests" / "data"
GOLD = tomllib.loads((DATA / "samples.toml").read_text("utf-8"))


def article(name: str):
    path: Path = SAMPLES / name
    return extract(path.read_bytes(), path.as_uri())


def test_every_sample_has_its_gold():
    assert {str(path.relative_to(SAMPLES)) for path in SAMPLES.rglob("*.html")} == set(GOLD)


@pytest.mark.parametrize("name", GOLD)
def test_facts(name):
    gold, found = GOLD[name], article(name)
    assert found.title == gold["title"]
    assert found.language == gold["language"]
    assert found.published == datetime.fromisoformat(gold["published"])
    assert list(found.authors) == gold.get("authors", [])
    assert found.summary and not found.partial
    assert found.url.startswith("https://")


@pytest.mark.parametrize("name", GOLD)
def test_structure_in_order_and_nothing_else(name):
    gold, found = GOLD[name], article(name)
    places = [found.html.find(piece) for piece in gold["markup"]]
    assert -1 not in places, gold["markup"][places.index(-1)]
    assert all(one < other for one, other in pairwise(places))
    for text in (found.html, found.text):
        assert not [words for words in gold["gone"] if words in text]


@pytest.mark.parametrize("name", GOLD)
def test_text_and_html_say_the_same(name):
    found = article(name)
    assert plain_text(found.html) == found.text


def test_the_chongqing_page_comes_out_exact():
    gold = json.loads((DATA / "ichongqing.json").read_text("utf-8"))
    found = article("en/ichongqing.html")
    text = " ".join(found.text.split())
    places = [text.find(paragraph) for paragraph in gold["paragraphs"]]
    assert len(places) == 28 and -1 not in places
    assert places == sorted(places)
    assert not [string for string in gold["must_not"] if string in text]
    assert found.title == gold["title"]
    assert found.url == gold["url"]
