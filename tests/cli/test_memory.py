"""`babelwire memory`: the memory goes out as TMX, and comes back with an editor's corrections."""

import json
import re
from xml.sax.saxutils import escape

import pytest
from lxml import etree

from pipeline.cli.context import open_store
from pipeline.config import load
from tests.cli.test_commands import babelwire
from tests.conftest import after_a_pass, write_page

CORRECTION = "Palavras de gente, que nenhum modelo escolhe."


TABLES = """
[[sources]]
id = "town"
kind = "folder"
path = "pages"
[[feeds]]
id = "news"
title = "News"
languages = ["en", "pt"]
"""


@pytest.fixture(scope="module")
def scene(tmp_path_factory, packages_dir):
    folder = tmp_path_factory.mktemp("memory")
    write_page(folder / "pages", "bridge", "The bridge is repaired", "It was about time.")
    return after_a_pass(folder, packages_dir, TABLES)


@pytest.fixture
def place(scene):
    return scene.again() / "babelwire.toml"


def feed(place):
    return (place.parent / "output" / "news" / "pt.atom").read_text()


def test_corrections_come_back_and_win_for_ever(place):
    file = place.parent / "memory.tmx"
    done = babelwire("-c", place, "memory", "export", file, "--to", "pt")
    assert done.returncode == 0, done.stderr
    document = etree.parse(str(file))
    assert document.docinfo.root_name == "tmx"
    assert "It was about time." in [seg.text for seg in document.iter("seg")]
    old = next(
        tu[-1].find("seg").text
        for tu in document.iter("tu")
        if tu.find("tuv/seg").text == "It was about time."
    )
    file.write_text(file.read_text().replace(f">{escape(old)}<", f">{CORRECTION}<"))
    done = babelwire("-c", place, "memory", "import", file)
    assert "1 correction from en to pt" in done.stderr, done.stderr
    again = babelwire("-c", place, "run", "--json")
    assert re.search(r'"fresh": 0\b', again.stdout), again.stdout
    assert CORRECTION in feed(place)
    stats = babelwire("-c", place, "memory", "stats").stdout
    assert re.search(r"en\s+pt\s+people\s+1", stats)
    assert "people" in stats
    babelwire("-c", place, "memory", "prune")
    assert "people" in babelwire("-c", place, "memory", "stats").stdout
    gone = babelwire("-c", place, "memory", "prune", "--corrections", "--to", "pt")
    assert "1 correction deleted" in gone.stderr
    assert babelwire("-c", place, "run").returncode == 0
    assert CORRECTION not in feed(place)


@pytest.mark.parametrize("retention", ["", "\n[retention]\nmemory_segments = 1\n"])
def test_an_untouched_export_changes_nothing(place, retention):
    file = place.parent / "memory.tmx"
    odd = "👩🏽‍🚒 می‌خواهم 12\u00a0% ภาษา\u200bไทย"
    with open_store(load(place)) as store:
        [key] = [one for one in store.memory.sizes() if one.startswith("en_pt-")]
        store.memory.put(key, {"Odd one.": odd, "A control\x08 character.": "Um \x08 caractere."})
        store.memory.put(key + ",other", {"It was about time.": "Outro modelo diz outra coisa."})
        store.memory.put("en>pt!", {"It was about time.": CORRECTION})
    assert babelwire("-c", place, "memory", "export", file).returncode == 0
    assert odd in file.read_text("utf-8")
    before = babelwire("-c", place, "memory", "stats").stdout
    done = babelwire("-c", place, "memory", "import", file)
    assert "0 imported" in done.stderr and "corrections" not in done.stderr, done.stderr
    assert babelwire("-c", place, "memory", "stats").stdout == before
    # Not even where the models' segments are no longer in the memory.
    place.write_text(place.read_text() + retention)
    babelwire("-c", place, "memory", "prune")
    done = babelwire("-c", place, "memory", "import", file)
    assert "0 imported" in done.stderr, done.stderr
    # A correction counts, although the file has a model's unit for the same segment after it.
    file.write_text(file.read_text("utf-8").replace(CORRECTION, "Palavras novas."), "utf-8")
    assert "1 imported" in babelwire("-c", place, "memory", "import", file).stderr
    with open_store(load(place)) as store:
        assert dict(store.memory.pairs("en>pt!")) == {"It was about time.": "Palavras novas."}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("<html/>", "is no TMX but <html>"),
        ("<tmx><body><tu>", "is no TMX ("),
        (None, "cannot be read"),
    ],
)
def test_what_is_no_tmx_is_refused_in_a_line(place, content, words):
    file = place.parent / "wrong.tmx"
    if content is not None:
        file.write_text(content)
    done = babelwire("-c", place, "memory", "import", file)
    assert done.returncode == 1
    assert words in done.stderr and "Traceback" not in done.stderr


def test_corrections_of_another_tool_are_taken_in_its_words(place):
    file = place.parent / "other.tmx"
    file.write_text(
        '<!DOCTYPE tmx SYSTEM "tmx14.dtd"><tmx version="1.4"><header srclang="en-GB"/><body><tu>'
        '<tuv xml:lang="en-GB"><seg>It was <bpt i="1">&lt;b&gt;</bpt>about\n time.</seg></tuv>'
        f'<tuv xml:lang="pt-BR"><seg>{CORRECTION}</seg></tuv></tu></body></tmx>'
    )
    done = babelwire("-c", place, "memory", "import", file)
    assert "1 correction from en to pt" in done.stderr, done.stderr
    assert babelwire("-c", place, "run").returncode == 0
    assert CORRECTION in feed(place)
    stats = json.loads(babelwire("-c", place, "memory", "stats", "--json").stdout)
    assert {one["by"]: one["segments"] for one in stats["memory"]}["people"] == 1
    assert stats["failed"] == 0


def test_of_a_memory_that_is_too_large_the_newest_stays(place):
    def machine():
        rows = json.loads(babelwire("-c", place, "memory", "stats", "--json").stdout)["memory"]
        return sum(row["segments"] for row in rows if row["by"] != "people")

    before = machine()
    write_page(place.parent / "pages", "rain", "Rain all week", "It rained for seven days.")
    assert babelwire("-c", place, "run").returncode == 0
    assert machine() > before
    place.write_text(place.read_text() + "\n[retention]\nmemory_segments = 1\n")
    assert "deleted" in babelwire("-c", place, "memory", "prune").stderr
    assert 1 <= machine() < before
    again = babelwire("-c", place, "run", "--json")
    assert json.loads(again.stdout)["translated"] == {}


def test_entities_are_not_followed(place):
    file = place.parent / "evil.tmx"
    file.write_text(
        f'<!DOCTYPE tmx [<!ENTITY x SYSTEM "{place.as_uri()}">]><tmx version="1.4">'
        '<header srclang="en"/><body><tu><tuv xml:lang="en"><seg>It was about time.</seg></tuv>'
        '<tuv xml:lang="pt-BR"><seg>Foi &x; tempo.</seg></tuv></tu></body></tmx>'
    )
    done = babelwire("-c", place, "memory", "import", file)
    assert done.returncode == 1
    assert "uses the entity &x; — export it without" in done.stderr
