"""The times of a pass, as text and as JSON: the parts of each total add up to it."""

import json
import re
from pathlib import Path

import pytest

from tests.conftest import babelwire, write_page

SOURCES = ("town", "harbour", "hills")
_LINE = re.compile(r"^([\d.]+) s (.*?)(?: \((.*)\))?$")


@pytest.fixture
def place(tmp_path: Path, write_settings) -> Path:
    for name in SOURCES:
        for number in range(3):
            title = f"The bridge of {name} is repaired, part {number}"
            write_page(tmp_path / name, f"{name}-{number}", title, "It was about time.")
    folders = "".join(
        f'[[sources]]\nid = "{name}"\nkind = "folder"\npath = "{name}"\n' for name in SOURCES
    )
    return write_settings(f'{folders}[[feeds]]\nid = "news"\ntitle = "News"\n')


def totals(told: str) -> dict[str, tuple[float, dict[str, float]]]:
    """The lines of times: what they are of, the total, its parts."""
    found = {}
    for line in told.splitlines():
        if match := _LINE.match(line):
            shares = [one.split() for one in (match[3] or "").split(", ") if one]
            found[match[2]] = float(match[1]), {name: float(value) for name, value, _ in shares}
    return found


def adds_up(total: float, parts: dict[str, float]) -> bool:
    """Whether a total is the sum of its parts, each of them rounded to hundredths."""
    return abs(total - sum(parts.values())) <= 0.01 * (len(parts) + 8)


def test_each_total_of_a_pass_over_several_sources_is_the_sum_of_its_parts(place):
    done = babelwire("-c", place, "run", "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert {"collect", "wait", "translate", "publish", "other"} == set(report["phases"])
    assert adds_up(report["elapsed"], report["phases"])
    assert {*report["seconds"], "other"} == set(report["processor"])
    visits = {stage: report["seconds"][stage] for stage in ("discover", "extract", "store")}
    assert visits["extract"] > 0 and report["processor"]["extract"] > 0
    assert report["seconds"]["translate"] <= report["phases"]["translate"] + 0.01


def test_text_says_which_time_has_passed_and_which_was_worked(place):
    told = totals(babelwire("-c", place, "run").stdout)
    assert set(told) == {"in all", "in 3 visits, several at a time", "of processor time"}
    for total, parts in told.values():
        assert parts and adds_up(total, parts)
    elapsed, phases = told["in all"]
    assert all(value <= elapsed + 0.01 for value in phases.values())
    assert {"extract", "translate"} <= set(told["of processor time"][1])


def test_a_pass_over_kept_pages_adds_up_too(place):
    babelwire("-c", place, "run")
    told = totals(babelwire("-c", place, "reextract").stdout)
    assert set(told) == {"in all", "of processor time"}
    assert all(adds_up(*one) for one in told.values())
    assert "extract" in told["in all"][1]
