"""What a shell offers for the Tab key: ids of sources, languages, states.

Each function takes the context of the command line so far and the beginning of a word, and returns
the words that begin with it, each with what a shell may show beside it. None raises: without
settings, or with wrong ones, there is nothing to offer. Only the settings file and the folder of
packages are read.
"""

from collections.abc import Iterable
from pathlib import Path

import typer

from pipeline.errors import BabelwireError

Words = list[tuple[str, str]]


def sources(context: typer.Context, incomplete: str) -> Words:
    """The ids of the sources, with their titles."""
    from pipeline.cli.context import Context

    try:
        settings = Context(_config(context)).settings()
    except BabelwireError:
        return []
    chosen = {word for value in context.params.values() for word in _words(value)}
    found = ((one.id, one.title) for one in settings.sources.values())
    return [one for one in found if one[0].startswith(incomplete) and one[0] not in chosen]


def languages(context: typer.Context, incomplete: str) -> Words:
    """The languages of the settings and of the installed models, with their names."""
    from pipeline.cli.context import Context
    from pipeline.config.languages import name_of
    from pipeline.translate import Models

    shared = Context(_config(context))
    try:
        settings = shared.settings_or_none()
        codes = set(settings.document.languages) if settings is not None else set()
        if settings is not None:
            codes |= {code for feed in settings.feeds for code in feed.languages}
            codes |= {one.language for one in settings.sources.values() if one.language}
        for model in Models(shared.translate_options().packages_dir).installed():
            codes |= {model.from_code, model.to_code}
    except BabelwireError:
        return []
    return [(code, name_of(code)) for code in sorted(codes) if code.startswith(incomplete)]


def languages_or_all(context: typer.Context, incomplete: str) -> Words:
    """The word "all", and the languages."""
    every = [("all", "every language")] if "all".startswith(incomplete) else []
    return every + languages(context, incomplete)


def states(context: typer.Context, incomplete: str) -> Words:
    """The states of pages."""
    from pipeline.store import STATES

    del context
    return [(one, "") for one in STATES if one.startswith(incomplete)]


def _config(context: typer.Context) -> Path | None:
    """What `--config` names."""
    given = context.find_root().params.get("config")
    return None if given is None else Path(given)


def _words(value: object) -> Iterable[str]:
    return [str(one) for one in value] if isinstance(value, list | tuple) else [str(value)]
