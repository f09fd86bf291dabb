"""How processes of a cluster are set up: the libraries' options, addresses and certificates.

Off loopback connections are encrypted, and both ends show a certificate of the same authority: the
tasks that a worker runs are code, so whoever may connect may do anything.
"""

import logging
import os
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

from pipeline.errors import BabelwireError
from pipeline.scheduleraddress import Address

log = logging.getLogger(__name__)

Role = Literal["desk", "scheduler", "worker"]
ROLES: tuple[Role, ...] = ("desk", "scheduler", "worker")
AUTHORITY = "ca.pem"
_INSTALL = 'pip install "babelwire[cluster]"'
_MAKE = "make them with `babelwire cluster certificates DIR`"
_READ = "let this user read it; under systemd with LoadCredential= (docs/cluster.md)"

SILENCE = 30.0
"""Seconds after which a worker that says nothing is given up, and its work goes to others."""
FAILURES = 1
"""How many workers may die over a task before it is taken apart: the second death is suspicious."""
_OPTIONS = {
    "distributed.scheduler.allowed-failures": FAILURES,
    "distributed.scheduler.worker-ttl": f"{SILENCE:.0f}s",
    "distributed.scheduler.http.routes": [],  # nothing of it is served
    "distributed.scheduler.work-stealing": True,
    "distributed.scheduler.active-memory-manager.start": False,
    "distributed.scheduler.locks.lease-timeout": "30s",
    "distributed.worker.http.routes": [],
    "distributed.worker.profile.enabled": False,
    "distributed.worker.memory.target": False,
    "distributed.worker.memory.spill": False,
    "distributed.worker.memory.pause": False,
    "distributed.worker.memory.terminate": False,
    "distributed.worker.preload": [],
    "distributed.scheduler.preload": [],
    "distributed.client.preload": [],
    "distributed.diagnostics.nvml": False,
    "distributed.comm.timeouts.connect": "10s",
    "distributed.comm.timeouts.tcp": "30s",
    # How often each process looks at its event loop, and at its memory: usually every 20 and 500
    # ms, for which an idle one takes 2 % of a core. Heartbeats have an interval of their own.
    "distributed.admin.tick.interval": "1s",
    "distributed.admin.system-monitor.interval": "10s",
    "distributed.admin.system-monitor.gil.enabled": False,
    "distributed.admin.large-graph-warning-threshold": "1GB",
}


def require_libraries() -> None:
    """Raise BabelwireError where the libraries for workers are not installed."""
    if find_spec("distributed") is None:
        reason = "the libraries for workers are not installed"
        raise BabelwireError("compute.scheduler", reason, _INSTALL)


def configure() -> None:
    """Set the libraries' options for this process, whatever its user's files of them say.

    Raises:
        BabelwireError: they are not installed.
    """
    require_libraries()
    import dask
    import distributed

    dask.config.set(_OPTIONS)
    # Importing it has set levels of its own.
    log.debug("distributed %s", distributed.__version__)
    quiet = logging.getLogger().getEffectiveLevel() > logging.DEBUG
    # Some of its modules' loggers have levels of their own.
    for name in ("tornado", "asyncio", *logging.root.manager.loggerDict):
        if name.partition(".")[0] not in ("distributed", "tornado", "asyncio"):
            continue
        logging.getLogger(name).setLevel(logging.CRITICAL if quiet else logging.DEBUG)


def certificate(folder: Path, role: Role) -> Path:
    """The file with the certificate and the key of a role."""
    return folder / f"{role}.pem"


def unreadable(path: Path, error: Exception, reason: str) -> BabelwireError:
    """The error to raise where certificates cannot be read or used."""
    remedy = _READ if isinstance(error, PermissionError) else _MAKE
    return BabelwireError(str(path), f"{reason} ({error})", remedy)


def _loaded_by_systemd(role: Role) -> Path | None:
    """Where the unit of this process has loaded its certificates: systemd.exec(5), LoadCredential=.

    Keys are readable for root only, and a service's user is not root.
    """
    folder = Path(os.environ.get("CREDENTIALS_DIRECTORY", ""))
    return folder if folder.is_absolute() and certificate(folder, role).is_file() else None


def security(address: Address, folder: Path | None, role: Role) -> Any:
    """Return the distributed.Security of a process; None for an address on this machine only.

    Where the process has certificates of its role from systemd, they are taken, not those of
    `folder`. `configure` comes before it.

    Raises:
        BabelwireError: a certificate is missing, cannot be read, or is not valid.
    """
    if address.protocol == "tcp":
        return None
    folder = _loaded_by_systemd(role) or folder
    if folder is None:
        raise BabelwireError(str(address), "needs a folder of certificates", _MAKE)
    for path in (folder / AUTHORITY, certificate(folder, role)):
        try:
            path.open("rb").close()
        except FileNotFoundError as error:
            reason = "this certificate is missing"
            raise BabelwireError(str(path), reason, _MAKE) from error
        except OSError as error:
            raise unreadable(path, error, "this certificate cannot be read") from error
    from distributed import Security

    own = str(certificate(folder, role))
    made = Security(
        require_encryption=True,
        tls_ca_file=str(folder / AUTHORITY),
        tls_client_cert=own,
        tls_scheduler_cert=own,
        tls_worker_cert=own,
    )
    _tried(made.get_connection_args, folder)
    return made


def _tried(arguments: Callable[[str], Any], folder: Path) -> None:
    try:
        arguments("client")
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
        raise unreadable(folder, error, "these certificates cannot be used") from error
