"""`babelwire memory`: the memory goes out as TMX, and comes back with an editor's corrections."""

import re

import pytest
from lxml import etree

from tests.cli.test_commands import babelwire
from tests.conftest import write_page


@pytest.fixture
def place(write_settings, tmp_path):
    path = write_settings(
        """
        [[sources]]
        id = "town"
        kind = "folder"
        path = "pages"
        [[feeds]]
        id = "news"
        title = "News"
        languages = ["en", "pt"]
        """
    )
    (path.parent / "pages").mkdir(exist_ok=True)
    write_page(path.parent / "pages", "bridge", "The bridge is repaired", "It was about time.")
    assert babelwire("-c", path, "run").returncode == 0
    return path


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
    file.write_text(file.read_text().replace(f">{old}<", ">Já não era sem tempo.<"))
    done = babelwire("-c", place, "memory", "import", file)
    assert "1 corrections from en to pt" in done.stderr, done.stderr
    again = babelwire("-c", place, "run", "--json")
    assert re.search(r'"fresh": 0\b', again.stdout), again.stdout
    assert "Já não era sem tempo." in feed(place)
    stats = babelwire("-c", place, "memory", "stats").stdout
    assert re.search(r"en\s+pt\s+people\s+1", stats)
    assert "people" in stats
    babelwire("-c", place, "memory", "prune")
    assert "people" in babelwire("-c", place, "memory", "stats").stdout
    gone = babelwire("-c", place, "memory", "prune", "--corrections", "--to", "pt")
    assert "1 corrections forgotten" in gone.stderr
    assert babelwire("-c", place, "run").returncode == 0
    assert "Já não era sem tempo." not in feed(place)


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


def test_entities_are_not_followed(place):
    secret = place.parent / "secret.txt"
    secret.write_text("secret words")
    file = place.parent / "evil.tmx"
    file.write_text(
        f'<!DOCTYPE tmx [<!ENTITY x SYSTEM "{secret.as_uri()}">]><tmx version="1.4">'
        '<header srclang="en"/><body><tu><tuv xml:lang="en"><seg>It was about time.</seg></tuv>'
        '<tuv xml:lang="pt-BR"><seg>Foi &x; tempo.</seg></tuv></tu></body></tmx>'
    )
    babelwire("-c", place, "memory", "import", file)
    assert babelwire("-c", place, "run").returncode == 0
    assert "secret words" not in feed(place)
