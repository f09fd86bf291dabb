"""Makes a process one for tests: a fake model, pages that take their time, another version.

Environment: FAKE_SECONDS and FAKE_PAGE_SECONDS for each batch and page, FAKE_VERSION.
"""

import os
import signal
import sys
import time

import ctranslate2

from pipeline.compute import pages
from tests.compute import fakemodel

_extract = pages.extract


def apply() -> None:
    """Patch this process."""
    ctranslate2.Translator = fakemodel.FakeTranslator
    pages.extract = _patched
    if version := os.environ.get("FAKE_VERSION"):
        for name, module in list(sys.modules.items()):
            if name.startswith("pipeline") and hasattr(module, "__version__"):
                module.__version__ = version


def _patched(content, url, **options):
    """Read a page after a pause; one that is poisonous ends the process."""
    if isinstance(content, bytes) and fakemodel.POISON.encode() in content:
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(float(os.environ.get("FAKE_PAGE_SECONDS", "0")))
    return _extract(content, url, **options)
