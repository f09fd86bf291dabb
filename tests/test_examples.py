"""The Python examples of the README and of docs/: typed, and true of the package.

Types are checked where mypy is installed (`make lint` installs it).
"""

import importlib
import os
import re
import subprocess
import sys

import pytest

from tests.conftest import ROOT

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
STUBS = ROOT / "stubs"
EXAMPLES = [
    pytest.param(match[1], id=f"{page.name}-{number}")
    for page in PAGES
    for number, match in enumerate(
        re.finditer(r"^```python\n(.*?)^```$", page.read_text("utf-8"), re.M | re.S)
    )
]


WRONG = [
    "from babelwire.extract import extract\nextract('text', 'https://example.org/')\n",
    "from babelwire.translate import Translater\n",
    "from babelwire.translate import Translator\nTranslator().texts(['x'], 'en')\n",
]


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What `mypy --strict` says of each text, in a folder that has nothing else."""
    pytest.importorskip("mypy", reason="mypy is not installed: `make lint` installs it")
    folder = tmp_path_factory.mktemp("examples")
    texts = [*(one.values[0] for one in EXAMPLES), *WRONG]
    files = {f"example_{number}.py": str(text) for number, text in enumerate(texts)}
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--no-incremental", *files],
        cwd=folder,
        env=os.environ | {"MYPYPATH": f"{STUBS}{os.pathsep}{ROOT}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    said = done.stdout.splitlines()
    return {text: [one for one in said if one.startswith(name)] for name, text in files.items()}


@pytest.mark.xdist_group("examples")
@pytest.mark.parametrize("text", EXAMPLES)
def test_an_example_is_typed_as_it_stands(text, checked):
    assert checked[text] == []


@pytest.mark.xdist_group("examples")
@pytest.mark.parametrize("text", WRONG)
def test_a_wrong_example_would_be_found(text, checked):
    assert any("error:" in one for one in checked[text])


@pytest.mark.parametrize("text", EXAMPLES)
def test_an_example_imports_what_there_is(text):
    for module, names in re.findall(r"^from (babelwire\S*) import (.+)$", text, re.M):
        found = importlib.import_module(module.replace("babelwire", "pipeline", 1))
        for name in names.split(", "):
            assert hasattr(found, name), f"{module} has no {name}"


@pytest.mark.parametrize("stub", sorted(STUBS.rglob("*.pyi")), ids=lambda one: one.stem)
def test_a_stub_names_a_module_of_the_package(stub):
    name = "pipeline" if stub.stem == "__init__" else f"pipeline.{stub.stem}"
    assert importlib.import_module(name)
    assert f"from {name} import *" in stub.read_text("utf-8")
