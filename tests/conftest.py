"""What tests of several rooms share: settings in a fresh folder, the command line as a process.

Tests must hold for any model (`make test-variants`): BABELWIRE_TEST_PACKAGE is an .argosmodel file
that they take for the package that comes with babelwire, BABELWIRE_TEST_BEAM the search's width.
"""

import os
import shutil
import subprocess
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

import pytest

from pipeline.translate.packages import models
from pipeline.translate.packages.unpacking import read_package_file
from tests import newdatabases
from tests.starter import Starter

newdatabases.share()

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "config" / "samples"
BEAM = int(os.environ.get("BABELWIRE_TEST_BEAM", "1"))
if "BABELWIRE_TEST_PACKAGE" in os.environ:
    # Before any test module imports it. Processes of their own get packages_dir, where it is.
    models.EMBEDDED = (Path(os.environ["BABELWIRE_TEST_PACKAGE"]).resolve(strict=True),)
EMBEDDED = models.EMBEDDED[0]  # from English to Portuguese
_ABOUT = [read_package_file(path)[1] for path in models.EMBEDDED]
EMBEDDED_FOLDERS = [one.folder for one in _ABOUT]
EMBEDDED_KEYS = [f"{one.from_code}_{one.to_code}-{one.version}" for one in _ABOUT]
EMBEDDED_FOLDER, EMBEDDED_KEY = EMBEDDED_FOLDERS[0], EMBEDDED_KEYS[0]

PAGE = """<!DOCTYPE html><html lang="{language}"><head><title>{title}</title>
<link rel="canonical" href="https://news.example.org/{slug}">
<meta property="article:published_time" content="2026-02-0{day}T09:00:00+01:00">
<meta property="og:type" content="article"></head><body>
<nav><a href="/">Home</a> <a href="/world">World</a></nav>
<div id="cookie-banner" role="dialog">
<p>We use cookies. Do you accept?</p><button>Accept</button></div>
<main><article><h1>{title}</h1>
<p>{text} The council met on Tuesday and agreed to repair the old bridge before the winter.</p>
<p>“We have waited long enough,” said the mayor, who spoke to <a href="/people">many people</a> in
the market square after the meeting. The work will begin in March and take about six months.</p>
</article></main><footer>Copyright 2026</footer></body></html>"""


def write_page(folder: Path, slug: str, title: str, text: str, *, language: str = "en") -> Path:
    """A small article page with chrome around it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{slug}.html"
    day = sum(slug.encode()) % 9 + 1
    path.write_text(
        PAGE.format(language=language, slug=slug, title=title, text=text, day=day), "utf-8"
    )
    return path


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give tests that share a fixture of their module to one worker, or each would make its own."""
    for item in items:
        shared = (
            one.scope in ("module", "class")
            for each in getattr(item, "_fixtureinfo").name2fixturedefs.values()  # noqa: B009
            for one in each
        )
        if item.get_closest_marker("xdist_group") is None and any(shared):
            item.add_marker(pytest.mark.xdist_group(item.path.stem))


@pytest.fixture(scope="session")
def packages_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A packages directory with the embedded model in it, installed once a test process."""
    folder = tmp_path_factory.mktemp("packages")
    models.Models(folder).ensure_embedded()
    return folder


def settings_in(folder: Path, packages_dir: Path, tables: str, top: str = "") -> Path:
    """Write a settings file into a folder: sources and feeds as TOML, more keys on top."""
    path = folder / "babelwire.toml"
    path.write_text(
        f'languages = ["en", "pt"]\n{top}\n'
        f'[translate]\npackages_dir = "{packages_dir}"\nbeam_size = {BEAM}\n'
        f'[fetch]\nallow_private_hosts = ["127.0.0.1"]\n{tables}',
        "utf-8",
    )
    return path


@pytest.fixture
def write_settings(tmp_path: Path, packages_dir: Path) -> Callable[..., Path]:
    """Writes a settings file into a fresh folder: see `settings_in`."""
    return partial(settings_in, tmp_path, packages_dir)


class Scene:
    """A folder that many tests begin with, made once: each finds it as it was.

    It is put back to the same place, because a database has the paths of the files it knows.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._kept = folder.with_name(f"{folder.name}-kept")
        shutil.copytree(folder, self._kept)

    def again(self) -> Path:
        shutil.rmtree(self.folder)
        return shutil.copytree(self._kept, self.folder)


def after_a_pass(folder: Path, packages_dir: Path, tables: str) -> Scene:
    """The scene of settings with these tables, after `babelwire run`."""
    done = babelwire("-c", settings_in(folder, packages_dir, tables), "run")
    assert done.returncode == 0, done.stderr
    return Scene(folder)


@cache
def _starter() -> Starter:
    return Starter()


@pytest.fixture(scope="session", autouse=True)
def _end_starter():
    yield
    if _starter.cache_info().currsize:
        _starter().close()


def babelwire(
    *words: str | Path, stdin: str = "", cwd: Path | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run the command line as its user does: in a process of its own."""
    return _starter().run([*map(str, words)], stdin, cwd or ROOT, environment)
