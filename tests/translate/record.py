"""Record a model's words for the tests that replay them (`recorded.py`), from the tests themselves.

    python -m tests.translate.record [--afresh] [MODULE ...]

Runs the test modules here (none given: all) with the embedded model and writes what they ask of it
to `recordings/`, a file a module. What is recorded already stays as it is, but `--afresh`; what no
test asks any more goes. Look at the difference before it is committed: the words are the model's,
and a test may say more of them than holds.
"""

import os
import sys
from pathlib import Path

import pytest

MODE = "BABELWIRE_TEST_RECORD"


def main() -> int:
    """Run the modules; pytest's exit code."""
    words = sys.argv[1:]
    os.environ[MODE] = "afresh" if "--afresh" in words else "missing"
    here = Path(__file__).parent
    modules = [str(here / f"{Path(one).stem}.py") for one in words if not one.startswith("-")]
    return int(pytest.main(["-p", "no:cacheprovider", *(modules or [str(here)])]))


if __name__ == "__main__":
    sys.exit(main())
