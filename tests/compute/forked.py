"""What processes of tests have imported before they are forked, and what they do then."""

import ctypes
import os
import signal
import sys
from collections.abc import Mapping, Sequence

import distributed.worker  # noqa: F401 - imported once for all

import pipeline.cli
import pipeline.compute.certificates
import pipeline.compute.cluster
import pipeline.compute.scheduler
import pipeline.compute.worker
from tests.compute import patching

_PR_SET_PDEATHSIG = 1  # prctl(2): end with who has forked this process


def be_babelwire(words: Sequence[str], said: str, environment: Mapping[str, str]) -> None:
    """Be `babelwire` with these words; what it says goes to the file `said`."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    descriptor = os.open(said, os.O_WRONLY | os.O_CREAT, 0o600)
    for number in (1, 2):
        os.dup2(descriptor, number)
    os.environ.update(environment)
    os.chdir(os.path.dirname(said))  # noqa: PTH120 - no settings of the project's are found there
    patching.apply()
    sys.argv = ["babelwire", *words]
    pipeline.cli.main()
