"""The text of `babelwire status`: groups of lines, one fact each, that fit into 80 columns.

Takes the value that `overview` makes, and returns lines. Times are those of this machine's zone.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from pipeline.cli.show import local, many, wrapped
from pipeline.cli.sourcelines import counted, each, summary
from pipeline.compute.lines import lines as compute_lines
from pipeline.compute.state import from_dict
from pipeline.config.languages import question
from pipeline.desk.waiting import Waiting, held_back

# The most failures that are listed.
_SHOWN = 20
# Up to so many sources have lines of their own; of more, those with problems.
_EACH = 25


def lines(found: dict[str, Any], *, whole: bool = False) -> Iterator[str]:
    """The lines, with an empty one between groups. A group without facts is left out.

    With `whole`, each source has its own, however many there are.
    """
    sources = found["sources"]
    zone = datetime.now().astimezone().tzname()
    groups: dict[str, Iterable[str]] = {
        f"Sources (times are {zone})": each(sources)
        if whole or len(sources) <= _EACH
        else summary(sources),
        "Articles": _articles(found),
        "Translation": _translation(found),
        "Daemon": _daemon(found["daemon"]),
        "Workers": _workers(found["compute"]),
        "Feeds": [*_feeds(found["feeds"]), *found["hubs"]],
        "Passes": _passes(found["passes"], found["queues"]["passes"]),
        "Failed": _failures(found),
    }
    first = True
    for heading, facts in groups.items():
        rows = [row for fact in facts for row in _indented(fact)]
        if rows:
            if not first:
                yield ""
            yield heading
            yield from rows
            first = False


def _indented(fact: str) -> list[str]:
    """The lines of a fact, which may begin with spaces: further ones begin after two more."""
    margin = 2 + len(fact) - len(fact.lstrip())
    return wrapped(fact, margin + 2, " " * margin)


def _articles(found: dict[str, Any]) -> Iterator[str]:
    languages = ", ".join(f"{number} in {name}" for name, number in found["languages"].items())
    yield f"{many(found['articles'], 'article')} ({languages or 'none published yet'})"
    yield f"pages: {counted(found['pages'], {}) or 'none yet'}"
    yield f"{found['queues']['to fetch']} to be fetched"
    if found["gone"]:
        yield f"{len(found['gone'])} are kept although their pages are gone"


def _translation(found: dict[str, Any]) -> Iterator[str]:
    pending = found["queues"]["to translate"]
    for language, number in pending.items():
        if number:
            yield f"{number} to be translated into {language}"
    if not any(pending.values()):
        yield "nothing to be translated"
    for one in found["waiting"]:
        yield str(Waiting(**one))
        if asked := question(one["source"], one["target"]):
            yield f"    {asked}"
    held = Counter(one["language"] for one in found["held_back"])
    yield from (held_back(number, language) for language, number in sorted(held.items()))
    yield f"{many(found['memory'], 'segment')} in the translation memory"
    if found["failed"]:
        yield f"{many(found['failed'], 'segment')} untranslated because every attempt failed"
    if found["doubted"]:
        number = sum(one["segments"] for one in found["doubted"])
        where = many(len(found["doubted"]), "translation")
        yield f"{many(number, 'segment')} in {where} may be wrong"


def _daemon(found: dict[str, Any] | None) -> Iterator[str]:
    if found is None:
        yield "the daemon is not running"
        return
    yield f"the daemon runs as process {found['process']}"
    yield f"models loaded: {', '.join(found['models']) or 'none'}"
    if found["steps"]:
        yield f"running: {', '.join(found['steps'])}"
    if found["visits"]:
        yield f"{many(found['visits'], 'visit')} to be translated and published"


def _workers(found: dict[str, Any] | None) -> Iterator[str]:
    """What workers compute, and what the desk computes instead; nothing where none are used."""
    if found is not None:
        yield from compute_lines(from_dict(found))


def _feeds(feeds: list[dict[str, Any]]) -> Iterator[str]:
    yield f"{many(len(feeds), 'feed file')} written"
    if feeds:
        yield f"the newest at {local(max(one['written'] for one in feeds))}"


def _passes(passes: list[dict[str, Any]], requested: int) -> Iterator[str]:
    if requested:
        yield f"{requested:,} requested, not begun"
    for one in passes:
        ended = f"exit code {one['exit_code']}" if one["state"] == "done" else one["state"]
        yield f"pass {one['pass']}: {local(one['started'])}, {ended}"


def _failures(found: dict[str, Any]) -> Iterator[str]:
    """Pages and translations that failed: the source or language, and the reason."""
    problems = [f"{one['source']}: {one['error']}{_again(one)}" for one in found["failing"]]
    problems += [f"{one['language']}: {one['error']}" for one in found["untranslated"]]
    yield from problems[:_SHOWN]
    if len(problems) > _SHOWN:
        more = len(problems) - _SHOWN
        yield f"and {more:,} more: see `babelwire articles --state failed`, or `status --json`"


def _again(one: dict[str, Any]) -> str:
    """When a page that failed is fetched again, in brackets; "" if it is not."""
    return f" (again at {local(one['retry'])})" if one["retry"] else ""
