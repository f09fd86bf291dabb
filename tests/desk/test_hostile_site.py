"""One pass over a hostile site, with one good source beside it."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import feedparser
import pytest

from pipeline.cli.context import open_store
from pipeline.config import load
from pipeline.desk import Desk, Report
from tests.desk.hostile_routes import ENDLESS, FINE
from tests.desk.hostile_site import place, running, traps
from tests.waiting import LONG

# One pass for all of them: its tests go to one worker.
pytestmark = [pytest.mark.xdist_group("hostile site"), pytest.mark.slow]

TRAPS = traps()
NAMES = {f"s{number}": name for number, name in enumerate(TRAPS)}
GOOD = f"s{len(TRAPS)}"
SETTINGS = """languages = ["en"]
[fetch]
allow_private_hosts = ["127.1.0.0/16:{port}"]
timeout = {seconds}
connect_timeout = {seconds}
total_timeout = {seconds}
max_bytes = 3_000_000
max_redirects = 4
max_wait = 0.5
host_delay = 0
concurrency = 32
{sources}
[[feeds]]
id = "news"
title = "News"
limit = 1000
"""


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with running() as one:
        yield one


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hostile")


def write_settings(folder: Path, port: int, seconds: float) -> Path:
    """Settings of all the sources, whose pages may take some seconds."""
    sources = []
    for number, (name, trap) in enumerate([*TRAPS.items(), ("good", None)]):
        where = place(number, port)
        kind = trap.kind if trap else "urls"
        address = f'urls = ["{where}/page"]' if kind == "urls" else f'url = "{where}/feed"'
        if name == "page: no tls":
            address = address.replace("http:", "https:")
        sources.append(f'[[sources]]\nid = "s{number}"\nkind = "{kind}"\n{address}\nlimit = 3\n')
    path = folder / "babelwire.toml"
    path.write_text(SETTINGS.format(port=port, seconds=seconds, sources="".join(sources)), "utf-8")
    return path


@pytest.fixture(scope="module")
def report(port: int, folder: Path) -> Report:
    """A pass over what ends, for which there is time, and one over what does not."""
    endless = [source for source, name in NAMES.items() if TRAPS[name].says == ENDLESS]
    report = Report(started=datetime.now(UTC))
    for seconds, wanted in (
        (LONG, [source for source in (*NAMES, GOOD) if source not in endless]),
        (2.0, endless),
    ):
        settings = load(write_settings(folder, port, seconds))
        with open_store(settings) as store:
            report.merge(Desk(settings, store).run(wanted))
    return report


def test_the_others_are_unharmed_and_the_feed_is_whole(report: Report, folder: Path) -> None:
    assert report.sources[GOOD].new == 1
    assert not [one for one in report.failures if one.source == GOOD or one.stage == "publish"]
    for form in ("rss", "atom"):
        parsed = feedparser.parse((folder / f"output/news/en.{form}").read_bytes())
        assert not parsed.bozo, parsed.bozo_exception
        assert len({one.id for one in parsed.entries}) == len(parsed.entries)
        assert not [one.link for one in parsed.entries if not one.link.startswith("http")]
    assert "root:" not in (folder / "output/news/en.json").read_text("utf-8")
    pages = sqlite3.connect(folder / "state/babelwire.sqlite")
    [[longest]] = pages.execute("SELECT max(length(headers)) FROM pages").fetchall()
    pages.close()
    assert longest < 4_000


@pytest.mark.parametrize("source", NAMES, ids=NAMES.values())
def test_each_trap_comes_to_what_it_should(report: Report, source: str) -> None:
    says = TRAPS[NAMES[source]].says
    tally = report.sources[source]
    lines = [str(one) for one in report.failures if one.source == source] + tally.notes
    assert not [line for line in lines if "broke babelwire" in line]
    assert len(lines) <= 5
    if says == FINE:
        assert lines == [] or tally.new, lines
        assert tally.new >= 1
    else:
        assert any(words in line for line in lines for words in says.split("|")), lines
