"""One file with what cannot be made again: the settings, their glossaries, the database.

Not in it are the feeds and pages, which the next pass writes from the database, and the models,
which are large and can be installed again: the backup names them. A backup is a ZIP file:

    backup.json        the version of babelwire, the schema, the time, the models
    babelwire.toml     the settings
    glossaries/…       the glossary files that are in the folder of the settings, with their paths
    babelwire.sqlite   the database

`make` takes settings and writes a backup; `restore` takes one and puts it back. Both raise
BabelwireError where they cannot, and leave everything as it was then.
"""

import json
import os
import shutil
import tempfile
import tomllib
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from pipeline import __version__
from pipeline.config import Settings
from pipeline.desk import locks
from pipeline.errors import BabelwireError, ModelError, StoreError
from pipeline.store import SQLITE_FILE
from pipeline.store.copying import checked, copy, file_of, put_aside, put_in_place
from pipeline.store.database import without_password
from pipeline.translate import Models

_ABOUT, _SETTINGS, _GLOSSARIES = "backup.json", "babelwire.toml", "glossaries/"
_FORM = 1  # of the backup; a later one may be unreadable for this program
_MAX_TEXT = 64 << 20  # bytes of a settings or glossary file


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """What a backup holds. `left_out` are glossary files outside the folder of the settings."""

    made: str
    version: str
    schema: str
    models: tuple[str, ...]
    glossaries: tuple[str, ...]
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """Where what was restored is now, and where what was there before is kept."""

    backup: Backup
    settings: Path
    database: Path
    kept: tuple[Path, ...]


def database_of(settings: Settings) -> Path:
    """The file of the SQLite database of the settings.

    Raises:
        BabelwireError: they name another database, which its own tools back up.
    """
    remedy = "back it up with its own tools (pg_dump, pg_restore), and copy the settings file"
    return _database(settings.document.database, settings.state_dir, remedy)


def _database(url: str, state_dir: Path, remedy: str) -> Path:
    """The file of a SQLite database; without a `url` it is in the state folder."""
    path = file_of(url) if url else state_dir / SQLITE_FILE
    if path is None:
        raise BabelwireError(without_password(url), "is no file of babelwire's", remedy)
    return path


def make(settings: Settings, file: Path, now: datetime) -> Backup:
    """Write a backup, also while a daemon runs. An existing file is not overwritten.

    Raises:
        BabelwireError: there is no database, it is damaged, or the file cannot be written.
    """
    database = database_of(settings)
    if not database.is_file():
        raise StoreError(str(database), "there is no database yet", "the first pass creates it")
    if file.exists():
        raise BabelwireError(str(file), "exists already", "name another file, or move it away")
    folder = settings.path.parent
    paths = sorted({path for paths in settings.glossary_files.values() for path in paths})
    inside = {
        path.relative_to(folder).as_posix(): path for path in paths if path.is_relative_to(folder)
    }
    try:
        with tempfile.TemporaryDirectory(prefix=".backup-", dir=file.absolute().parent) as place:
            copied = Path(place, SQLITE_FILE)
            about = Backup(
                made=now.isoformat(timespec="seconds"),
                version=__version__,
                schema=copy(database, copied),
                models=_models(settings),
                glossaries=tuple(inside),
                left_out=tuple(str(one) for one in paths if one not in inside.values()),
            )
            whole = Path(place, "whole")
            with _private(whole) as stream, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as z:
                z.writestr(_ABOUT, json.dumps({"form": _FORM} | asdict(about), indent=2))
                z.write(settings.path, _SETTINGS)
                for name, path in inside.items():
                    z.write(path, _GLOSSARIES + name)
                z.write(copied, SQLITE_FILE)
            whole.rename(file)
    except OSError as error:
        reason = f"cannot be written ({error.strerror or error})"
        raise BabelwireError(str(file), reason, "name another place with enough space") from error
    return about


def restore(file: Path, settings_path: Path, now: datetime, *, keep_settings: bool) -> Restored:
    """Put back what is in a backup. What was there before stays, under another name.

    The settings are written to `settings_path`, unless `keep_settings`: then those that are there
    say where the database belongs.

    Raises:
        BabelwireError: the file is no backup or is of a newer babelwire, or a daemon or a pass is
            running. Nothing has changed then.
    """
    mark = f".before-restore-{now:%Y%m%dT%H%M%S}"
    with _opened(file) as archive:
        backup = _about(archive, file)
        text = settings_path.read_bytes() if keep_settings else _text(archive, _SETTINGS)
        state_dir, database = _places(text, settings_path)
        files = [] if keep_settings else _files(archive, backup, settings_path)
        with _unused(state_dir), _extracted(archive, database.parent) as new:
            checked(new)
            _give(new, database if database.exists() else database.parent)
            kept = []
            for one in files:
                kept += _written(one, one.path.with_name(one.path.name + mark))
            aside = database.with_name(database.name + mark)
            kept += [aside] if put_aside(database, aside) else []
            try:
                put_in_place(new, database)
            except StoreError:
                put_aside(aside, database)
                raise
    return Restored(backup=backup, settings=settings_path, database=database, kept=tuple(kept))


@contextmanager
def _opened(file: Path) -> Iterator[zipfile.ZipFile]:
    """The backup as an archive. Raises BabelwireError for what is wrong with it, or with a disk."""
    try:
        with zipfile.ZipFile(file) as archive:
            yield archive
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError) as error:
        raise BabelwireError(str(file), f"is no backup, or is damaged ({error})") from error
    except OSError as error:
        thing = str(error.filename or file)
        raise BabelwireError(thing, f"cannot be used ({error.strerror or error})") from error


def _about(archive: zipfile.ZipFile, file: Path) -> Backup:
    try:
        found = dict(json.loads(_text(archive, _ABOUT)))
        form = int(found.pop("form"))
        if form > _FORM:
            raise BabelwireError(
                str(file), "was made by a newer babelwire", "update babelwire first"
            )
        return Backup(**{name: _frozen(value) for name, value in found.items()})
    except (ValueError, TypeError, KeyError) as error:
        raise BabelwireError(str(file), "is no backup of babelwire") from error


def _text(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as stream:
        content = stream.read(_MAX_TEXT + 1)
    if len(content) > _MAX_TEXT:
        raise BabelwireError(name, f"is larger than {_MAX_TEXT:,} bytes", "unpack it by hand")
    return content


def _places(settings: bytes, path: Path) -> tuple[Path, Path]:
    """The state folder and the database of these settings, which need not be valid otherwise."""
    try:
        data = tomllib.loads(settings.decode("utf-8"))
    except ValueError as error:
        raise BabelwireError(str(path), f"is no TOML ({error})", "correct it first") from error
    state_dir = path.absolute().parent / Path(str(data.get("state_dir", "state"))).expanduser()
    url = str(data.get("database") or "")
    return state_dir, _database(url, state_dir, "restore it with its own tools")


@contextmanager
def _unused(state_dir: Path) -> Iterator[None]:
    """Keep daemons away; raises BabelwireError where one or a pass is running."""
    if (process := locks.daemon_at(state_dir)) is not None:
        raise BabelwireError(
            str(state_dir), f"a daemon is running here (process {process})", "stop it first"
        )
    if locks.passes_running(state_dir):
        raise BabelwireError(str(state_dir), "a pass is running here", "wait for its end")
    with locks.daemon_lock(state_dir):
        yield


@contextmanager
def _extracted(archive: zipfile.ZipFile, folder: Path) -> Iterator[Path]:
    """The database of the backup as a file on the disk where it belongs, while the block runs."""
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=folder) as place:
        new = Path(place, SQLITE_FILE)
        with archive.open(SQLITE_FILE) as stream, new.open("wb") as out:
            shutil.copyfileobj(stream, out, 1 << 20)
        yield new


@dataclass(frozen=True, slots=True)
class _File:
    """A settings or glossary file, as it is written."""

    path: Path
    content: bytes
    mode: int


def _files(archive: zipfile.ZipFile, backup: Backup, settings: Path) -> list[_File]:
    """The glossaries and the settings, read to their ends before any of them is written."""
    places = {_GLOSSARIES + name: settings.parent / _below(name) for name in backup.glossaries}
    return [
        _File(path, _text(archive, name), (archive.getinfo(name).external_attr >> 16) & 0o666)
        for name, path in (places | {_SETTINGS: settings}).items()
    ]


def _below(name: str) -> PurePosixPath:
    parts = PurePosixPath(name)
    if parts.is_absolute() or ".." in parts.parts:
        raise BabelwireError(name, "is no path of a glossary below the settings")
    return parts


def _written(file: _File, aside: Path) -> list[Path]:
    """Write a file with the permissions it had; one with other content is kept under the name that
    is returned."""
    path, content, kept = file.path, file.content, []
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        if path.read_bytes() == content:
            return []
        path.rename(aside)
        kept = [aside]
    with _private(path) as stream:  # settings may hold tokens and passwords
        stream.write(content)
    path.chmod(file.mode or 0o600)
    _give(path, aside if kept else path.parent)
    return kept


def _give(path: Path, like: Path) -> None:
    """Where root restores, let a file belong to whom another one belongs, such as the daemon."""
    if os.geteuid() == 0:
        owner = like.stat()
        os.chown(path, owner.st_uid, owner.st_gid)


def _private(path: Path) -> BinaryIO:
    """A new file that only its owner may read."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _models(settings: Settings) -> tuple[str, ...]:
    """The installed models as pairs, "de:en"; none if their folder cannot be read."""
    try:
        found = Models(settings.translate.packages_dir).installed()
    except ModelError:
        return ()
    return tuple(f"{one.from_code}:{one.to_code}" for one in found)


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
