"""Compare the figures of quality with their floors, and say where one fell below.

    make floors
    PYTHONPATH=. python bench/floors.py [--raise] [--only MEASURE] [--shared FOLDER]

In go `bench/floors.toml` and the collections of `../shared`; without these, one line says that
nothing was measured, and the exit code is 0. Out comes a table of figure, floor and measured
figure. Exit code 1: a figure is below its floor or was not measured, or the file names one that no
tool gives or leaves one out. `--raise` writes higher floors into the file where the figures allow
it; it never lowers one.

A floor in the file is a table: `at_least`, or `at_most` for what should be small; `margin`, the
share of the figure that is left free when the floor is raised, for noise and other processors (0:
the figure is the same each time); `failing`, the cases known not to hold, to name those that
changed.
"""

import argparse
import math
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomlkit

from bench.figures import MEASURES, ROOT, Measure, Measured, measure

FILE = ROOT / "bench" / "floors.toml"
SHARED = ROOT.parent / "shared"
_KEYS = {"at_least", "at_most", "margin", "failing"}
Name = tuple[str, str]
"""A measure and one of its figures: the tables of the file."""


@dataclass(frozen=True, kw_only=True)
class Floor:
    """What a figure must not fall below, or exceed where `least` is false."""

    limit: float
    least: bool = True
    margin: float = 0.0
    failing: frozenset[str] = frozenset()

    def holds(self, number: float) -> bool:
        return number >= self.limit if self.least else number <= self.limit

    def raised(self, number: float) -> float | None:
        """Return the floor that this figure allows, None where it is not clearly a higher one.

        Counts stay whole, other figures have four digits; both are rounded to the safe side. Of a
        figure with a margin, half of it more is asked for: noise alone must not raise floors.
        """
        digits = 0 if isinstance(number, int) else 4
        step = 10**digits
        if self.least:
            new = math.floor(number * (1 - self.margin) * step) / step
            clear = new > self.limit * (1 + self.margin / 2)
        else:
            new = math.ceil(number * (1 + self.margin) * step) / step
            clear = new < self.limit * (1 - self.margin / 2)
        return (new if digits else int(new)) if clear else None

    def __str__(self) -> str:
        return f"{'≥' if self.least else '≤'} {self.limit:g}"


def main(
    words: Sequence[str] | None = None,
    measures: Sequence[Measure] = MEASURES,
    file: Path = FILE,
) -> int:
    """Measure, compare and print; return the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--raise", dest="raising", action="store_true", help="write higher floors")
    parser.add_argument("--only", action="append", choices=[one.name for one in measures])
    parser.add_argument("--shared", type=Path, default=SHARED, help="where the collections are")
    asked = parser.parse_args(words)
    if not asked.shared.is_dir():
        print(f"quality floors: skipped, there is no {asked.shared} to measure with")
        return 0
    document = tomlkit.parse(file.read_text("utf-8"))
    floors, wrong = read(document.unwrap(), measures)
    if wrong:
        print(*(f"{file.name}: {one}" for one in wrong), sep="\n")
        return 1
    chosen = [one for one in measures if not asked.only or one.name in asked.only]
    began = time.monotonic()
    measured = measure(chosen, asked.shared)
    names = {one.name for one in chosen}
    floors = {name: floor for name, floor in floors.items() if name[0] in names}
    good = report(floors, measured, chosen)
    print(f"{len(floors)} figures in {time.monotonic() - began:.0f} s")
    higher = raises(floors, measured)
    for name, new in higher.items():
        print(f"{' '.join(name)}: the floor could be {new:g}, it is {floors[name].limit:g}")
    if higher and asked.raising:
        write(document, higher, measured)
        file.write_text(tomlkit.dumps(document), "utf-8")
        print(f"{len(higher)} floors raised in {file}")
    elif higher:
        print("raise them: make floors ARGS=--raise")
    return 0 if good else 1


def read(
    tables: dict[str, Any], measures: Sequence[Measure]
) -> tuple[dict[Name, Floor], list[str]]:
    """Return the floors of the file, and what is wrong with it."""
    known = {(one.name, figure) for one in measures for figure in one.figures}
    floors, wrong = {}, []
    for measure_name, rows in tables.items():
        for figure, row in rows.items():
            name = measure_name, figure
            if name not in known:
                wrong.append(f"{' '.join(name)}: no tool gives this figure")
            elif floor := _floor(row):
                floors[name] = floor
            else:
                wrong.append(f"{' '.join(name)}: give at_least or at_most, margin, failing")
    named = {(name, figure) for name, rows in tables.items() for figure in rows}
    wrong += [f"{' '.join(name)}: this figure has no floor" for name in sorted(known - named)]
    return floors, wrong


def _floor(row: object) -> Floor | None:
    if not isinstance(row, dict) or not set(row) <= _KEYS:
        return None
    if ("at_least" in row) == ("at_most" in row):
        return None
    least = "at_least" in row
    return Floor(
        limit=row["at_least" if least else "at_most"],
        least=least,
        margin=row.get("margin", 0.0),
        failing=frozenset(row.get("failing", ())),
    )


def report(floors: dict[Name, Floor], measured: Measured, measures: Sequence[Measure]) -> bool:
    """Print every figure beside its floor, then those below with their commands; say if none is."""
    below = {
        name: floor
        for name, floor in floors.items()
        if name not in measured.numbers or not floor.holds(measured.numbers[name])
    }
    print("| figure | floor | measured | |\n|---|---|---|---|")
    for name, floor in floors.items():
        state = "" if name not in below else "BELOW" if name in measured.numbers else "NOT MEASURED"
        print(f"| {' '.join(name)} | {floor} | {_number(name, measured)} | {state} |")
    for name, floor in floors.items():
        _changed(name[0], floor, measured)
    if measured.complaints:
        print("\nTools that did not give all their figures:", *measured.complaints, sep="\n")
    if below:
        commands = {one.name: one.shown() for one in measures}
        print("\nBelow their floors:\n\n| figure | floor | measured | command |\n|---|---|---|---|")
        for name, floor in below.items():
            number = _number(name, measured)
            print(f"| {' '.join(name)} | {floor} | {number} | `{commands[name[0]]}` |")
        print()
    return not below


def _number(name: Name, measured: Measured) -> str:
    number = measured.numbers.get(name)
    if number is None:
        return "none"
    return str(number) if isinstance(number, int) else f"{number:.4f}"


def _changed(name: str, floor: Floor, measured: Measured) -> None:
    """Print the cases that hold no longer, and those that do now."""
    if name not in measured.failing:
        return
    now = set(measured.failing[name])
    for told, cases in (("hold no longer", now - floor.failing), ("hold now", floor.failing - now)):
        if cases:
            print(f"{name}: {told}: {', '.join(sorted(cases))}")


def raises(floors: dict[Name, Floor], measured: Measured) -> dict[Name, float]:
    """Return the higher floors that the figures allow."""
    found = {
        name: floor.raised(measured.numbers[name])
        for name, floor in floors.items()
        if name in measured.numbers
    }
    return {name: new for name, new in found.items() if new is not None}


def write(document: tomlkit.TOMLDocument, higher: dict[Name, float], measured: Measured) -> None:
    """Put the higher floors into the document, with the cases that still do not hold."""
    for (measure_name, figure), new in higher.items():
        row: Any = document[measure_name]
        row = row[figure]
        row["at_least" if "at_least" in row else "at_most"] = new
        if measure_name in measured.failing:
            cases = tomlkit.array().multiline(True)
            cases.extend(measured.failing[measure_name])
            row["failing"] = cases


if __name__ == "__main__":
    sys.exit(main())
