"""Call Argos Translate's package API without leaving files in the user's home.

`unpack` takes an Argos package file and a folder and unpacks the package there. Raises the errors
of zipfile and the file system.
Importing `argostranslate.settings` creates directories in the user's home and fixes all settings.
Only this module imports it, late, after pointing those directories to a temporary folder.
"""

import importlib
import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any

# Variables from which argostranslate.settings takes its directories at import. Those of the second
# line would add other directories.
_HOME_VARIABLES = ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "ARGOS_PACKAGES_DIR")
_HIDDEN_VARIABLES = ("SNAP", "ARGOS_TRANSLATE_PACKAGE_DIR")
_TRANSLATE = "argostranslate.translate"
_lock = threading.RLock()


@contextmanager
def _redirected(home: Path) -> Iterator[None]:
    """Have argostranslate create its directories under `home`; then restore the environment."""
    names = (*_HOME_VARIABLES, *_HIDDEN_VARIABLES)
    saved = {name: os.environ.get(name) for name in names}
    os.environ.update(dict.fromkeys(_HOME_VARIABLES, str(home)))
    for name in _HIDDEN_VARIABLES:
        os.environ.pop(name, None)
    try:
        yield
    finally:
        for name, value in saved.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _modules() -> tuple[Any, Any]:
    """Import and return `argostranslate.settings` and `argostranslate.package`.

    The directories are created in a temporary folder and removed. If argostranslate has been
    imported before, its settings stay as they are.
    """
    with tempfile.TemporaryDirectory(prefix="babelwire-argos-") as home, _redirected(Path(home)):
        settings = importlib.import_module("argostranslate.settings")
        package = importlib.import_module("argostranslate.package")
    return settings, package


@contextmanager
def _without_translating() -> Iterator[None]:
    """Spare `install_from_path` the import of `argostranslate.translate`, unless it is there.

    It only clears a cache there, of what Argos's own translators have loaded; babelwire uses none
    of them. The import takes a second, and with MiniSBD it loads onnxruntime, 78 MB, which cuts
    sentences for Argos; babelwire cuts them with sentencex.
    """
    if _TRANSLATE in sys.modules:
        yield
        return
    stand_in = ModuleType(_TRANSLATE)
    vars(stand_in)["get_installed_languages"] = lru_cache(list)
    sys.modules[_TRANSLATE] = stand_in
    try:
        yield
    finally:
        del sys.modules[_TRANSLATE]


def unpack(file: Path, into: Path) -> None:
    """Unpack a package file into `into` with `argostranslate.package.install_from_path`.

    Nothing is checked: the caller checks the package file before, and moves the result into place
    after. Raises the errors of zipfile and the file system.
    """
    with _lock:
        settings, package = _modules()
        before = settings.package_data_dir
        settings.package_data_dir = into
        try:
            with _without_translating():
                package.install_from_path(file)
        finally:
            settings.package_data_dir = before
