"""The distribution's import name, `babelwire`, beside other people's folders called `pipeline`."""

import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.waiting import LONG

# A wheel is built once.
pytestmark = [pytest.mark.xdist_group("names"), pytest.mark.slow]
COMMAND = Path(sysconfig.get_path("scripts")) / "babelwire"
NAMES = """
import sys
import babelwire.extract
from babelwire.extract import extract
from babelwire.ingest.kinds import kind
import babelwire.cli.show as show
import pipeline.extract

assert sys.modules["pipeline"] is babelwire is pipeline
assert babelwire.extract is pipeline.extract and extract is pipeline.extract.extract
assert pipeline.extract.__spec__.name == pipeline.extract.__name__ == "pipeline.extract"
assert sys.modules["pipeline.ingest.kinds.kind"] is kind is babelwire.ingest.kinds.kind
assert sys.modules["pipeline.cli.show"] is show
try:
    import babelwire.no_such_module
except ModuleNotFoundError as error:
    assert "babelwire.no_such_module" in str(error)
else:
    raise AssertionError
print(pipeline.__file__)
"""


def ask(*command: str | Path, cwd: Path, path: str = "") -> subprocess.CompletedProcess[str]:
    """Run a command with `path` as PYTHONPATH."""
    environment = {key: one for key, one in os.environ.items() if key != "PYTHONPATH"}
    return subprocess.run(
        [*map(str, command)],
        cwd=cwd,
        env=environment | ({"PYTHONPATH": path} if path else {}),
        capture_output=True,
        text=True,
        timeout=LONG,
        check=False,
    )


@pytest.fixture(params=["package", "folder", "module"])
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Somebody's own project with a `pipeline` in it, and a folder with the program's name."""
    mine = tmp_path / "mine"
    (mine / "babelwire").mkdir(parents=True)
    if request.param == "module":
        (mine / "pipeline.py").write_text("raise SystemExit('the wrong pipeline')\n")
        return mine
    (mine / "pipeline").mkdir()
    (mine / "pipeline" / "cli.py").write_text("raise SystemExit('the wrong pipeline')\n")
    if request.param == "package":
        (mine / "pipeline" / "__init__.py").write_text("raise SystemExit('the wrong pipeline')\n")
    return mine


def test_the_command_works_beside_another_pipeline(project: Path) -> None:
    module = [sys.executable, "-m", "babelwire"]
    for path, command in (("", [COMMAND]), (".", module), (str(project), [COMMAND])):
        done = ask(*command, "--version", cwd=project, path=path)
        assert (done.returncode, done.stderr) == (0, ""), path
        assert done.stdout.startswith("babelwire ")
    # `--version` imports little; a command that reads the settings imports every room.
    settings = ROOT / "config" / "babelwire.toml"
    listed = ask(COMMAND, "-c", settings, "sources", "list", cwd=project, path=".")
    assert listed.returncode == 0, listed.stderr


def test_both_names_are_the_same_modules(project: Path) -> None:
    done = ask(sys.executable, "-c", NAMES, cwd=project)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str((ROOT / "pipeline" / "__init__.py").resolve())


def test_another_pipeline_that_is_imported_already_is_named(tmp_path: Path) -> None:
    (tmp_path / "pipeline.py").write_text("")
    done = ask(sys.executable, "-c", "import pipeline, babelwire", cwd=tmp_path)
    assert "ImportError: another package named pipeline is imported already" in done.stderr


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the wheel is installed that is published."""
    pytest.importorskip("hatchling.build", reason="no hatchling to build a wheel with")
    folder = tmp_path_factory.mktemp("wheel")
    code = f"from hatchling.build import build_wheel; print(build_wheel({str(folder)!r}))"
    done = ask(sys.executable, "-c", code, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(folder / done.stdout.split()[-1]) as archive:
        archive.extractall(folder / "installed")
    return folder / "installed"


def test_a_wheel_has_both_names(installed: Path, project: Path) -> None:
    assert {one.name for one in installed.iterdir() if one.suffix != ".dist-info"} == {
        "babelwire-stubs",
        "babelwire.py",
        "pipeline",
    }
    # Before the working tree, which the tests' own Python has installed.
    path = f"{project}{os.pathsep}{installed}"
    done = ask(sys.executable, "-c", NAMES, cwd=project, path=path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str((installed / "pipeline" / "__init__.py").resolve())
    done = ask(sys.executable, "-m", "babelwire", "--version", cwd=project, path=path)
    assert (done.returncode, done.stderr) == (0, "")
