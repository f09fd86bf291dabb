"""Run a script whose `babelwire` commands fork from one process that has the package imported.

    PYTHONPATH=. python bench/started.py SCRIPT [ARGUMENT ...]

The script, what it prints and its exit code are the same as without; a command of its takes a
tenth of a second instead of one and a half. Only `subprocess.run` with `babelwire` as the command
is answered that way (see tests/starter.py); every other command runs as it is.
"""

import os
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.starter import Starter

_run = subprocess.run


def main(script: str, *words: str) -> None:
    """Run the script. Raises SystemExit as the script does."""
    starter = Starter()

    def run(command: Any, *rest: Any, **options: Any) -> subprocess.CompletedProcess[Any]:
        if not isinstance(command, list) or Path(command[0]).name != "babelwire":
            return _run(command, *rest, **options)
        folder = Path(options.get("cwd") or Path.cwd())
        done = starter.run(command[1:], options.get("input") or "", folder, os.environ)
        if options.get("check"):
            done.check_returncode()
        return done

    subprocess.run = run  # type: ignore[assignment]
    sys.argv = [script, *words]
    try:
        runpy.run_path(script, run_name="__main__")
    finally:
        subprocess.run = _run
        starter.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
