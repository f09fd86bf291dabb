"""The command line as its user types it."""

import gzip
import json
import re
from pathlib import Path

import pytest

from pipeline.cli.context import open_store
from pipeline.config import load
from tests.conftest import babelwire, write_page
from tests.portuguese import is_portuguese


@pytest.fixture
def place(tmp_path: Path, write_settings) -> Path:
    write_page(tmp_path / "pages", "bridge", "The bridge is repaired", "It was about time.")
    return write_settings(
        '[[sources]]\nid = "town"\nkind = "folder"\npath = "pages"\nevery = "1h"\n'
        '[[feeds]]\nid = "news"\ntitle = "News"\n'
    )


def test_run_reports_for_people_and_as_json(place):
    done = babelwire("-c", place, "run", "--progress")
    assert done.returncode == 0, done.stderr
    assert re.search(r"^Translating to pt: \d+ words$", done.stderr, re.MULTILINE)
    assert "town: 1 announced, 1 new" in done.stdout
    assert re.search(r"^11 files written", done.stdout, re.MULTILINE)  # icons and index too
    again = babelwire("-c", place, "run", "--json")
    report = json.loads(again.stdout)
    assert (report["exit_code"], report["fresh"], report["written"]) == (0, 0, [])
    status = json.loads(babelwire("-c", place, "status", "--json").stdout)
    assert status["articles"] == 1
    assert status["languages"] == {"en": 1, "pt": 1}
    assert [one["exit_code"] for one in status["passes"]] == [0, 0]
    assert status["sources"][0]["error"] is None
    assert status["pages"] == {
        "done": 1,
        "waiting": 0,
        "failed": 0,
        "rejected": 0,
        "dropped": 0,
        "skipped": 0,
        "gone": 0,
    }
    assert status["queues"] == {"to fetch": 0, "to translate": {"en": 0, "pt": 0}, "passes": 0}
    assert status["daemon"] is None
    assert [one["path"] for one in status["feeds"]][:2] == ["news/en.atom", "news/en.json"]
    assert all(one["written"] for one in status["feeds"])
    lines = babelwire("-c", place, "status").stdout
    assert (
        "town: 1 with an article" in lines
        and "pages: 1 done" in lines
        and "the daemon is not running" in lines
    )
    listed = babelwire("-c", place, "sources", "list")
    assert "town" in listed.stdout and "every 1h" in listed.stdout


def test_run_with_failures_exits_1_and_says_why(place):
    (place.parent / "pages" / "broken.html.gz").write_bytes(b"\x1f\x8b not gzip")
    done = babelwire("-c", place, "run")
    assert done.returncode == 1
    assert "broken.html.gz" in done.stderr
    assert "Traceback" not in done.stderr
    assert "broken.html.gz" in babelwire("-c", place, "status").stdout


def test_wrong_settings_exit_2_with_a_line_a_problem(place):
    place.write_text("languages = 3\nbeam = 1\n")
    done = babelwire("-c", place, "run")
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 2
    assert "languages: must be a list" in done.stderr
    missing = babelwire("-c", place.parent / "none.toml", "run")
    assert missing.returncode == 2
    assert "babelwire init" in missing.stderr


def test_unknown_source_is_named(place):
    done = babelwire("-c", place, "run", "twon")
    assert done.returncode == 2
    assert "twon: there is no such source" in done.stderr


def test_init_then_run(tmp_path, packages_dir):
    folder = tmp_path / "new"
    done = babelwire("init", folder)
    assert done.returncode == 0, done.stderr
    path = folder / "babelwire.toml"
    path.write_text(
        path.read_text().replace('packages_dir = "packages"', f'packages_dir = "{packages_dir}"')
    )
    write_page(folder / "pages", "bridge", "The bridge is repaired", "It was about time.")
    done = babelwire("run", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert (folder / "output" / "news" / "pt.atom").is_file()
    assert babelwire("init", folder).returncode == 2


def test_preview_shows_and_stores_nothing(place):
    page = place.parent / "pages" / "bridge.html"
    done = babelwire("-c", place, "preview", page, "--to", "pt")
    assert done.returncode == 0, done.stderr
    assert "translated from en by machine" in done.stdout
    assert is_portuguese(done.stdout.split("]")[1]) and "council" not in done.stdout
    data = json.loads(babelwire("-c", place, "preview", page, "--format", "json").stdout)
    assert data["title"] == "The bridge is repaired"
    assert data["url"] == "https://news.example.org/bridge"
    assert data["origins"]["title"]
    html = babelwire("-c", place, "preview", page, "--format", "html").stdout
    assert "<p>" in html and "cookies" not in html
    assert not (place.parent / "state" / "babelwire.sqlite").exists()
    assert not (place.parent / "output").exists()
    missing = babelwire("-c", place, "preview", "nowhere.html")
    assert (missing.returncode, "Traceback" in missing.stderr) == (1, False)
    assert "nowhere.html: there is no such file" in missing.stderr
    folder = babelwire("-c", place, "preview", page.parent)
    assert folder.returncode == 1 and "is a folder" in folder.stderr


def test_preview_reads_a_page_from_standard_input(place):
    html = (place.parent / "pages" / "bridge.html").read_text("utf-8")
    given = babelwire("-c", place, "preview", "-", "--format", "json", stdin=html)
    assert given.returncode == 0, given.stderr
    data = json.loads(given.stdout)
    assert data["title"] == "The bridge is repaired"
    assert data["url"] == "https://news.example.org/bridge"  # its canonical address
    translated = babelwire("-c", place, "preview", "-", "--to", "pt", stdin=html).stdout
    assert "translated from en by machine" in translated
    assert not (place.parent / "state" / "babelwire.sqlite").exists()


def test_preview_of_a_given_page_resolves_its_links_by_the_url_that_is_said(place):
    html = (place.parent / "pages" / "bridge.html").read_text("utf-8")
    html = re.sub(r"<link rel=.canonical[^>]*>", "", html)
    link = re.compile(r'href="([^"]+)"')
    bare = babelwire("-c", place, "preview", "-", "--format", "html", stdin=html)
    assert bare.returncode == 0 and not link.search(bare.stdout)
    where = ["--url", "https://zeitung.example/lokales/1", "--format", "html"]
    at = babelwire("-c", place, "preview", "-", *where, stdin=html)
    assert link.findall(at.stdout) == ["https://zeitung.example/people"]
    saved = place.parent / "saved.html"
    saved.write_text(html, "utf-8")
    assert babelwire("-c", place, "preview", saved, *where).stdout == at.stdout
    both = babelwire("-c", place, "preview", "https://a.example/", *where)
    assert both.returncode == 2 and "--url" in both.stderr


@pytest.mark.parametrize(
    ("stdin", "words", "said"),
    [
        ("", [], "standard input: is empty"),
        ("<html><body></body></html>", [], "standard input: "),
        ('{"body": "x"}', [], "standard input: JSON, not HTML"),
        ("x" * 11_000_000, [], "standard input: is larger than"),
        ("<p>x", ["--url", "ftp://example.org/x"], "ftp://example.org/x: cannot be fetched"),
    ],
)
def test_preview_says_what_is_wrong_with_standard_input(place, stdin, words, said):
    done = babelwire("-c", place, "preview", "-", *words, stdin=stdin)
    assert (done.returncode, done.stdout, "Traceback" in done.stderr) == (1, "", False)
    assert said in done.stderr


def test_preview_shows_what_the_memory_has_and_stores_nothing(place):
    page = place.parent / "pages" / "bridge.html"
    assert babelwire("-c", place, "run").returncode == 0
    with open_store(load(place)) as store:
        [key] = [one for one in store.memory.sizes() if one.startswith("en_pt-")]
        store.memory.put(key, {"It was about time.": "Palavras da memória."})
        store.memory.put("en>pt!", {"The bridge is repaired": "Palavras de gente"})
        before = store.memory.sizes()
    write_page(
        place.parent / "pages", "bridge", "The bridge is repaired", "It was about time. New."
    )
    shown = babelwire("-c", place, "preview", page, "--to", "pt").stdout
    assert "Palavras da memória." in shown and "Palavras de gente" in shown
    with open_store(load(place)) as store:
        assert store.memory.sizes() == before
    database = place.parent / "state" / "babelwire.sqlite"
    for one in database.parent.glob("babelwire.sqlite*"):
        one.unlink()
    database.write_bytes(b"no database at all" * 300)
    done = babelwire("-c", place, "preview", page, "--to", "pt")
    assert done.returncode == 0 and "the translation memory is not used" in done.stderr


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("feed.xml", "<rss version='2.0'><channel><title>News</title></channel></rss>", "RSS feed"),
        ("feed.json", '{"version": "https://jsonfeed.org/version/1.1"}', "a JSON Feed"),
        ("story.txt", "The council met on Tuesday, and agreed to mend the bridge.", "plain text"),
        ("data.json", '{"body": "<p>The council met.</p>"}', "JSON, not HTML"),
    ],
)
def test_preview_of_what_is_no_page_says_what_it_is(place, name, content, said):
    (place.parent / name).write_text(content)
    done = babelwire("-c", place, "preview", place.parent / name)
    assert (done.returncode, done.stdout, "Traceback" in done.stderr) == (1, "", False)
    assert said in done.stderr
    assert ("babelwire add" in done.stderr) == ("eed" in said)


def test_preview_tries_selectors(place):
    page = place.parent / "pages" / "bridge.html"
    tried = babelwire("-c", place, "preview", page, "--remove", "p", "--format", "json")
    assert "about time" not in tried.stdout
    missed = babelwire("-c", place, "preview", page, "--article", ".none", "--source", "town")
    assert (missed.returncode, "about time" in missed.stdout) == (0, True), missed.stderr
    assert "no selector of `article` matches the page" in missed.stderr
    facts = ["--headline", "p", "--date", ".none", "--next-page", "a"]
    shown = babelwire("-c", place, "preview", page, *facts, "--format", "json")
    assert json.loads(shown.stdout)["origins"]["title"] == "selector"
    assert "no selector of `date` matches the page" in shown.stderr
    assert "headline" not in shown.stderr
    wrong = babelwire("-c", place, "preview", page, "--article", "p:nope")
    assert wrong.returncode == 2 and "p:nope: is no CSS selector" in wrong.stderr
    nobody = babelwire("-c", place, "preview", page, "--source", "nobody")
    assert nobody.returncode == 2 and "nobody: there is no such source" in nobody.stderr


def test_extract_gives_json_lines_and_reasons(tmp_path):
    write_page(tmp_path, "bridge", "The bridge is repaired", "It was about time.")
    packed = tmp_path / "deep" / "market.html.gz"
    packed.parent.mkdir()
    page = write_page(tmp_path / "tmp", "market", "The market moves", "Traders are glad.")
    packed.write_bytes(gzip.compress(page.read_bytes()))
    page.unlink()
    (tmp_path / "none.html").write_text("<html><body></body></html>")
    done = babelwire("extract", tmp_path, tmp_path / "absent.html")
    lines = {Path(one["path"]).name: one for one in map(json.loads, done.stdout.splitlines())}
    assert done.returncode == 1
    assert lines["bridge.html"]["title"] == "The bridge is repaired"
    assert lines["bridge.html"]["published"].startswith("2026-02-0")
    assert lines["market.html.gz"]["text"].startswith("Traders are glad.")
    assert lines["none.html"]["not an article"]
    assert lines["absent.html"]["error"] == "there is no such file"


def test_translate_is_a_filter(place):
    done = babelwire(
        "-c", place, "translate", "--from", "en", "--to", "pt",
        stdin="The house by the river is green.\n\n12.5 %\nGood morning.",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    lines = done.stdout.split("\n")
    assert len(lines) == 4
    assert is_portuguese(lines[0]) and lines[1:3] == ["", "12.5 %"]
    assert lines[3] and lines[3] != "Good morning."
    html = babelwire(
        "-c", place, "translate", "--from", "en", "--to", "pt", "--html",
        stdin='<p class="x">The house by the river is <a href="/g">green</a>.</p>',
    )  # fmt: skip
    assert re.fullmatch(r'<p class="x">[^<]*<a href="/g">\w[^<]*</a>[^<]*</p>', html.stdout)
    assert is_portuguese(html.stdout)


def test_translate_without_a_model_names_the_remedy(place):
    done = babelwire("-c", place, "translate", "--from", "en", "--to", "es", stdin="Hello")
    assert done.returncode == 1
    assert "babelwire models install en es" in done.stderr
    doubted = babelwire("-c", place, "translate", "--from", "se", "--to", "pt", stdin="Hej")
    assert doubted.returncode == 1 and 'did you mean "sv" (Swedish)?' in doubted.stderr


def test_models_list_install_remove(place, tmp_path):
    own = tmp_path / "own"
    place.write_text(
        place.read_text().replace("packages_dir = ", f'packages_dir = "{own}"\n# was ')
    )
    listed = json.loads(babelwire("-c", place, "models", "list", "--json").stdout)
    assert [(one["from"], one["to"]) for one in listed] == [("en", "pt"), ("pt", "en")]
    bad = tmp_path / "bad.argosmodel"
    bad.write_bytes(b"PK\x03\x04 cut")
    done = babelwire("-c", place, "models", "install", bad)
    assert done.returncode == 1
    assert "bad.argosmodel" in done.stderr and "Traceback" not in done.stderr


def test_version_and_help():
    assert babelwire("--version").stdout.startswith("babelwire 0.")
    text = babelwire("--help").stdout
    for command in ("run", "preview", "extract", "translate", "models", "sources", "status"):
        assert command in text
    assert babelwire("run", "--nonsense").returncode == 2
