"""What `babelwire doctor` looks at.

In: settings. Out: findings, each with a remedy where something is wrong. It changes nothing.
"""

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
from pipeline.cli.context import open_store
from pipeline.config import Settings
from pipeline.desk import daemon_at
from pipeline.errors import BabelwireError, NoModel
from pipeline.ingest import KINDS
from pipeline.syndicate import FORMATS
from pipeline.translate import Models

_FREE = 500_000_000  # bytes below which a disk is nearly full
_SKEW = 120.0  # seconds a clock may be wrong
_PATIENCE = 5.0  # seconds a host may take to answer
_ASKED = 3  # hosts that are asked for the time


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, how it is, and what to do where it is not well."""

    what: str
    well: bool
    finding: str
    remedy: str = ""


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at everything a pass needs."""
    yield _sources(settings)
    yield from _folders(settings)
    for name in ("state_dir", "output_dir"):
        yield _disk(name, getattr(settings, name))
    yield _database(settings)
    yield from _models(settings)
    yield from _plugins()
    process = daemon_at(settings.state_dir)
    yield Finding("daemon", True, f"runs as process {process}" if process else "does not run")
    yield from _network(settings)


def _sources(settings: Settings) -> Finding:
    sources = settings.sources.values()
    scheduled = sum(bool(one.every or one.cron) for one in sources)
    words = f"{settings.path}, {len(sources)} sources, {scheduled} of them with a schedule"
    if not sources:
        return Finding("settings", False, words, "add one with `babelwire add`")
    if not settings.fetch.contact and any(one.url or one.urls for one in sources):
        words += "; sites cannot tell whose robot this is: set fetch.contact"
    return Finding("settings", True, words)


def _folders(settings: Settings) -> Iterator[Finding]:
    """The folders and files of sources that are not there."""
    for source in settings.sources.values():
        if source.path and not Path(source.path).exists():
            remedy = "make it, mount its disk, or correct the path"
            yield Finding(f"source {source.id}", False, f"{source.path} does not exist", remedy)


def _disk(name: str, folder: Path) -> Finding:
    place = next((one for one in (folder, *folder.parents) if one.exists()), Path("/"))
    free = shutil.disk_usage(place).free
    words = f"{folder}, {free / 1e9:.1f} GB free"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".babelwire-probe"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        remedy = f"make it writable for this user, or set `{name}` to another folder"
        return Finding(name, False, f"{folder} cannot be written ({error.strerror})", remedy)
    if free < _FREE:
        return Finding(name, False, words, "free some space, or run `babelwire prune`")
    return Finding(name, True, words)


def _database(settings: Settings) -> Finding:
    try:
        with open_store(settings) as store:
            wrong = store.database.check()
            articles = store.articles.count()
            place = store.database.name
    except BabelwireError as error:
        return Finding("database", False, f"{error.thing}: {error.reason}", error.remedy)
    if wrong:
        remedy = "stop the daemon and restore a backup, or move the file away and run again"
        return Finding("database", False, f"{place} is damaged: {wrong}", remedy)
    version = f"SQLite {sqlite3.sqlite_version}" if "://" not in place else "server"
    return Finding("database", True, f"{place}, {articles} articles, {version}")


def _models(settings: Settings) -> Iterator[Finding]:
    try:
        models = Models.of(settings.translate)
        pairs = [(one.from_code, one.to_code) for one in models.installed()]
        checked = models.verify(thorough=False)
    except BabelwireError as error:
        yield Finding("models", False, f"{error.thing}: {error.reason}", error.remedy)
        return
    yield Finding("models", True, ", ".join(f"{a} → {b}" for a, b in pairs) or "none")
    for model, faults in checked:
        if faults:
            remedy = f"babelwire models install {model.from_code} {model.to_code}"
            yield Finding("models", False, f"{model.key}: {faults[0]}", remedy)
    wanted = {code for feed in settings.feeds for code in feed.languages}
    if settings.translate.install_missing:
        return  # what is not there is fetched when it is wanted
    told = {source.language for source in settings.sources.values() if source.language}
    for source in sorted(told):
        for target in sorted(wanted - {source}):
            try:
                models.route(source, target)
            except NoModel as error:
                yield Finding("models", False, f"no way from {source} to {target}", error.remedy)


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
        if url and not one.proxy  # behind a proxy it is the proxy that knows names
    ]
    hosts = dict.fromkeys(urlsplit(url).hostname for url in urls)
    unknown = []
    for host in hosts:
        try:
            socket.getaddrinfo(host, None)
        except OSError:
            unknown.append(str(host))
    if not hosts:
        yield Finding("network", True, "no source needs it")
        return
    if unknown:
        remedy = "check the addresses of these sources, and this machine's name server"
        yield Finding("network", False, f"unknown hosts: {', '.join(unknown)}", remedy)
    else:
        yield Finding("network", True, f"{len(hosts)} hosts are known")
    first = {urlsplit(url).hostname: url for url in reversed(urls)}
    yield _clock([url for host, url in first.items() if str(host) not in unknown][-_ASKED:])


def _clock(urls: Sequence[str]) -> Finding:
    """Compare this machine's clock with those of sources' servers (RFC 9110 §6.6.1).

    The middle one counts: a server's own clock may be wrong.
    """
    skews: list[tuple[float, str]] = []
    for url in urls:
        try:
            answer = requests.head(url, timeout=_PATIENCE, allow_redirects=False)
            there = parsedate_to_datetime(answer.headers["date"])
        except (requests.RequestException, KeyError, ValueError):
            continue  # a server that does not say the time says nothing about ours
        skew = abs((datetime.now(UTC) - there.astimezone(UTC)).total_seconds())
        skews.append((skew, urlsplit(url).hostname or url))
    if not skews:
        remedy = "look whether this machine reaches the network: `babelwire sources check`"
        return Finding("clock", False, "no server of a source answered with the time", remedy)
    skew, host = sorted(skews)[(len(skews) - 1) // 2]
    remedy = "" if skew < _SKEW else "set the clock, or let a time service do it"
    return Finding("clock", skew < _SKEW, f"{skew:.0f} s beside {host}", remedy)
