"""The checks of `babelwire doctor` that concern workers.

Takes the settings; returns findings as (well, finding, remedy). Connects to the scheduler.
"""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from pipeline.cli.context import compute_state
from pipeline.compute import compute_of
from pipeline.compute.lines import lines
from pipeline.config import Settings
from pipeline.errors import BabelwireError
from pipeline.translate import Models

_WAIT = 6.0  # seconds in which the scheduler must answer
_SOON = timedelta(days=30)


def examine(settings: Settings) -> Iterator[tuple[bool, str, str]]:
    """Check the certificates, the scheduler, and that workers have the desk's models."""
    options = settings.compute
    if not options.scheduler:
        yield True, "none: everything is computed in this process", ""
        return
    try:
        yield from _certificates(settings)
        yield from _workers(settings)
    except BabelwireError as error:
        yield False, f"{error.thing}: {error.reason}", error.remedy


def _certificates(settings: Settings) -> Iterator[tuple[bool, str, str]]:
    folder = settings.compute.certificates
    if folder is None or not settings.compute.scheduler.startswith("tls:"):
        return
    from pipeline.compute.certificates import expiry
    from pipeline.compute.security import AUTHORITY, certificate

    until = min(expiry(folder / AUTHORITY), expiry(certificate(folder, "desk")))
    well = until - datetime.now(UTC) > _SOON
    remedy = "" if well else "make new ones with `babelwire cluster certificates DIR`"
    yield well, f"certificates valid until {until:%Y-%m-%d}", remedy


def _workers(settings: Settings) -> Iterator[tuple[bool, str, str]]:
    from pipeline.compute.cluster import Cluster

    logging.getLogger("pipeline.compute").setLevel(logging.CRITICAL)  # this says it itself
    options = settings.compute.model_copy(update={"wait": _WAIT})
    cluster = compute_of(options, settings.translate)
    assert isinstance(cluster, Cluster)
    try:
        installed = Models.of(settings.translate, embedded=False).installed()
        state = cluster.look(installed)
    finally:
        cluster.close()
    if not state.connected:
        remedy = "start `babelwire scheduler`, or correct compute.scheduler"
        yield False, f"no scheduler answers at {options.scheduler}", remedy
    elif not state.workers:
        yield False, f"{options.scheduler} has no workers", f"babelwire worker {options.scheduler}"
    else:
        for line in lines(state):
            reason, _, remedy = line.strip().partition(" — ")
            yield not remedy, reason, remedy
    before = compute_state(settings)
    for line in lines(before) if before is not None else ():
        if line.startswith("comput"):
            yield True, f"the last pass {line}", ""
