"""What the commands share: settings, store, translator.

What these need is imported when they are asked for, so that `--help` waits for none of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import SettingsError, StoreError

if TYPE_CHECKING:
    from pipeline.compute import ComputeState
    from pipeline.config import Settings
    from pipeline.options import FetchOptions, Term, TranslateOptions
    from pipeline.store import Schema, Store
    from pipeline.translate import Memory, Translator


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
        from pipeline.config import find, load

        return load(find(self.config))

    def settings_or_none(self) -> Settings | None:
        """The settings, or None if there is no file: some commands need none.

        Raises:
            SettingsError: the settings file is invalid.
        """
        from pipeline.config import find, load

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

        import platformdirs

        from pipeline.options import TranslateOptions

        return TranslateOptions(packages_dir=platformdirs.user_data_path("babelwire") / "packages")

    def translator(
        self, target: str = "", terms: Sequence[Term] = (), memory: Memory | None = None
    ) -> Translator:
        """A translator with the glossaries of the settings, if any; without `memory`, an empty one.

        `terms` are for the language `target`, and take precedence over those of the settings.

        Raises:
            ModelError: the packages folder cannot be used.
        """
        from pipeline.translate import Models, Translator
        from pipeline.translate.glossary import fitting

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
        from pipeline.options import FetchOptions

        settings = self.settings_or_none()
        return settings.fetch if settings is not None else FetchOptions()


def compute_state(settings: Settings) -> ComputeState | None:
    """What a desk has written of its workers; None: none are used, or nothing was written yet."""
    from pipeline.compute.state import read

    return read(settings.state_dir) if settings.compute.scheduler else None


def open_store(settings: Settings, *, looking: bool = False) -> Store:
    """Open the database of the settings. With `looking`, whose it is is not noted.

    Raises:
        StoreError: it cannot be opened, or belongs to another state folder.
    """
    from pipeline.store import Store, claim, sqlite_url

    elsewhere = settings.document.database
    store = Store(elsewhere or sqlite_url(settings.state_dir))
    if elsewhere:  # else it is in its state folder
        try:
            claim(store.database, settings.state_dir, looking=looking)
        except StoreError:
            store.close()
            raise
    return store


def schema_of(settings: Settings) -> Schema:
    """Look at the database of the settings, without creating or changing it.

    Raises:
        StoreError: it cannot be read.
    """
    from pipeline.store import SQLITE_FILE, schema

    return schema(settings.document.database or f"sqlite:///{settings.state_dir / SQLITE_FILE}")


def open_existing_store(settings: Settings) -> Store | None:
    """Open the database of the settings; None if there is none yet.

    Raises:
        StoreError: it cannot be opened.
    """
    from pipeline.store import SQLITE_FILE

    if not settings.document.database and not (settings.state_dir / SQLITE_FILE).exists():
        return None
    return open_store(settings)
