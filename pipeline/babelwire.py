"""The distribution's own import name: `babelwire` is the package `pipeline` under another name.

It is installed beside the package as `babelwire.py`. `import babelwire.extract` gives the module
that `import pipeline.extract` gives, the same object. Whatever else is called `pipeline` in the
current folder or on PYTHONPATH, the package that belongs to this file is the one that is imported.
Raises ImportError where another package of this name is imported already.
"""

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

_PACKAGE, _ALIAS = "pipeline", "babelwire"


def _folder() -> Path:
    """The package's folder: beside this file, or, of the copy in an editable installation, anywhere
    on `sys.path`. It is told from others of its name by how it begins."""
    here = Path(__file__).parent
    for place in (here, here.parent, *map(Path, sys.path)):
        folder = place / _PACKAGE
        try:
            begins = (folder / "__init__.py").read_bytes()[:20]
        except OSError:
            continue
        if begins.startswith(b'"""' + _ALIAS.encode()):
            return folder.resolve()
    raise ImportError(f"{_ALIAS} is not installed: its package {_PACKAGE} is not found")


def _package() -> ModuleType:
    """The package, imported from its folder whatever comes first on `sys.path`."""
    folder = _folder()
    known = sys.modules.get(_PACKAGE)
    if known is not None:
        if known.__spec__ and Path(known.__spec__.origin or "").resolve().parent == folder:
            return known
        raise ImportError(
            f"another package named {_PACKAGE} is imported already ({known}): {_ALIAS} needs the "
            f"one in {folder}"
        )
    spec = importlib.machinery.PathFinder.find_spec(_PACKAGE, [str(folder.parent)])
    if spec is None or spec.loader is None:
        raise ImportError(f"{folder} cannot be imported")
    module = importlib.util.module_from_spec(spec)
    sys.modules[_PACKAGE] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[_PACKAGE]
        raise
    return module


class _Alias(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds `babelwire.x.y` as the module `pipeline.x.y`."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """A spec that gives the module of the package, None where that has none of this name."""
        del path, target
        if not name.startswith(f"{_ALIAS}."):
            return None
        real = _PACKAGE + name.removeprefix(_ALIAS)
        try:
            found = importlib.util.find_spec(real)
        except ModuleNotFoundError:
            return None
        if found is None:
            return None
        spec = importlib.machinery.ModuleSpec(
            name, self, origin=found.origin, is_package=found.submodule_search_locations is not None
        )
        spec.loader_state = real
        return spec

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        """The module of the package; its own spec is put back by `exec_module`."""
        module = importlib.import_module(spec.loader_state)
        spec.loader_state = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Nothing is run: the module has been imported under its other name."""
        assert module.__spec__ is not None
        module.__spec__ = module.__spec__.loader_state


_module = _package()
if __name__ == "__main__":
    importlib.import_module(f"{_PACKAGE}.cli").main()
else:
    sys.meta_path.insert(0, _Alias())
    sys.modules[__name__] = _module
