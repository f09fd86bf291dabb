"""The checks of `babelwire doctor`.

Takes the settings; returns findings, with a remedy for each fault. Changes nothing.
"""

import os
import platform
import shutil
import socket
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests

from pipeline import plugins
from pipeline.cli import clustercheck, show
from pipeline.cli.context import open_store, schema_of
from pipeline.config import Settings
from pipeline.config.languages import question
from pipeline.desk import daemon_at, decisions
from pipeline.desk.waiting import UNKNOWN, Waiting, all_waiting, lacking
from pipeline.errors import BabelwireError
from pipeline.ingest import KINDS
from pipeline.options import TranslateOptions
from pipeline.store import Schema
from pipeline.syndicate import FORMATS
from pipeline.translate import Models
from pipeline.translate.packages import trial
from pipeline.translate.packages.requantise import LIMIT

_FREE = 500_000_000  # bytes; with less, a disk is nearly full
_MOST_SKEW = 120.0  # seconds that the clock may be wrong
_TIMEOUT = 5.0  # seconds to wait for a host's answer
_VNNI = {"avx512_vnni", "avx_vnni"}
# Variables that limit the kernels of CTranslate2, oneDNN and MKL.
_LIMITS = (
    "CT2_FORCE_CPU_ISA",
    "CT2_USE_MKL",
    "ONEDNN_MAX_CPU_ISA",
    "DNNL_MAX_CPU_ISA",
    "MKL_ENABLE_INSTRUCTIONS",
)
_HOSTS_ASKED = 3  # hosts whose time is compared with ours


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check: what was checked, whether it is well, and a remedy if not.

    One that is well and has a remedy is a note: nothing is wrong, but it may be better.
    """

    what: str
    well: bool
    finding: str
    remedy: str = ""


def examine(settings: Settings) -> Iterator[Finding]:
    """Check everything that a pass needs."""
    yield from _sources(settings)
    yield from _folders(settings)
    for name in ("state_dir", "output_dir"):
        yield _disk(name, getattr(settings, name))
    yield _database(settings)
    yield from _models(settings)
    yield from _plugins()
    process = daemon_at(settings.state_dir)
    yield Finding("daemon", True, f"runs as process {process}" if process else "does not run")
    for well, finding, remedy in clustercheck.examine(settings):
        yield Finding("workers", well, finding, remedy)
    yield from _network(settings)


def _sources(settings: Settings) -> Iterator[Finding]:
    sources = settings.sources.values()
    scheduled = sum(bool(one.every or one.cron) for one in sources)
    words = (
        f"{settings.path}, {show.many(len(sources), 'source')}, {scheduled} of them with a schedule"
    )
    if not sources:
        yield Finding("settings", False, words, "add one with `babelwire add`")
        return
    yield Finding("settings", True, words)
    if not settings.fetch.contact and any(one.url or one.urls for one in sources):
        reason = "sites cannot reach you about your requests"
        yield Finding("contact", True, reason, "set fetch.contact to an address of yours")


def _folders(settings: Settings) -> Iterator[Finding]:
    """A finding for each source folder or file that does not exist."""
    for source in settings.sources.values():
        if source.path and not Path(source.path).exists():
            remedy = "create it, mount its disk, or correct the path"
            yield Finding(f"source {source.id}", False, f"{source.path} does not exist", remedy)


def _disk(name: str, folder: Path) -> Finding:
    place = next((one for one in (folder, *folder.parents) if one.exists()), Path("/"))
    free = shutil.disk_usage(place).free
    words = f"{folder}, {free / 1e9:.1f} GB free"
    if not place.is_dir() or not os.access(place, os.W_OK | os.X_OK):
        remedy = f"make it writable for this user, or set `{name}` to another folder"
        reason = "cannot be written" if place == folder else f"cannot be created in {place}"
        return Finding(name, False, f"{folder} {reason}", remedy)
    if free < _FREE:
        return Finding(name, False, words, "free some space, or run `babelwire prune`")
    return Finding(name, True, words if place == folder else f"{words}; the first pass creates it")


def _database(settings: Settings) -> Finding:
    try:
        state = schema_of(settings)
        if state is Schema.MISSING:
            return Finding("database", True, "does not exist yet: the first pass creates it")
        if state is Schema.OLD:
            words = "was written by an earlier version: the next pass brings it up to date"
            return Finding("database", True, words)
        with open_store(settings, looking=True) as store:
            wrong = store.database.check()
            articles = store.articles.count()
            place = store.database.name
    except BabelwireError as error:
        return Finding("database", False, f"{error.thing}: {error.reason}", error.remedy)
    if wrong:
        remedy = "stop the daemon and restore a backup, or move the file away and run again"
        return Finding("database", False, f"{place} is damaged: {wrong}", remedy)
    version = f"SQLite {sqlite3.sqlite_version}" if "://" not in place else "server"
    return Finding("database", True, f"{place}, {show.many(articles, 'article')}, {version}")


def _models(settings: Settings) -> Iterator[Finding]:
    try:
        models = Models.of(settings.translate, embedded=False)  # `doctor` installs nothing
        pairs = [f"{one.from_code} → {one.to_code}" for one in models.installed()]
        pairs += [f"{a} → {b} (installed by the first pass)" for a, b in models.coming()]
        checked = models.verify(thorough=False)
    except BabelwireError as error:
        yield Finding("models", False, f"{error.thing}: {error.reason}", error.remedy)
        return
    yield Finding("models", True, ", ".join(pairs) or "none")
    kernels: trial.Kernels | None = None
    for model, faults in checked:
        remedy = f"babelwire models install {model.from_code} {model.to_code}"
        for fault in faults[:1]:
            yield Finding("models", False, f"{model.key}: {fault}", remedy)
        try:
            found = trial.tried(model)
        except BabelwireError as error:
            yield Finding("models", False, f"{error.thing}: {error.reason}", error.remedy)
            continue
        if found.fault and not faults:
            yield Finding("models", False, f"{model.key}: {found.fault}", remedy)
        kernels = kernels or found.kernels
    if kernels:
        yield _kernels(kernels, settings.translate)
    if not settings.translate.install_missing:  # else they are downloaded when they are needed
        yield from _missing(settings, models)


def _kernels(kernels: trial.Kernels, options: TranslateOptions) -> Finding:
    """Which kernels multiply int8 weights, and whether large weights are multiplied exactly."""
    words = f"int8 by {kernels.library}, the rest with {kernels.instructions}"
    limits = [f"{name}={os.environ[name]}" for name in _LIMITS if name in os.environ]
    words += f"; limited by {', '.join(limits)}" if limits else ""
    if platform.machine().lower() not in ("x86_64", "amd64"):
        return Finding("kernels", True, words)
    vnni = not _VNNI.isdisjoint(_processor_flags())
    words += f"; the processor has {'VNNI' if vnni else 'no VNNI'}"
    if options.requantise:
        return Finding("kernels", True, f"{words}; weights within ±{LIMIT} are exact with any")
    exact = vnni and not limits
    remedy = "" if exact else "large weights may lose quality: set translate.requantise = true"
    return Finding("kernels", exact, words, remedy)


def _processor_flags() -> set[str]:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return set()
    return {flag for line in lines if line.startswith("flags") for flag in line.split()}


def _missing(settings: Settings, models: Models) -> Iterator[Finding]:
    """A finding for each language pair without a model, which is a fault if the settings need it.

    Articles in a language that the settings do not name may wait for a model without a fault.
    """
    wanted = {code for feed in settings.feeds for code in feed.languages}
    stated = {source.language for source in settings.sources.values() if source.language}
    needed = {(source, target) for source in stated for target in wanted}
    waits = _waiting(settings, models)
    for target in sorted(target for source, target in waits if not source):
        unknown = waits.pop(("", target))
        yield Finding("models", True, f"{unknown.who} for {target}: {UNKNOWN}", unknown.remedy)
    for source, target in sorted((needed | waits.keys()) - {*models.coming()}):
        error = lacking(models, source, target)
        if error is None:
            continue
        pair = source, target
        words = f"no model from {source} to {target}"
        words += f": {waits[pair].who} for it" if pair in waits else ""
        asked = question(source, target)
        yield Finding("models", pair not in needed, words, asked or error.remedy)


def _waiting(settings: Settings, models: Models) -> dict[tuple[str, str], Waiting]:
    """What articles wait for, by language pair; {} if the database cannot be read."""
    try:
        if schema_of(settings) is not Schema.CURRENT:
            return {}
        with open_store(settings, looking=True) as store:
            found = all_waiting(store, decisions.wanted(settings.feeds, ()), models)
    except BabelwireError:
        return {}  # the finding about the database says so
    return {(one.source, one.target): one for one in found}


def _plugins() -> Iterator[Finding]:
    """What plug-ins add, used or not, and those that cannot be used."""
    registries: tuple[plugins.Registry[Any], ...] = (KINDS, FORMATS)
    added = [
        f"{one.group.what} {name} ({one.origin(name)})"
        for one in registries
        for name in one.usable()
        if one.origin(name)
    ]
    yield Finding("plug-ins", True, ", ".join(added) or "none")
    for fault in (fault for one in registries for fault in one.faults()):
        yield Finding("plug-ins", False, f"{fault.thing}: {fault.reason}", fault.remedy)


def _network(settings: Settings) -> Iterator[Finding]:
    urls = [
        url
        for one in settings.sources.values()
        for url in (one.url, *one.urls)
        if url and not one.proxy  # the proxy resolves names, not this machine
    ]
    hosts = dict.fromkeys(urlsplit(url).hostname for url in urls)
    unknown = []
    for host in hosts:
        try:
            socket.getaddrinfo(host, None)
        except OSError:
            unknown.append(str(host))
    if not hosts:
        yield Finding("network", True, "not needed by any source")
        return
    if unknown:
        remedy = "check the addresses of these sources, and this machine's DNS server"
        yield Finding("network", False, f"unknown hosts: {', '.join(unknown)}", remedy)
    else:
        yield Finding("network", True, f"{show.many(len(hosts), 'host')} resolved")
    first = {urlsplit(url).hostname: url for url in reversed(urls)}
    yield _clock([url for host, url in first.items() if str(host) not in unknown][-_HOSTS_ASKED:])


def _clock(urls: Sequence[str]) -> Finding:
    """Compare this machine's clock with the Date headers of sources' servers (RFC 9110 §6.6.1).

    The median difference counts, because the clock of a server may be wrong.
    """
    skews: list[tuple[float, str]] = []
    for url in urls:
        try:
            answer = requests.head(url, timeout=_TIMEOUT, allow_redirects=False)
            there = parsedate_to_datetime(answer.headers["date"])
        except (requests.RequestException, KeyError, ValueError):
            continue
        skew = abs((datetime.now(UTC) - there.astimezone(UTC)).total_seconds())
        skews.append((skew, urlsplit(url).hostname or url))
    if not skews:
        remedy = "check whether this machine reaches the network: `babelwire sources check`"
        return Finding("clock", False, "no source's server answered with the time", remedy)
    skew, host = sorted(skews)[(len(skews) - 1) // 2]
    remedy = "" if skew < _MOST_SKEW else "set the clock, or let a time service do it"
    return Finding("clock", skew < _MOST_SKEW, f"differs by {skew:.0f} s from {host}", remedy)
