"""The scheduler: it gives the desk's tasks to workers. It keeps nothing on disk.

`serve` runs it until the process is stopped, `Embedded` runs it beside other work of a process.
"""

import asyncio
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from pipeline.compute.security import configure, security
from pipeline.errors import BabelwireError
from pipeline.scheduleraddress import Address, is_loopback

_START = 30.0  # seconds in which it must listen
_END = 5.0


def serve(
    address: Address, host: str, certificates: Path | None, say: Callable[[str], None]
) -> None:
    """Run a scheduler at `address` until SIGTERM or SIGINT.

    It listens on `host` ("": on all of this machine's addresses, or on loopback for tcp).

    Raises:
        BabelwireError: it cannot listen there, or a certificate is missing.
    """
    configure()
    made = security(address, certificates, "scheduler")

    async def run() -> None:
        stopping = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stopping.set)
        scheduler = await _started(address, host, made)
        say(f"listening at {scheduler.address}")
        await stopping.wait()
        await asyncio.wait_for(scheduler.close(), _END)
        say("stopped")

    asyncio.run(run())


async def _started(address: Address, host: str, made: Any) -> Any:
    from distributed import Scheduler

    if address.protocol == "tcp":
        if host and not is_loopback(host):
            reason = "only tls:// may be listened to on an address other machines reach"
            raise BabelwireError(host, reason, "leave --host out, or use tls://")
        host = host or ("127.0.0.1" if address.host == "localhost" else address.host)
    try:
        return await Scheduler(
            host=host or None,
            port=address.port,
            protocol=f"{address.protocol}://",
            security=made,
            dashboard=False,
            dashboard_address="127.0.0.1:0",
        )
    except (OSError, RuntimeError, ValueError) as error:
        reason = f"the scheduler cannot listen there ({error.__cause__ or error})"
        raise BabelwireError(str(address), reason, "is another one running?") from error


class Embedded:
    """A scheduler in a thread of this process.

    Raises:
        BabelwireError: it cannot listen there, or a certificate is missing.
    """

    def __init__(self, address: Address, certificates: Path | None) -> None:
        configure()
        self._security = security(address, certificates, "scheduler")
        self._address = address
        self._started = threading.Event()
        self._error: BaseException | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="scheduler", daemon=True)
        self._thread.start()
        begun = self._started.wait(_START)
        if self._error is not None:
            raise self._error
        if not begun:
            self.close()
            raise BabelwireError(str(address), f"the scheduler did not start in {_START:.0f} s")

    @property
    def is_running(self) -> bool:
        """Whether it gives tasks to workers; it ends by itself only by a fault of its own."""
        return self._thread.is_alive()

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:  # noqa: BLE001 - it is raised by who started this
            self._error = error
        finally:
            self._started.set()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        scheduler = await _started(self._address, "", self._security)
        self._started.set()
        await self._stopping.wait()
        await asyncio.wait_for(scheduler.close(), _END)

    def close(self) -> None:
        """End it; workers wait for another one."""
        if self._loop is not None and self._thread.is_alive():
            with suppress(RuntimeError):  # it has just ended by itself
                self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join(_END)
