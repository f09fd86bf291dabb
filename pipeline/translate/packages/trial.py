"""Try a package before it is used, in a process of its own: a broken model may end that.

`tried` takes the package of a model and returns what is wrong with it, and with which kernels
CTranslate2 multiplies on this machine. Raises ModelError when no process can be started.
"""

import json
import os
import re
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pipeline
from pipeline.errors import ModelError
from pipeline.translate.packages.package import Model

_MODULE = "pipeline.translate.engine.trial"  # by its name: engines import packages
_TIMEOUT = 300.0  # seconds; the largest packages take five
_ROOT = str(Path(pipeline.__file__).parents[1])


@dataclass(frozen=True, slots=True)
class Kernels:
    """What CTranslate2 computes with: vector instructions, and the library for int8 products."""

    instructions: str
    library: str


@dataclass(frozen=True, slots=True)
class Trial:
    """The result of a trial: what is wrong ("": nothing), and the kernels, if they are known."""

    fault: str
    kernels: Kernels | None = None


def tried(model: Model) -> Trial:
    """Load a package and translate five sentences with it. Raises ModelError."""
    paths = os.pathsep.join(filter(None, (_ROOT, os.environ.get("PYTHONPATH", ""))))
    command = [sys.executable, "-P", "-m", _MODULE, str(model.path.absolute())]
    try:
        done = subprocess.run(  # noqa: S603 - this interpreter, with a folder as its argument
            [*command, *(["requantised"] if model.requantised else [])],
            env=os.environ | {"PYTHONPATH": paths, "CT2_VERBOSE": "1"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Trial(f"it does not translate five sentences in {_TIMEOUT:.0f} s")
    except OSError as error:
        reason = f"cannot be tried ({error.strerror or error})"
        raise ModelError(model.key, reason, "let babelwire start processes") from error
    log = done.stderr.decode("utf-8", "replace")
    if done.returncode < 0:
        return Trial(f"it ends the process that loads it ({_signal(-done.returncode)})")
    try:
        return Trial(str(json.loads(done.stdout)["fault"]), _kernels(log))
    except (ValueError, KeyError, TypeError):
        last = (log.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        return Trial(f"it cannot be loaded ({last})")


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _kernels(log: str) -> Kernels | None:
    """Read CTranslate2's log of its own start."""
    instructions = re.search(r"Selected ISA: (\S+)", log)
    library = re.search(r"GEMM_S8 backend: (\S+)", log)
    return Kernels(instructions[1], library[1]) if instructions and library else None
