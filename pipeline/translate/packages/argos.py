"""Argos Translate's package API, imported late and kept inside the project's own folders.

In goes an Argos package file and a folder, out comes the package unpacked in that folder. Importing
`argostranslate.settings` makes directories in the user's home and fixes every setting; this module
is the only place that does so, and it points them elsewhere first.
"""

import importlib
import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

# What argostranslate.settings reads at import to find its directories; SNAP would add others.
_HOME_VARIABLES = ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "ARGOS_PACKAGES_DIR")
_HIDDEN_VARIABLES = ("SNAP", "ARGOS_TRANSLATE_PACKAGE_DIR")
_lock = threading.RLock()


@contextmanager
def _redirected(home: Path) -> Iterator[None]:
    """Let argostranslate make its directories under `home`, then put the environment back."""
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
    """`argostranslate.settings` and `argostranslate.package`, imported without a trace on disk.

    The directories go to a temporary folder that is gone afterwards; whoever imported
    argostranslate before us keeps what they have.
    """
    with tempfile.TemporaryDirectory(prefix="babelwire-argos-") as home, _redirected(Path(home)):
        settings = importlib.import_module("argostranslate.settings")
        package = importlib.import_module("argostranslate.package")
        # install_from_path imports this one; it belongs under the same roof.
        importlib.import_module("argostranslate.translate")
    return settings, package


def unpack(archive: Path, into: Path) -> None:
    """Install an Argos package file with `argostranslate.package.install_from_path` into `into`.

    Argos only unpacks: the caller checks the archive first and moves the result in place after.
    Raises whatever zipfile and the file system raise.
    """
    with _lock:
        settings, package = _modules()
        before = settings.package_data_dir
        settings.package_data_dir = into
        try:
            package.install_from_path(archive)
        finally:
            settings.package_data_dir = before
