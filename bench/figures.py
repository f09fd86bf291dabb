"""The figures that have floors, and the tools that give them: each tool is called once.

In go the folder with the collections (`shared`) and the tools' own output; out come numbers by
name. A tool that fails gives no figures: whoever compares them names those that are missing.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
LONGEST = 600  # seconds a tool may take
AT_ONCE = 2
_ADAPTER = "bench.extraction_adapter:extract"
_HELD = re.compile(r"^(\d+) of \d+ cases hold$", re.M)


@dataclass(frozen=True, kw_only=True)
class Output:
    """What a tool left: its standard output and what it wrote as JSON (None: nothing)."""

    text: str
    json: dict | None
    shared: Path


Numbers = dict[str, float]


@dataclass(frozen=True, kw_only=True)
class Measure:
    """A tool, the figures it gives, and how they are read from what it leaves.

    `words` are its arguments after Python: {shared} is the folder with the collections, {json} the
    file that it writes. `failing` names the cases that do not hold, where it tries cases. Speeds
    are measured `alone`, after everything else.
    """

    name: str
    words: tuple[str, ...]
    figures: tuple[str, ...]
    read: Callable[[Output], Numbers]
    failing: Callable[[Output], list[str]] | None = None
    alone: bool = False

    def command(self, shared: str, json_file: str | None = None) -> list[str]:
        """Return the arguments; without a file for it, those that write JSON are left out."""
        words = list(self.words)
        if json_file is None and "{json}" in words:
            at = words.index("{json}")
            del words[at - 1 : at + 1]
        return [word.format(shared=shared, json=json_file) for word in words]

    def shown(self) -> str:
        """The command that gives these figures alone, as it is typed at the project's root."""
        python = sys.executable.removeprefix(f"{ROOT}/")
        return " ".join(["PYTHONPATH=.", python, *self.command("../shared")])


@dataclass(kw_only=True)
class Measured:
    """Figures by (measure, figure); names of failing cases by measure; complaints of tools."""

    numbers: dict[tuple[str, str], float] = field(default_factory=dict)
    failing: dict[str, list[str]] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)


def measure(measures: Iterable[Measure], shared: Path) -> Measured:
    """Run each tool once, two at a time, and those that need the machine to themselves at last."""
    measured = Measured()
    with tempfile.TemporaryDirectory(prefix="floors-") as name:
        every = list(measures)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            together = [one for one in every if not one.alone]
            list(pool.map(lambda one: _run(one, shared, Path(name), measured), together))
        for one in every:
            if one.alone:
                _run(one, shared, Path(name), measured)
    return measured


def _run(one: Measure, shared: Path, folder: Path, measured: Measured) -> None:
    written = folder / f"{one.name}.json"
    own = {"PYTHONPATH": str(ROOT)}
    # Models and settings of whoever runs this are not what is measured.
    for kind in ("DATA", "CONFIG", "CACHE", "STATE"):
        own[f"XDG_{kind}_HOME"] = str(folder / f"{one.name}.{kind.lower()}")
    began = time.monotonic()
    try:
        done = subprocess.run(
            [sys.executable, *one.command(str(shared), str(written))],
            cwd=ROOT,
            env=os.environ | own,
            capture_output=True,
            text=True,
            timeout=LONGEST,
        )
    except subprocess.TimeoutExpired:
        measured.complaints.append(f"{one.name}: no answer in {LONGEST} seconds")
        return
    finally:
        measured.seconds[one.name] = took = time.monotonic() - began
    found = json.loads(written.read_text("utf-8")) if written.exists() else None
    output = Output(text=done.stdout, json=found, shared=shared)
    numbers = one.read(output)
    measured.numbers |= {(one.name, key): numbers[key] for key in one.figures if key in numbers}
    if one.failing:
        measured.failing[one.name] = one.failing(output)
    if any(key not in numbers for key in one.figures):
        last = "\n    ".join(done.stderr.strip().splitlines()[-5:])
        measured.complaints.append(f"{one.name}: exit code {done.returncode}\n    {last}")
    print(f"{one.name}: {took:.0f} s", file=sys.stderr, flush=True)


def _extraction(output: Output) -> Numbers:
    sets = output.json["figures"][_ADAPTER] if output.json else {}
    return {f"{name} {key}": one for name, row in sets.items() for key, one in row.items()}


def _consent(output: Output) -> Numbers:
    row = output.json["figures"][_ADAPTER] if output.json else {}
    seed = {f"seed {key}": one for key, one in row.get("seed", {}).items()}
    return {key: one + 0 for key, one in {**row, **seed}.items() if isinstance(one, int | float)}


def _held(output: Output) -> Numbers:
    found = _HELD.search(output.text)
    return {"hold": int(found[1])} if found else {}


def _failing(folder: str, key: str) -> Callable[[Output], list[str]]:
    """The cases whose name and situation begin a line: check.py prints those that do not hold."""

    def read(output: Output) -> list[str]:
        cases = json.loads((output.shared / "cases" / folder / "cases.json").read_text("utf-8"))
        lines = set(output.text.splitlines())
        return [one[key] for one in cases if f"{one[key]}: {one['situation']}" in lines]

    return read


def _right(output: Output) -> Numbers:
    kinds = re.findall(r"^[\w ]+: (\d+) of \d+$", output.text, re.M)
    return {"right": sum(map(int, kinds))} if kinds else {}


def _translation(output: Output) -> Numbers:
    found = re.findall(r"^markup: (.+): ([\d.]+)$", output.text, re.M)
    found += re.findall(r"\b(BLEU|chrF) ([\d.]+)", output.text)
    return {key: float(number) if "." in number else int(number) for key, number in found}


def _missing(output: Output) -> Numbers:
    found = re.search(r"^\| all \| \d+ \| (\d+) \|", output.text, re.M)
    return {"missing": int(found[1])} if found else {}


def _extraction_speed(output: Output) -> Numbers:
    found = re.search(r"babelwire is ([\d.]+) times as fast", output.text)
    return {"× trafilatura": float(found[1])} if found else {}


def _translation_speed(output: Output) -> Numbers:
    return (output.json or {}).get("babelwire, beam 1", {})


def _cases(kind: str) -> Measure:
    return Measure(
        name=f"cases-{kind}",
        words=("{shared}/cases/check.py", f"{{shared}}/cases/{kind}"),
        figures=("hold",),
        read=_held,
        failing=_failing(kind, "file"),
    )


# The longest first, so that both processors are busy to the end.
MEASURES = (
    Measure(
        name="extraction",
        words=(
            *("{shared}/bench/extraction/score.py", "--pages", "{shared}/bench/extraction"),
            *("--python", _ADAPTER, "--json", "{json}"),
        ),
        figures=(
            *("scrapinghub F1", "mozilla F1", "fundus F1", "newspaper3k F1", "newspaper4k F1"),
            *("trafilatura seg_F1", "postlight seg_R"),
            *("overall title~", "overall date", "overall author~"),
            *("fundus title~", "fundus date", "fundus author~"),
        ),
        read=_extraction,
    ),
    Measure(
        name="translation",
        words=("{shared}/bench/translation/score.py", "--module", "bench.translate_adapter"),
        figures=(
            *("BLEU", "chrF", "all tags kept", "well nested", "text as without markup"),
            "span encloses the same words (where they can be found)",
            "spans that can be found",
        ),
        read=_translation,
    ),
    Measure(
        name="consent",
        words=(
            *("{shared}/bench/consent/leak.py", "--pages", "{shared}/bench/extraction"),
            *("--python", _ADAPTER, "--json", "{json}"),
        ),
        figures=(
            *("leak top", "leak end", "leak main", "leak tail", "loss all", "decoy kept"),
            *("seed title", "seed kept", "seed leaked"),
        ),
        read=_consent,
    ),
    Measure(
        name="cases-translation",
        words=("bench/started.py", "{shared}/cases/translation/check.py"),
        figures=("hold",),
        read=_held,
        failing=_failing("translation", "id"),
    ),
    Measure(
        name="numbers",
        words=("bench/started.py", "{shared}/cases/translation/numbers.py"),
        figures=("right",),
        read=_right,
    ),
    Measure(
        name="names",
        words=("bench/names.py", "{shared}/bench/translation/news.en-pt.jsonl"),
        figures=("missing",),
        read=_missing,
    ),
    _cases("extraction"),
    _cases("notices"),
    Measure(
        name="speed-extraction",
        words=("bench/extraction_speed.py", "{shared}/bench/extraction/pages/scrapinghub"),
        figures=("× trafilatura",),
        read=_extraction_speed,
        alone=True,
    ),
    Measure(
        name="speed-translation",
        words=(
            *("bench/translation.py", "{shared}/bench/translation/news.en-pt.jsonl"),
            *("--documents", "8", "--beams", "1", "--rounds", "4", "--no-cold"),
            *("--json", "{json}"),
        ),
        figures=("× Argos, CPU", "× the limit, CPU"),
        read=_translation_speed,
        alone=True,
    ),
)
