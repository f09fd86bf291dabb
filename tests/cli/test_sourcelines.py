"""What `babelwire status` says of few sources, and of many."""

import re
from datetime import UTC, datetime

import pytest

from pipeline.cli import statuslines
from pipeline.cli.context import open_store
from pipeline.cli.overview import overview
from pipeline.cli.sourcelines import each, summary
from pipeline.config import load
from pipeline.store import SourceState
from tests.conftest import babelwire

NOW = datetime.now(UTC)
HOURS = "2026-03-01T12:00:00+00:00", "2026-03-02T12:00:00+00:00"

SETTINGS = """
{sources}
[[feeds]]
id = "all"
title = "All"
"""


def source(name: str, **of: object) -> dict[str, object]:
    """The value that `overview` makes of a source without problems."""
    return {
        "id": name,
        "scheduled": True,
        "last_success": HOURS[0],
        "newest": HOURS[0],
        "silent": False,
        "next_due": HOURS[1],
        "failures": 0,
        "error": None,
        "moved": None,
        "notes": [],
        "pages": 3,
        **dict.fromkeys(("waiting", "rejected", "failed", "dropped", "skipped", "gone"), 0),
        **of,
    }


def failing(name: str, failures: int, reason: str) -> dict[str, object]:
    return source(name, failures=failures, error=f"https://{name}.example/feed: {reason}")


def silent(name: str, *notes: str) -> dict[str, object]:
    return source(name, silent=True, notes=[*notes, "is silent: its newest article is of then"])


def wells(number: int) -> list[dict[str, object]]:
    return [source(f"well{one}") for one in range(number)]


def test_nothing_is_said_of_those_that_are_well_but_their_number():
    said = list(summary([*wells(1234), source("new", last_success=None, newest=None)]))
    assert said[0] == "1,235 sources: 1,234 well, 1 not visited yet"
    assert said[-1] == "nothing to say of 1,235 sources: `babelwire status --all` shows each"
    assert len(said) == 4  # and when the last visit was, and the next


@pytest.mark.parametrize(
    "reason",
    ["answers 503 — wait", "ist kein Feed: Zeile 3", "لا يجيب", "the host name is not known"],
)
def test_those_that_fail_for_the_same_reason_are_told_together(reason):
    ill = [failing(name, 7, reason) for name in ("de", "ar-sa", "pt")]
    said = list(summary([*wells(30), *ill, failing("other", 9, "answers 404")]))
    assert said[0] == "34 sources: 30 well, 4 failing"
    at = said.index(f"3 sources failing: {reason}")
    assert said[at + 1] == "    failed visits in a row: de 7, ar-sa 7, pt 7"
    assert said[at + 2] == "other: 9 failed visits in a row"
    assert "nothing to say of 30 sources" in said[-1]


def test_the_longest_failing_comes_first_and_each_has_its_number():
    said = list(summary([failing(f"s{one}", one, "answers 503") for one in range(1, 61)]))
    [listed] = [one for one in said if "in a row" in one]
    assert listed.startswith("    failed visits in a row: s60 60, s59 59,")
    assert len(re.findall(r"\bs\d+ \d+", listed)) == 60


def test_one_that_fails_alone_is_told_with_its_address():
    said = list(summary([*wells(30), failing("only", 1, "no answer"), source("q", error="broke")]))
    assert "    error: https://only.example/feed: no answer" in said
    assert "only: 1 failed visit in a row" in said and "    error: broke" in said


def test_whatever_is_to_be_said_names_its_source():
    ill = [
        silent("quiet", "the feed is repaired"),
        silent("mute"),
        source("gone", moved="https://new.example/"),
        source("mended", notes=["the feed is repaired", "is read at https://x/"]),
        failing("broken", 2, "answers 404") | {"notes": ["the feed is repaired"]},
    ]
    said = list(summary([*wells(30), *ill]))
    assert said[0] == "35 sources: 30 well, 1 failing, 2 silent, 1 moved, 1 with a note"
    assert "gone: has moved to https://new.example/" in said
    assert "mended: is read at https://x/" in said
    at = said.index("3 sources: the feed is repaired")
    assert said[at + 1] == "    quiet, mended, broken"
    at = said.index("2 sources silent: see whether their addresses are still right")
    assert said[at + 1] == "    newest article: quiet 2026-03-01, mute 2026-03-01"
    alone = list(summary([*wells(30), silent("quiet")]))
    assert "quiet: is silent: its newest article is of then" in alone
    for name in ("quiet", "mute", "gone", "mended", "broken"):
        assert name in "\n".join(said)


def test_a_few_sources_are_shown_each_and_many_on_request(write_settings):
    names = [f"s{number}" for number in range(30)]
    tables = "".join(
        f'[[sources]]\nid = "{name}"\nkind = "feed"\nurl = "https://{name}.example/feed.xml"\n'
        for name in names
    )
    path = write_settings(SETTINGS.format(sources=tables))
    settings = load(path)
    with open_store(settings) as store:
        for name in names:
            store.sources.succeeded(name, SourceState(last_run=NOW, last_success=NOW))
        for name in ("s4", "s17"):
            store.sources.failed(name, f"https://{name}.example/feed.xml: answers 503", NOW)
        found = overview(settings, store)
    few = list(statuslines.lines({**found, "sources": found["sources"][:25]}))
    assert len([one for one in few if "    last success" in one]) == 25
    shown = babelwire("-c", path, "status").stdout
    assert "30 sources: 28 well, 2 failing" in shown and "s4 1, s17 1" in shown
    assert "s5" not in shown and "status --all" in shown
    whole = babelwire("-c", path, "status", "--all").stdout
    assert [name for name in names if f"\n  {name}: " in whole] == names
    assert whole.count("error: https://") == 2


def test_each_source_of_a_few_has_its_lines():
    said = list(each([failing("broken", 2, "answers 404"), silent("quiet")]))
    assert said[0] == "broken: 3 with an article"
    assert "    2 failed visits in a row" in said
    assert "    error: https://broken.example/feed: answers 404" in said
    assert said[-1] == "    note: is silent: its newest article is of then"
    assert len([one for one in each([]) if "babelwire add" in one]) == 1
