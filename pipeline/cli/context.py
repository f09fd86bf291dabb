"""What the commands share: settings, store, translator, logging."""

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import platformdirs

from pipeline.compute import ComputeState
from pipeline.compute.state import read
from pipeline.config import Settings, find, load
from pipeline.errors import SettingsError
from pipeline.options import FetchOptions, Term, TranslateOptions
from pipeline.store import SQLITE_FILE, Schema, Store, schema, sqlite_url
from pipeline.translate import Memory, Models, Translator
from pipeline.translate.glossary import fitting


@dataclass(slots=True)
class Context:
    """The options given before the command."""

    config: Path | None = None
    debug: bool = False
    log_format: str = "text"

    def settings(self) -> Settings:
        """The settings.

        Raises:
            SettingsError: the settings file is missing or invalid.
        """
        return load(find(self.config))

    def settings_or_none(self) -> Settings | None:
        """The settings, or None if there is no file: some commands need none.

        Raises:
            SettingsError: the settings file is invalid.
        """
        try:
            path = find(self.config)
        except SettingsError:
            return None
        return load(path)

    def translate_options(self) -> TranslateOptions:
        """The translation options of the settings; else the defaults, with packages in the user's
        data folder."""
        settings = self.settings_or_none()
        if settings is not None:
            return settings.translate
        return TranslateOptions(packages_dir=platformdirs.user_data_path("babelwire") / "packages")

    def translator(
        self, target: str = "", terms: Sequence[Term] = (), memory: Memory | None = None
    ) -> Translator:
        """A translator with the glossaries of the settings, if any; without `memory`, an empty one.

        `terms` are for the language `target`, and take precedence over those of the settings.

        Raises:
            ModelError: the packages folder cannot be used.
        """
        options = self.translate_options()
        settings = self.settings_or_none()
        glossaries = dict(settings.glossaries) if settings is not None else {}
        if terms:
            fallback = glossaries.get(fitting(glossaries.keys(), target), ())
            glossaries[target] = (*terms, *fallback)
        models = Models.of(options)
        return Translator(options, memory, models, glossaries)

    def fetch_options(self) -> FetchOptions:
        """The fetch options of the settings, else the defaults."""
        settings = self.settings_or_none()
        return settings.fetch if settings is not None else FetchOptions()


def compute_state(settings: Settings) -> ComputeState | None:
    """What a desk has written of its workers; None: none are used, or nothing was written yet."""
    return read(settings.state_dir) if settings.compute.scheduler else None


def open_store(settings: Settings) -> Store:
    """Open the database of the settings.

    Raises:
        StoreError: it cannot be opened.
    """
    return Store(settings.document.database or sqlite_url(settings.state_dir))


def schema_of(settings: Settings) -> Schema:
    """Look at the database of the settings, without creating or changing it.

    Raises:
        StoreError: it cannot be read.
    """
    return schema(settings.document.database or f"sqlite:///{settings.state_dir / SQLITE_FILE}")


def open_existing_store(settings: Settings) -> Store | None:
    """Open the database of the settings; None if there is none yet.

    Raises:
        StoreError: it cannot be opened.
    """
    if not settings.document.database and not (settings.state_dir / SQLITE_FILE).exists():
        return None
    return open_store(settings)


_LOG_KEYS = ("source", "article", "language")


class JsonFormatter(logging.Formatter):
    """Log records as one JSON object per line, with source, article and language if set."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {key: getattr(record, key) for key in _LOG_KEYS if hasattr(record, key)}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


class TextFormatter(logging.Formatter):
    """Log records as lines of text, with source, article and language at the end as key=value."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        keys = [f" {key}={getattr(record, key)}" for key in _LOG_KEYS if hasattr(record, key)]
        return super().format(record) + "".join(keys)


def set_up_logging(level: int, form: str) -> None:
    """Log to standard error. `form` is "text" or "json"."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter() if form == "json" else TextFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in ("apscheduler", "alembic", "urllib3", "argostranslate", "stanza"):
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    if level > logging.DEBUG:
        # APScheduler logs a traceback for a failed job; the daemon logs the error in one line.
        logging.getLogger("apscheduler.executors").setLevel(logging.CRITICAL)
        # It also warns if a source is due while its visit is still running, which is normal.
        logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
