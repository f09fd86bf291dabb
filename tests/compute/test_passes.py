"""Whole passes by real processes: the same bytes as one process writes, whoever is killed."""

import re
import sqlite3
from pathlib import Path

import pytest

from tests.conftest import babelwire, write_page
from tests.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("cluster")]

TOPICS = ("bridge", "harbour", "night train", "market", "library", "orchard")
SETTINGS = """languages = ["en", "pt"]
[translate]
packages_dir = "{packages}"
batch_tokens = 64
{compute}
[[sources]]
id = "town"
kind = "folder"
path = "{pages}"
[[feeds]]
id = "news"
title = "News"
"""


def place(folder: Path, packages: Path, compute: str) -> Path:
    pages = folder.parent / "pages"
    if not pages.exists():
        for at, topic in enumerate(TOPICS):
            text = f"The {topic} was repaired by {at + 2} people. Nobody had used it for a year."
            write_page(pages, topic.replace(" ", "-"), f"The {topic} is open again", text)
    folder.mkdir()
    path = folder / "babelwire.toml"
    path.write_text(SETTINGS.format(packages=packages, compute=compute, pages=pages), "utf-8")
    return path


# The moment of a pass, which is in feeds. The dates of articles are in the beginning of 2026.
_NOW = re.compile(
    rb"(?!2026-0[12])20\d\d-\d\d-\d\dT[\d:.]+|\w{3}, \d\d (?!(?:Jan|Feb) 2026)\w{3} 20\d\d [\d:]+"
)


def result(folder: Path) -> dict[str, bytes | int]:
    """Every published file, and the numbers of rows: nothing lost, nothing twice."""
    found: dict[str, bytes | int] = {
        str(path.relative_to(folder)): _NOW.sub(b"NOW", path.read_bytes())
        for path in (folder / "output").rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }
    with sqlite3.connect(folder / "state" / "babelwire.sqlite") as database:
        for table in ("articles", "translations"):
            (found[table],) = database.execute(f"SELECT count(*) FROM {table}").fetchone()
    return found


def translated(folder: Path) -> int:
    """How many segments are in the memory so far."""
    path = folder / "state" / "babelwire.sqlite"
    if not path.exists():
        return 0
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
        known = database.execute("SELECT 1 FROM sqlite_master WHERE name = 'memory'").fetchone()
        return database.execute("SELECT count(*) FROM memory").fetchone()[0] if known else 0


def test_a_pass_by_workers_writes_what_one_process_writes(processes, tmp_path, packages_dir):
    alone = place(tmp_path / "alone", packages_dir, "")
    assert processes.start("--config", alone, "run").ends() == 0
    expected = result(alone.parent)
    assert expected["translations"] == 2 * len(TOPICS)
    compute = f'[compute]\nscheduler = "{processes.address}"\nwait = 120\n'
    processes.scheduler()
    processes.worker()
    calm = place(tmp_path / "calm", packages_dir, compute)
    done = processes.start("--config", calm, "run")
    assert done.ends() == 0, done.said
    assert result(calm.parent) == expected
    said = babelwire("--config", calm, "status").stdout
    assert "Workers" in said
    assert "computed on the desk" not in said
    assert f"{len(TOPICS)} pages" in said

    # The desk is killed while workers have batches of it; the next pass ends what it began.
    killed = place(tmp_path / "killed", packages_dir, compute)
    slow = processes.worker(FAKE_SECONDS="0.3", FAKE_PAGE_SECONDS="0.2")
    slow.says("connected to")
    desk = processes.start("--config", killed, "run")
    until(lambda: translated(killed.parent))
    desk.kill()
    assert processes.start("--config", killed, "run").ends() == 0
    assert result(killed.parent) == expected

    # Without anybody the desk computes, says so once, and writes the same.
    slow.kill()
    processes.stack.close()
    compute = compute.replace("wait = 120", "wait = 1")
    left = place(tmp_path / "left", packages_dir, compute)
    assert processes.start("--config", left, "run").ends() == 0
    assert result(left.parent) == expected
    said = babelwire("--config", left, "status").stdout
    assert said.count("no scheduler answers") == 2  # at present, and the last time
    found = babelwire("--config", left, "doctor").stdout
    assert "start `babelwire scheduler`" in found
