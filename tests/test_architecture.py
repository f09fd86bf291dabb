"""The rooms, their wings and their one-way imports, as ARCHITECTURE.md draws them."""

import ast
import re
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "pipeline"
CORE = {
    "article",
    "charsets",
    "dates",
    "editions",
    "errors",
    "keywords",
    "lazily",
    "options",
    "plugins",
    "safexml",
    "scheduleraddress",
}
STAGES = {"config", "ingest", "extract", "translate", "syndicate", "store"}
MAY_IMPORT = {
    **{name: set() for name in CORE},
    "options": {"scheduleraddress"},
    "plugins": {"errors"},
    **dict.fromkeys(STAGES, CORE),
    "compute": CORE | {"extract", "translate"},
    "desk": CORE | STAGES | {"compute"},
    "daemon": CORE | STAGES | {"compute", "desk"},
    "web": CORE | {"store", "syndicate", "compute", "desk"},
    "cli": CORE | STAGES | {"compute", "desk", "daemon", "web"},
    "__main__": {"cli"},
    "babelwire": {"cli"},
}
# What each wing may import of its own room; the modules beside the wings may import all of it.
WINGS = {
    "ingest/http": {"html", "text", "urls", "xml"},
    "ingest/kinds": {"http", "html", "text", "urls", "xml", "addressing", "polling"},
    "extract/page": set(),
    "extract/clutter": {"page"},
    "extract/body": {"page"},
    "extract/metadata": {"page", "body"},
    "translate/text": set(),
    "translate/packages": set(),
    "translate/figures": {"text"},
    "translate/engine": {"text", "packages", "figures"},
}


def modules() -> dict[str, Path]:
    """Every module of the package by its dotted name."""
    found = {}
    for file in PACKAGE.rglob("*.py"):
        parts = file.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = file
    return found


MODULES = modules()


def imported(file: Path, *, late: bool = True) -> Iterator[str]:
    """The package's modules that a file imports; without `late`, only those at its top level."""
    tree = ast.parse(file.read_text("utf-8"))
    for node in ast.walk(tree) if late else tree.body:
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: imports are absolute"
            for one in node.names:
                full = f"{node.module}.{one.name}"
                if full in MODULES:
                    yield full
                elif node.module in MODULES:
                    yield str(node.module)
        elif isinstance(node, ast.Import):
            yield from (one.name for one in node.names if one.name in MODULES)


def rooms_imported(file: Path) -> set[str]:
    return {name.split(".")[1] for name in imported(file) if "." in name}


@pytest.mark.parametrize("room", sorted(MAY_IMPORT))
def test_imports_point_one_way(room):
    place = PACKAGE / room
    files = sorted(place.rglob("*.py")) if place.is_dir() else [place.with_suffix(".py")]
    assert files
    for file in files:
        allowed = MAY_IMPORT[room] | {room}
        assert rooms_imported(file) <= allowed, file


@pytest.mark.parametrize("wing", sorted(WINGS))
def test_wings_import_one_way(wing):
    room, name = wing.split("/")
    files = sorted((PACKAGE / wing).glob("*.py"))
    assert len(files) > 1
    for file in files:
        inside = {one for one in imported(file) if one.startswith(f"pipeline.{room}")}
        parts = {one.split(".")[2] if one.count(".") > 1 else "" for one in inside}
        assert parts <= WINGS[wing] | {name}, file


def test_every_room_and_every_wing_is_drawn():
    rooms = {one.stem for one in PACKAGE.iterdir() if one.suffix == ".py" or one.is_dir()}
    assert rooms - {"__init__", "__pycache__"} == set(MAY_IMPORT)
    wings = {
        f"{room}/{one.name}"
        for room in ("ingest", "extract", "translate")
        for one in (PACKAGE / room).iterdir()
        if (one / "__init__.py").is_file()
    }
    assert wings == set(WINGS)


def test_no_module_imports_itself_by_way_of_others():
    graph = {name: set(imported(file, late=False)) - {name} for name, file in MODULES.items()}
    TopologicalSorter(graph).prepare()  # raises CycleError, which names the modules


def test_no_room_has_a_file_of_more_than_400_lines():
    long = {
        str(file.relative_to(PACKAGE)): lines
        for file in PACKAGE.rglob("*.py")
        if (lines := len(file.read_text("utf-8").splitlines())) > 400
    }
    assert long == {}


GUIDES = ("ARCHITECTURE.md", "docs/contributing.md")


@pytest.mark.parametrize("guide", GUIDES)
def test_every_file_that_a_guide_names_exists(guide):
    places = [
        f"/{one.relative_to(ROOT)}"
        for top in (
            "pipeline",
            "tests",
            "bench",
            "docs",
            "config",
            "output",
            "deploy",
            "tools",
            ".ci",
        )
        for one in (ROOT / top, *(ROOT / top).rglob("*"))
    ]
    places += [f"/{one.name}" for one in ROOT.iterdir()]
    named = re.findall(
        r"`([\w./-]+\.(?:py|toml|css|html|md)|[\w./-]+/)`", (ROOT / guide).read_text()
    )
    assert len(named) > 10
    missing = [
        name
        for name in named
        if not any(place.endswith(f"/{name.strip('/')}") for place in places)
        and not name.startswith("../shared")
    ]
    assert missing == []
