"""Extracts one page in a process that exists for nothing else: see `desk/apart.py`.

Takes the arguments of `extract` from standard input, pickled; writes what it returns or raises to
standard output. Ends when the process that asks does.
"""

import os
import pickle
import sys
from threading import Thread

from pipeline.article import Article
from pipeline.extract import extract


def answer_one() -> None:
    """Answer the one question, and end the process."""
    answer = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever prints
    content, url, options = pickle.load(sys.stdin.buffer)  # noqa: S301 - of who started this
    Thread(target=_end_with_parent, daemon=True).start()
    found: Article | Exception
    try:
        found = extract(content, url, **options)
    except Exception as error:  # noqa: BLE001 - it is raised where the answer arrives
        found = error
    answer.write(_packed(found))
    answer.flush()
    os._exit(0)  # the thread still reads


def _packed(found: Article | Exception) -> bytes:
    try:
        packed = pickle.dumps(found)
        pickle.loads(packed)  # noqa: S301 - of our own; some exceptions cannot be made again
    except Exception:  # noqa: BLE001 - such as an exception that holds an open file
        return pickle.dumps(RuntimeError(f"{type(found).__name__}: {found}"))
    return packed


def _end_with_parent() -> None:
    """End this process when the other end of standard input is closed."""
    while os.read(0, 1):
        pass
    os._exit(1)
