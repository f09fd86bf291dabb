"""Articles that wait for a model: none is installed that leads to the language they are wanted in.

Those whose language is not known wait for it to be set; that is a failure once, and then waiting.

`waiting` takes the numbers of pending articles by language and the installed models, and returns
the language pairs without a route. Waiting is no failure: it costs a pass one query for each
language, and ends when the model is there. Raises ModelError for a packages folder that cannot be
read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.desk import decisions
from pipeline.editions import language_of
from pipeline.errors import ModelError, NoModel

if TYPE_CHECKING:
    from pipeline.config import Settings
    from pipeline.store import Store
    from pipeline.translate import Models

UNKNOWN = "the language is not known"
REMEDY = "set the language of the source (sources.language), then `babelwire reextract`"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Articles in the language `source` that wait for a model to `target`.

    Where `source` is "", their language is not known.
    """

    source: str
    target: str
    articles: int
    remedy: str

    @property
    def who(self) -> str:
        """How many wait: "2 articles wait"."""
        return "1 article waits" if self.articles == 1 else f"{self.articles:,} articles wait"

    def __str__(self) -> str:
        if not self.source:
            return f"{self.who} to be translated to {self.target}: {UNKNOWN} — {self.remedy}"
        return f"{self.who} for a model from {self.source} to {self.target} — {self.remedy}"


def held_back(number: int, language: str) -> str:
    """One line for people about articles whose translations are not good enough."""
    who = "1 article is" if number == 1 else f"{number:,} articles are"
    return (
        f"{who} held back from {language}: too much could not be translated — see `babelwire "
        "explain`; install a better model, or raise translate.max_failed_share"
    )


def waiting(pending: Mapping[str, int], language: str, models: Models) -> list[Waiting]:
    """Return what articles wait for before they can be translated into `language`.

    `pending` has the number of articles without a translation by their language, "" for unknown.
    """
    found = []
    for code, number in pending.items():
        if not code:
            found.append(Waiting(source="", target=language, articles=number, remedy=REMEDY))
            continue
        error = lacking(models, code, language)
        if error is not None:
            found.append(
                Waiting(source=code, target=language, articles=number, remedy=error.remedy)
            )
    return found


def all_waiting(store: Store, wanted: Mapping[str, Sequence[str]], models: Models) -> list[Waiting]:
    """Return what the articles of all sources wait for; `wanted` as `decisions.wanted` gives it.

    Raises ModelError when the packages folder cannot be read.
    """
    return _of_all(_pending(store, wanted), models)


def _pending(store: Store, wanted: Mapping[str, Sequence[str]]) -> dict[str, Mapping[str, int]]:
    """{edition: what `waiting` takes}, of the editions in which articles are pending."""
    found = {
        edition: store.translations.pending_languages(edition, sources)
        for edition, sources in wanted.items()
    }
    return {edition: languages for edition, languages in found.items() if languages}


def _of_all(pending: Mapping[str, Mapping[str, int]], models: Models) -> list[Waiting]:
    found: dict[tuple[str, str], Waiting] = {}
    for edition, languages in pending.items():
        for one in waiting(languages, language_of(edition), models):
            known = found.get(pair := (one.source, one.target))
            if known is None or known.articles < one.articles:  # of several editions
                found[pair] = one
    return list(found.values())


def lacked(settings: Settings, store: Store) -> list[Waiting]:
    """Return what the articles of all feeds wait for.

    Returns [] if the packages folder cannot be read, which `doctor` says.
    """
    pending = _pending(store, decisions.wanted(settings.feeds, ()))
    if not pending:
        return []
    from pipeline.translate import Models  # takes long to import

    models = Models(settings.translate.packages_dir)
    try:
        return _of_all(pending, models)
    except ModelError:
        return []


def lacking(models: Models, source: str, target: str) -> NoModel | None:
    """Return the error that says that no installed model leads there; None if one does.

    Raises ModelError when the packages folder cannot be read.
    """
    if models.stays(source, target):
        return None
    try:
        models.route(source, target)
    except NoModel as error:
        return error
    return None
