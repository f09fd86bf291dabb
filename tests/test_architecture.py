"""The rooms and their one-way imports, as ARCHITECTURE.md draws them."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "pipeline"
CORE = {"article", "errors", "options"}
STAGES = {"config", "ingest", "extract", "translate", "syndicate", "store"}
MAY_IMPORT = {
    "article": set(),
    "errors": set(),
    "options": set(),
    **dict.fromkeys(STAGES, CORE),
    "desk": CORE | STAGES,
    "daemon": CORE | STAGES | {"desk"},
    "web": CORE | {"store", "syndicate", "desk"},
    "cli": CORE | STAGES | {"desk", "daemon", "web"},
    "__main__": {"cli"},
}


def rooms_imported(file: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("pipeline."):
            found.add(str(node.module).split(".")[1])
        elif isinstance(node, ast.Import):
            found |= {one.name.split(".")[1] for one in node.names if "pipeline." in one.name}
    return found


@pytest.mark.parametrize("room", sorted(MAY_IMPORT))
def test_imports_point_one_way(room):
    place = PACKAGE / room
    files = sorted(place.rglob("*.py")) if place.is_dir() else [place.with_suffix(".py")]
    assert files
    for file in files:
        allowed = MAY_IMPORT[room] | {room}
        assert rooms_imported(file) <= allowed, file


def test_every_room_is_drawn():
    rooms = {one.stem for one in PACKAGE.iterdir() if one.suffix == ".py" or one.is_dir()}
    assert rooms - {"__init__", "__pycache__"} == set(MAY_IMPORT)


def test_no_room_has_a_file_of_more_than_400_lines():
    long = {
        str(file.relative_to(PACKAGE)): lines
        for file in PACKAGE.rglob("*.py")
        if (lines := len(file.read_text("utf-8").splitlines())) > 400
    }
    assert long == {}
