"""Packages that import a module of theirs when one of its names is asked for, and not before.

A package's `__init__.py` lists what it exports in an `if TYPE_CHECKING:` block, as imports, and
sets `__getattr__ = lazily.exports(__name__)`. Readers and mypy see plain imports; a program pays
for the modules whose names it uses. A name must not be that of a module of the package: the module
would hide it (`tests/cli/test_startup.py` looks for these).
"""

import ast
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any


def exports(package: str) -> Callable[[str], Any]:
    """The `__getattr__` (PEP 562) of a package: imports what a name stands for, once.

    Of a name that is not exported it raises AttributeError, as Python does.
    """
    places = listed(package)

    def attribute(name: str) -> Any:
        if name not in places:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(import_module(places[name]), name)
        vars(import_module(package))[name] = value
        return value

    return attribute


def listed(package: str) -> dict[str, str]:
    """{name: the module that has it} of a package's `if TYPE_CHECKING:` block."""
    spec = find_spec(package)
    source = spec.loader.get_source(package) if spec and spec.loader else None  # type: ignore[attr-defined]
    if source is None:
        raise ImportError(f"the source of {package} is missing: it says what {package} exports")
    return {
        one.name: statement.module
        for block in ast.parse(source).body
        if isinstance(block, ast.If) and ast.unparse(block.test) == "TYPE_CHECKING"
        for statement in block.body
        if isinstance(statement, ast.ImportFrom) and statement.module
        for one in statement.names
    }
