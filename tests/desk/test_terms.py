"""A glossary that changes reaches the articles that have its terms, published ones too."""

import json

import pytest

from tests.conftest import babelwire, write_page


@pytest.fixture
def place(write_settings):
    path = write_settings(
        """
        [[sources]]
        id = "town"
        kind = "folder"
        path = "pages"
        [[feeds]]
        id = "news"
        title = "News"
        languages = ["pt"]
        [glossary]
        pt = ["pt.csv"]
        """
    )
    folder = path.parent / "pages"
    write_page(folder, "bridge", "The bridge is repaired", "The team came on Monday.")
    write_page(folder, "rain", "Rain all week", "It rained for seven days.")
    write_page(folder, "feast", "A feast in June", "All of the town was there.")
    (path.parent / "pt.csv").write_text("source,target\n")
    assert babelwire("-c", path, "run").returncode == 0
    return path


def run(place):
    done = babelwire("-c", place, "run", "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def feed(place):
    return (place.parent / "output" / "news" / "pt.atom").read_text()


def test_only_the_articles_with_a_changed_term_are_made_again(place):
    assert "plantel" not in feed(place)
    (place.parent / "pt.csv").write_text("source,target\nteam,plantel\n")
    report = run(place)
    assert "plantel" in feed(place)
    assert report["translated"] == {"pt": 1}
    assert run(place)["translated"] == {}
    explained = babelwire("-c", place, "explain", "https://news.example.org/bridge")
    assert "glossary: team → plantel" in explained.stdout
    (place.parent / "pt.csv").write_text("source,target\n")
    report = run(place)
    assert (report["translated"], report["fresh"]) == ({"pt": 1}, 0)
    assert "plantel" not in feed(place)


def test_the_filter_takes_a_glossary(place):
    other = place.parent / "other.toml"
    other.write_text('[[terms]]\nsource = "bridge"\ntarget = "aqueduto"\n')
    words = ("-c", place, "translate", "--from", "en", "--to", "pt", "--glossary", other)
    done = babelwire(*words, stdin="The old bridge is closed.\n")
    assert "aqueduto" in done.stdout, done.stderr
    other.write_text("[[terms]]\n")
    done = babelwire(*words, stdin="The old bridge is closed.\n")
    assert done.returncode == 2
    assert "other.toml: line 1: has no source — add it" in done.stderr
