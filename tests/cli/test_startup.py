"""What a command imports: one that shows little waits for little."""

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline import lazily
from pipeline.cli.commands import COMMANDS, loaded

ROOT = Path(__file__).parents[2]
# Distributions, each of which takes long to import.
HEAVY = {
    "alembic",
    "argostranslate",
    "bs4",
    "ctranslate2",
    "feedgen",
    "feedparser",
    "jinja2",
    "lxml",
    "num2words",
    "numpy",
    "onnxruntime",
    "py3langid",
    "requests",
    "sentencepiece",
    "soupsieve",
    "starlette",
    "uvicorn",
}
# What `status` needs nothing of besides: of our own, and of what it does need.
UNASKED = {
    "apscheduler",
    "filelock",
    "regex",
    "rich",
    "sqlalchemy.dialects.postgresql",
    "pipeline.store.archives",
    "pipeline.store.images",
    "pipeline.store.retention",
    "pipeline.store.search",
    "pipeline.translate",
}
LAZY = ("compute", "desk", "ingest", "store", "syndicate", "translate")


def imported(arguments: list[str], folder: Path) -> set[str]:
    """The packages that the command line imports, started as a process of its own."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "pipeline", *arguments],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "COLUMNS": "80", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    lines = [line for line in done.stderr.splitlines() if line.startswith("import time:")]
    assert done.returncode in (0, 2) and len(lines) > 50, done.stderr
    return {line.rpartition("|")[2].strip() for line in lines}


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], []])
def test_help_imports_nothing_heavy(arguments, tmp_path):
    found = imported(arguments, tmp_path)
    assert "typer" in found
    assert found.isdisjoint(HEAVY | {"sqlalchemy", "pydantic", "rich.progress", "babel"})
    assert not [one for one in found if one.startswith(("pipeline.store", "pipeline.desk"))]


@pytest.fixture
def begun(tmp_path, write_settings) -> Path:
    (tmp_path / "pages").mkdir()
    path = write_settings('[[sources]]\nid = "town"\nkind = "folder"\npath = "pages"\n')
    imported(["-c", str(path), "status"], tmp_path)  # the database is made
    return path


def test_status_imports_the_database_and_no_stage(begun):
    found = imported(["-c", str(begun), "status"], begun.parent)
    assert "sqlalchemy" in found
    assert found.isdisjoint(HEAVY | UNASKED)


def test_completing_a_source_imports_no_stage_and_no_database(begun):
    environment = {"_BABELWIRE_COMPLETE": "complete_bash", "COMP_CWORD": "4"}
    words = {"COMP_WORDS": f"babelwire -c {begun} run "}
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", "import pipeline.cli as c; c.main()"],
        env={"PYTHONPATH": str(ROOT), **environment, **words},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.split() == ["town"], done.stderr
    names = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "pydantic" in names
    assert names.isdisjoint(HEAVY | {"sqlalchemy"})


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_listed_command_is_there_and_its_line_fits(name):
    command = loaded(name)
    assert command.name == name or command.commands
    assert command.help and command.help[0].isupper()
    line = COMMANDS[name][1]
    assert line.endswith(".") and len(line) <= 80 - 2 - max(map(len, COMMANDS)) - 2


def test_every_line_of_the_list_is_shown_whole():
    done = subprocess.run(
        [sys.executable, "-m", "pipeline", "--help"],
        env={"PYTHONPATH": str(ROOT), "COLUMNS": "80"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("Usage: babelwire [OPTIONS] COMMAND")
    assert [line for _, line in COMMANDS.values() if f"  {line}\n" not in done.stdout] == []


@pytest.mark.parametrize("start", ["babelwire", "pipeline"])
def test_the_program_is_called_babelwire_however_it_is_started(start):
    done = subprocess.run(
        [sys.executable, "-m", start, "run", "--nonsense"],
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'pipeline'}" if start == "babelwire" else str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("Usage: babelwire run ")


@pytest.mark.parametrize("room", LAZY)
def test_a_lazy_package_exports_what_it_says(room):
    package = importlib.import_module(f"pipeline.{room}")
    places = lazily.listed(f"pipeline.{room}")
    assert places.keys() <= set(package.__all__)
    for name in package.__all__:
        assert getattr(package, name) is not None
    modules = {one.stem for one in (ROOT / "pipeline" / room).iterdir()}
    assert modules.isdisjoint(places), "a module would hide what is exported"
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = package.nonsense
