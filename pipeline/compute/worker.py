"""A worker: a process on any machine that computes batches and pages for the desk.

`work` connects to the scheduler, offers what its packages folder holds, and serves until it is
stopped. When the scheduler is gone, it waits for one and connects again. It keeps no state.
"""

import asyncio
import os
import signal
import socket
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from pipeline import __version__
from pipeline.compute import tasks
from pipeline.compute.link import OFFER, offered
from pipeline.compute.security import configure, security
from pipeline.errors import BabelwireError
from pipeline.scheduleraddress import Address

_LOOK = 10.0  # seconds between two looks for new packages, and between two tries to connect
_END = 15.0  # seconds in which running tasks are finished or handed back
_CONNECT = 10.0


def work(
    address: Address,
    host: tasks.Host,
    say: Callable[[str], None],
    *,
    certificates: Path | None = None,
    port: int = 0,
) -> int:
    """Compute for the scheduler at `address` until SIGTERM or SIGINT; return the exit code.

    `say` is told in one line what happens. `port` is the one to listen on for the scheduler and
    other workers (0: any).

    Raises:
        BabelwireError: the libraries or certificates cannot be used, or the packages folder.
    """
    configure()
    made = security(address, certificates, "worker")
    models = host.look()
    tasks.serve(host)
    return asyncio.run(_Worker(address, host, models, say, made, port).run())


class _Worker:
    def __init__(
        self,
        address: Address,
        host: tasks.Host,
        models: dict[str, str],
        say: Callable[[str], None],
        made: Any,
        port: int,
    ) -> None:
        self._address, self._host, self._say = address, host, say
        self._security, self._port = made, port
        self._stopping = asyncio.Event()
        self._models = models

    async def run(self) -> int:
        """Connect again and again until stopped."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stopping.set)
        waiting = False
        with tempfile.TemporaryDirectory(prefix="babelwire-worker-") as folder:
            while not self._stopping.is_set():
                worker = self._new(folder)
                try:
                    await asyncio.wait_for(worker.start(), _CONNECT)
                except Exception as error:  # noqa: BLE001 - the libraries raise many kinds
                    with suppress(Exception):
                        await asyncio.wait_for(worker.close(timeout=1), 2)
                    if not waiting:
                        kind = type(error).__name__
                        self._say(f"no scheduler answers at {self._address} ({kind}): waiting")
                    waiting = True
                    await self._pause(1.0)
                    continue
                waiting = False
                names = ", ".join(sorted(set(self._models.values()))) or "no models"
                plural = "s" * (self._host.threads != 1)
                self._say(
                    f"connected to {self._address} as {worker.address}: babelwire {__version__}, "
                    f"{self._host.threads} thread{plural}, {names}"
                )
                await self._serve(worker)
                if not self._stopping.is_set():
                    self._say("the connection is lost")
        self._say("stopped")
        return 0

    def _new(self, folder: str) -> Any:
        from distributed import Worker
        from distributed.worker import DEFAULT_METRICS

        return Worker(
            str(self._address),
            nthreads=self._host.threads,
            name=f"{socket.gethostname()}-{os.getpid()}",
            security=self._security,
            resources=dict.fromkeys(self._resources(), self._host.threads),
            metrics={**DEFAULT_METRICS, OFFER: lambda _: offered(self._models)},
            # Whoever may connect may run anything, so a plain address is one of this machine.
            host="127.0.0.1" if self._address.protocol == "tcp" else None,
            port=self._port,
            protocol=self._address.protocol,
            dashboard=False,
            dashboard_address="127.0.0.1:0",
            local_directory=folder,
            memory_limit=0,
            death_timeout=_CONNECT,
        )

    def _resources(self) -> set[str]:
        models = {tasks.model_of(__version__, digest) for digest in self._models}
        return {tasks.pages_of(__version__), *models}

    async def _serve(self, worker: Any) -> None:
        """Serve until the connection is lost, or this is to stop: then hand back what there is."""
        ended = asyncio.ensure_future(worker.finished())
        while not self._stopping.is_set() and not ended.done():
            await self._pause(_LOOK, ended)
            if not ended.done() and not self._stopping.is_set():
                await self._look(worker)
        if ended.done():
            return
        self._say("stopping: running tasks are finished or handed back")
        try:
            await asyncio.wait_for(worker.close_gracefully(reason="stopping"), _END)
        except Exception as error:  # noqa: BLE001 - the scheduler gives its work to others
            self._say(f"not all was handed back ({type(error).__name__})")

    async def _pause(self, seconds: float, ended: "asyncio.Future[Any] | None" = None) -> None:
        stop = asyncio.ensure_future(self._stopping.wait())
        await asyncio.wait(
            [one for one in (stop, ended) if one is not None],
            timeout=seconds,
            return_when=asyncio.FIRST_COMPLETED,
        )
        stop.cancel()

    async def _look(self, worker: Any) -> None:
        """Offer packages that were installed, and no longer those that were removed."""
        try:
            found = await asyncio.to_thread(self._host.look)
        except BabelwireError as error:
            self._say(str(error))
            return
        if found == self._models:
            return
        before, self._models = self._resources(), found
        now = dict.fromkeys(self._resources(), float(self._host.threads))
        with suppress(OSError):  # the connection is lost: the next one offers them
            await worker.set_resources(**{**dict.fromkeys(before, 0.0), **now})
        self._say(f"models: {', '.join(sorted(set(found.values()))) or 'none'}")
