"""Checks of what is given on the command line: ids of sources, codes of languages.

Each raises UsageError, for which the exit code is 2, with what was probably meant.
"""

import difflib
import re
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pipeline.errors import NoModel, UsageError

if TYPE_CHECKING:
    from pipeline.config import Settings


def sources(names: Iterable[str], known: Collection[str]) -> None:
    """Raise UsageError unless all names are ids that are known."""
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            meant = f"did you mean {near[0]}? " if near else ""
            raise UsageError(
                name, "there is no such source", f"{meant}see `babelwire sources list`"
            )


def published(language: str, settings: "Settings") -> None:
    """Raise UsageError unless a feed is in this language."""
    wanted = dict.fromkeys(code for feed in settings.feeds for code in feed.languages)
    if language not in wanted:
        raise UsageError(
            language, "no feed is in this language", f"name one of {', '.join(wanted)}"
        )


def language(code: str | None) -> str | None:
    """The code in lower case, None for None. Raises UsageError for one that no language has."""
    if code is None or _is_language(code):
        return code and code.lower()
    raise _no_language(code)


@contextmanager
def between(*codes: str) -> Iterator[None]:
    """Where the block finds no model between languages, say whether one of the codes is wrong.

    Raises UsageError for a code that no language has. Where a code is a language's, but probably
    meant as a country's, NoModel asks whether it was.
    """
    try:
        yield
    except NoModel as error:
        for code in codes:
            if code and not _is_language(code):
                raise _no_language(code) from error
        from pipeline.config.languages import question

        if asked := question(*filter(None, codes)):
            raise NoModel(error.thing, error.reason, asked, retry=error.retry) from error
        raise


def _is_language(code: str) -> bool:
    """Whether it is a language's code, alone or before that of a script or region ("pt-br")."""
    from pipeline.config.languages import is_language

    return is_language(re.split("[-_]", code.lower())[0])


def _no_language(code: str) -> UsageError:
    from pipeline.config.languages import hint

    remedy = hint(code) or 'write a code of two or three letters, such as "pt"'
    return UsageError(f'"{code}"', "is no language code", remedy)
