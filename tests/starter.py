"""Starts the command line as a process of its own in milliseconds, as often as tests need it.

A process that has imported the whole package forks one child a command: its arguments, folder,
environment, files and exit code are its own, as those of `python -m pipeline` are; only the second
that Python takes to import what the package needs is spent once, and not once a command. Models are
loaded by each command, as ever.

Run as a module this is the server: it answers on the Unix socket named by its argument until its
standard input ends, so that it never outlives the tests.
"""

import atexit
import contextlib
import importlib
import json
import os
import pkgutil
import runpy
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

from tests.waiting import LONG

ROOT = Path(__file__).parents[1]
# What commands import when they get there, besides the package's own modules.
LATE = (
    "argostranslate.package",
    "alembic.command",
    "ctranslate2",
    "feedgen.feed",
    "py3langid.langid",
    "sentencepiece",
    "uvicorn.protocols.http.h11_impl",
)


class Starter:
    """The client: holds a server for as long as it lives."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="starter-")
        self._address = f"{self._folder.name}/s"
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.starter", self._address],
            cwd=ROOT,
            # A process with one thread forks without surprises.
            env=os.environ
            | {"PYTHONPATH": str(ROOT), "COLUMNS": "200", "OPENBLAS_NUM_THREADS": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
        )

    def run(
        self, words: list[str], stdin: str, cwd: Path, environment: Mapping[str, str]
    ) -> subprocess.CompletedProcess[str]:
        """Run `babelwire` with these words until it ends. Raises TimeoutError."""
        with tempfile.TemporaryDirectory(dir=self._folder.name) as name:
            files = [Path(name, one) for one in ("in", "out", "err")]
            files[0].write_text(stdin, "utf-8")
            asked = {
                "words": words,
                "cwd": str(cwd),
                "environment": dict(environment),
                "files": list(map(str, files)),
            }
            with self._connect() as connection:
                connection.settimeout(2 * LONG)  # they translate
                connection.sendall(json.dumps(asked).encode())
                connection.shutdown(socket.SHUT_WR)
                answer = _all(connection)
            code = int(answer or "-1")
            out, err = (file.read_text("utf-8") for file in files[1:])
        return subprocess.CompletedProcess(words, code, out, err)

    def _connect(self) -> socket.socket:
        deadline = time.monotonic() + LONG
        while True:
            connection = socket.socket(socket.AF_UNIX)
            try:
                connection.connect(self._address)
            except OSError:
                connection.close()
                if self._server.poll() is not None or time.monotonic() > deadline:
                    raise
                time.sleep(0.02)
            else:
                return connection

    def close(self) -> None:
        """End the server."""
        assert self._server.stdin is not None
        self._server.stdin.close()
        self._server.wait(LONG)
        self._folder.cleanup()


def _all(connection: socket.socket) -> bytes:
    parts = []
    while part := connection.recv(65536):
        parts.append(part)
    return b"".join(parts)


def serve(address: str) -> None:
    """Fork a child for each request until standard input ends."""
    import pipeline
    from pipeline.extract import extract
    from pipeline.store import Store
    from tests import newdatabases

    for module in pkgutil.walk_packages(pipeline.__path__, "pipeline."):
        if module.name != "pipeline.__main__" and ".migrations" not in module.name:
            importlib.import_module(module.name)
    for name in LATE:
        importlib.import_module(name)
    sample = ROOT / "config" / "samples" / "en" / "night-ferry.html"
    extract(sample.read_bytes(), "https://example.org/")  # loads word lists and detector
    newdatabases.share()
    Store("sqlite:///:memory:").close()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries who waits for a command
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(address)
    listener.listen(8)
    with selectors.DefaultSelector() as ready:
        ready.register(listener, selectors.EVENT_READ)
        ready.register(0, selectors.EVENT_READ)
        while all(key.fd != 0 for key, _ in ready.select()):
            connection, _ = listener.accept()
            if os.fork():
                connection.close()
                continue
            listener.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            asked = json.loads(_all(connection))
            child = os.fork()
            if not child:
                connection.close()
                _become(asked)
            _, status = os.waitpid(child, 0)
            with contextlib.suppress(OSError):  # who asked has given up
                connection.sendall(str(os.waitstatus_to_exitcode(status)).encode())
            os._exit(0)


def _become(asked: dict[str, list[str]]) -> NoReturn:
    """Be `python -m pipeline` with the words, folder, environment and files that were asked for."""
    for number, (name, flags) in enumerate(
        zip(asked["files"], (os.O_RDONLY, *[os.O_WRONLY | os.O_CREAT] * 2), strict=True)
    ):
        descriptor = os.open(name, flags, 0o600)
        os.dup2(descriptor, number)
        os.close(descriptor)
    os.chdir(str(asked["cwd"]))
    os.environ.update(asked["environment"])
    time.tzset()
    sys.argv = ["babelwire", *asked["words"]]
    try:
        runpy.run_module("pipeline", run_name="__main__", alter_sys=True)
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except Exception:  # noqa: BLE001 - as Python ends a program
        traceback.print_exc()
        code = 1
    else:
        code = 0
    # As Python ends, but for taking its modules down: what C libraries do there waits for threads
    # that a forked process does not have.
    threading._shutdown()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    serve(sys.argv[1])
