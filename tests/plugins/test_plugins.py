"""Kinds of source and feed formats that other distributions bring, by the real command line."""

import os
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline import plugins
from pipeline.article import FORMATS as USUAL
from pipeline.article import Source
from pipeline.config.document import SourceSettings
from pipeline.ingest import KINDS
from pipeline.syndicate import FORMATS
from tests.conftest import PAGE, write_page
from tests.ingest.site_under_test import Site, running_site
from tests.sources import KINDS as SETTINGS
from tests.waiting import LONG, held_port

HERE = Path(__file__).parent
pytestmark = pytest.mark.slow  # each test starts commands
FEED = """
[[feeds]]
id = "news"
title = "News"
languages = ["en"]
formats = ["rss", "atom", {formats}]
"""


@pytest.fixture
def site() -> Iterator[Site]:
    with running_site() as made:
        yield made


class Python:
    """The command line in a Python in which further distributions are installed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        self.environment = os.environ | {"PYTHONPATH": str(folder), "COLUMNS": "300"}

    def install(self, name: str, module: str, *, kinds: str = "", formats: str = "") -> None:
        """Put a distribution there: a module of this folder and its entry points."""
        shutil.copy(HERE / f"{module}.py", self.folder / f"{module}.py")
        information = self.folder / f"{name.replace('-', '_')}-1.0.dist-info"
        information.mkdir()
        text = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"
        (information / "METADATA").write_text(text)
        groups = {"babelwire.kinds": kinds, "babelwire.formats": formats}
        points = (f"[{group}]\n{lines}\n" for group, lines in groups.items() if lines)
        (information / "entry_points.txt").write_text("\n".join(points))

    def command(self, *words: str | Path) -> list[str]:
        return [sys.executable, "-m", "babelwire", *map(str, words)]

    def run(self, *words: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*words),
            env=self.environment,
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=LONG,
            check=False,
        )


@pytest.fixture
def python(tmp_path: Path) -> Python:
    return Python(tmp_path / "site")


@pytest.fixture
def plugged(python: Python) -> Python:
    python.install("babelwire-gemtext", "gemtext", kinds="gemtext = gemtext:KIND")
    python.install("babelwire-plaintext", "plaintext", formats="txt = plaintext:FORMAT")
    return python


def capsule(site: Site) -> str:
    """A gemtext list of one article; the address of the list."""
    page = PAGE.format(language="en", slug="bridge", title="The bridge", text="It is.", day=3)
    site.page("/bridge.html", page)
    lines = "# The Capsule\n=> /bridge.html 2026-02-03 The bridge\n=> /x.html never Broken\n"
    return site.page("/list.gmi", lines, ctype="text/gemini; charset=utf-8")


@pytest.fixture
def port() -> Iterator[int]:
    with held_port() as held:
        yield held


def source(kind: str, place: str, name: str = "capsule") -> str:
    return f'[[sources]]\nid = "{name}"\nkind = "{kind}"\n{place}\n'


def get(url: str, process: "subprocess.Popen[bytes]") -> tuple[str, str]:
    """The media type and the text of what a server answers, once it does."""
    until = time.monotonic() + LONG
    while True:
        try:
            with urllib.request.urlopen(url, timeout=LONG) as answer:
                return answer.headers["content-type"], answer.read().decode()
        except urllib.error.HTTPError:
            raise
        except OSError:
            if process.poll() is not None or time.monotonic() > until:
                raise
            time.sleep(0.05)


def test_a_kind_and_a_format_go_from_a_list_of_links_to_a_served_file(
    plugged: Python, site: Site, tmp_path: Path, write_settings: Callable[..., Path], port: int
) -> None:
    url = capsule(site)
    tables = source("gemtext", f'url = "{url}"') + FEED.format(formats='"txt"')
    settings = write_settings(f"{tables}[serve]\nport = {port}\n", 'base_url = "http://x.example"')
    done = plugged.run("-c", settings, "run")
    assert "has a line of no use: => /x.html never Broken" in done.stderr
    assert done.returncode == 1, "the one line is all that failed"
    assert site.asked("/list.gmi")[0]["Accept"].startswith("text/gemini")
    folder = tmp_path / "output"
    expected = "News (en)\n2026-02-03  The bridge\n"
    assert (folder / "news" / "en.txt").read_text("utf-8") == expected
    assert not (folder / "news" / "en.json").exists(), "only the formats that are named"
    assert 'type="text/plain"' in (folder / "news" / "en.rss").read_text("utf-8")
    index = (folder / "index.html").read_text("utf-8")
    assert re.search(r'<a [^>]*href="\./news/en\.txt"[^>]*>Text</a>', index), index

    again = plugged.run("-c", settings, "run")
    assert again.returncode == 0 and "304" not in again.stderr, (
        "an unchanged list is not read again"
    )

    process = subprocess.Popen(
        plugged.command("-c", settings, "serve"), env=plugged.environment, cwd=tmp_path
    )
    try:
        here = f"http://127.0.0.1:{port}"
        assert get(f"{here}/news/en.txt", process) == ("text/plain; charset=utf-8", expected)
        for page in ("/", "/feed/news/en"):
            _, text = get(here + page, process)
            assert 'type="text/plain" hreflang="en"' in text
            assert 'href="/news/en.txt"' in text and "en.json" not in text
    finally:
        process.terminate()
        process.wait(LONG)


def test_a_source_of_a_plug_in_is_found_added_checked_and_exported(
    plugged: Python, site: Site, write_settings: Callable[..., Path], tmp_path: Path
) -> None:
    url = capsule(site)
    link = '<link rel="alternate" type="text/gemini" href="/list.gmi">'
    home = site.page("/", f"<html><head>{link}</head><body></body></html>")
    settings = write_settings("")
    done = plugged.run("-c", settings, "add", home)
    assert done.returncode == 0, done.stderr
    assert f"chosen  gemtext {url}" in done.stdout
    assert 'kind = "gemtext"' in settings.read_text("utf-8")
    checked = plugged.run("-c", settings, "sources", "check")
    assert "the-capsule: 1 article," in checked.stdout and "The bridge" in checked.stdout
    exported = plugged.run("-c", settings, "sources", "export").stdout
    assert plugged.run("-c", settings, "sources", "remove", "the-capsule").returncode == 0
    listed = tmp_path / "list.opml"
    listed.write_text(exported, "utf-8")
    assert "1 source added" in plugged.run("-c", settings, "sources", "import", listed).stdout
    assert 'kind = "gemtext"' in settings.read_text("utf-8")


def test_what_nothing_brings_is_refused_with_what_there_is(
    plugged: Python, write_settings: Callable[..., Path]
) -> None:
    tables = source("gopher", 'url = "https://x.example"') + FEED.format(formats='"epub"')
    done = plugged.run("-c", write_settings(tables), "run")
    assert done.returncode == 2
    kinds = "'folder', 'urls', 'feed', 'sitemap', 'index', 'gemtext'"
    assert f'"gopher" is no kind — there are {kinds}; a plug-in may bring others' in done.stderr
    assert (
        'feed "news": formats, item 3: "epub" is no feed format — there are rss, atom, json, txt'
        in done.stderr
    )


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("", 'source "capsule": needs one of `url`, `urls` and `path`, but has none'),
        ('url = "https://x.example"\npath = "p"', "but has `url` and `path`"),
        ('url = "x.example"', 'source "capsule": url: "x.example" is no address'),
        ('uri = "https://x.example"', 'source "capsule": uri: unknown key (did you mean "url"?)'),
    ],
)
def test_the_settings_of_a_plug_ins_source_are_checked(plugged, write_settings, place, said):
    done = plugged.run("-c", write_settings(source("gemtext", place)), "run")
    assert done.returncode == 2 and said in done.stderr


def test_broken_plug_ins_stop_only_themselves_and_doctor_says_which(
    plugged: Python, site: Site, write_settings: Callable[..., Path], tmp_path: Path
) -> None:
    faults = {
        "absent": "no_such_module:KIND",
        "string": "broken:NO_KIND",
        "needless": "broken:NO_NEED",
        "Wrong Name": "broken:FILES",
        "feed": "broken:FILES",
    }
    lines = "\n".join(f"{name} = {value}" for name, value in faults.items())
    formats = "other = broken:OTHER_SUFFIX\nhtml = broken:PAGES"
    plugged.install("zz-broken", "broken", kinds=lines, formats=formats)
    plugged.install("zz-double", "broken", kinds="gemtext = broken:FILES")
    write_page(tmp_path / "pages", "market", "The market", "Traders are glad of it.")
    url = capsule(site)
    tables = (
        source("gemtext", f'url = "{url}"')
        + source("folder", 'path = "pages"', "town")
        + source("absent", f'url = "{url}"', "lost")
    )
    settings = write_settings(tables + FEED.format(formats='"txt", "other"'))

    done = plugged.run("-c", settings, "run")
    assert done.returncode == 1, done.stderr
    assert 'plug-in zz-broken 1.0: its kind of source "absent" cannot be loaded' in done.stderr
    assert "ModuleNotFoundError" in done.stderr and "Traceback" not in done.stdout
    assert 'its feed format "other" has the suffix "x", which must be its name' in done.stderr
    output = tmp_path / "output" / "news"
    assert "The bridge" in (output / "en.txt").read_text("utf-8")
    assert "The market" in (output / "en.txt").read_text("utf-8")
    assert sorted(one.name for one in output.iterdir()) == ["en.atom", "en.rss", "en.txt"]

    found = plugged.run("-c", settings, "doctor").stdout
    assert "kind of source gemtext (babelwire-gemtext 1.0)" in found
    assert "feed format txt (babelwire-plaintext 1.0)" in found
    for said in (
        'zz-broken 1.0: its kind of source "absent" cannot be loaded (ModuleNotFoundError',
        'zz-broken 1.0: its kind of source "string" is a str, but must be a pipeline.ingest',
        'zz-broken 1.0: its kind of source "needless" needs `nothing`',
        'zz-broken 1.0: "Wrong Name" is no name',
        'zz-broken 1.0: its kind of source "feed" is built in',
        'zz-broken 1.0: its feed format "html" has the ending of other files',
        'zz-double 1.0: its kind of source "gemtext" is that of babelwire-gemtext 1.0 already',
    ):
        assert said in " ".join(found.split()), found
    assert "upgrade or uninstall it" in found


def test_a_plug_in_that_raises_is_a_failure_of_its_source_or_its_file(
    plugged: Python, write_settings: Callable[..., Path], tmp_path: Path
) -> None:
    kinds = "raises = broken:RAISES\nempty = broken:GIVES_NOTHING\nfiles = broken:FILES"
    plugged.install("zz-broken", "broken", kinds=kinds, formats="fails = broken:FAILS")
    write_page(tmp_path / "pages", "market", "The market", "Traders are glad of it.")
    secret = write_page(tmp_path / "private", "secret", "The secret", "Nobody shall read it.")
    web = 'url = "http://127.0.0.1:1/"'
    tables = (
        source("raises", web, "one")
        + source("empty", web, "two")
        + source("files", f'{web}\ntitle = "{secret}"', "three")
        + source("folder", 'path = "pages"', "town")
    )
    settings = write_settings(tables + FEED.format(formats='"fails", "txt"'))
    done = plugged.run("-c", settings, "run")
    assert done.returncode == 1
    broke = "broke the plug-in zz-broken 1.0 (ZeroDivisionError: in a plug-in)"
    assert f"http://127.0.0.1:1/: {broke}" in done.stderr
    assert f"news/en.fails: {broke}" in done.stderr
    assert "report it to the plug-in's authors" in done.stderr
    assert "gave a NoneType instead of a Discovery" in done.stderr
    assert "neither http nor https" in done.stderr
    text = (tmp_path / "output" / "news" / "en.txt").read_text("utf-8")
    assert "The market" in text and "secret" not in text
    assert (tmp_path / "output" / "news" / "en.rss").is_file()


def test_entry_points_are_not_read_before_they_are_needed(plugged, write_settings, tmp_path):
    plugged.install("zz-loud", "loud", kinds="loud = loud:KIND")
    write_page(tmp_path / "pages", "market", "The market", "Traders are glad of it.")
    settings = write_settings(source("folder", 'path = "pages"', "town"))
    assert "imported" not in plugged.run("--help").stdout
    assert "imported" not in plugged.run("-c", settings, "run").stdout
    assert plugged.run("-c", settings, "doctor").stdout.count("imported") == 1


def test_what_is_built_in_is_named_in_one_way():
    assert set(plugins.KINDS.built_in) == set(KINDS.usable()) == set(SETTINGS)
    assert plugins.FORMATS.built_in == tuple(FORMATS.usable()) == USUAL
    tagged = str(SourceSettings)
    assert all(f"tag='{name}'" in tagged for name in plugins.KINDS.built_in)
    assert Source.of("a", "gemtext").limit == Source.of("a", "index").limit
