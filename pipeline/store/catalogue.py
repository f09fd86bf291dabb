"""Lists what sources announced and what became of it, and finds one of them by name.

Takes ids of sources, states, addresses; returns `Item` values, newest first. Only reads.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, exists, func, or_, select

from pipeline.editions import editions_of, language_of
from pipeline.store.database import CHUNK, Database
from pipeline.store.schema import articles, references, translations

STATES = ("done", "waiting", "failed", "rejected", "dropped", "skipped", "gone")
"""What may have become of an entry: see the table `references`."""

_DATED = func.coalesce(articles.c.dated, references.c.published, references.c.first_seen)
_ID = re.compile(r"[0-9a-f]{4}[0-9a-f-]{0,32}")
_NUMBER = re.compile(r"r(\d{1,15})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An entry of a source, with its article if there is one.

    `reason` says why there is none, or why it was not fetched again. `languages` are those that the
    article exists in. `dated` is the article's date, else the entry's, else when it was first seen.
    """

    reference: int
    article: str | None
    source: str
    state: str
    reason: str
    title: str
    url: str
    dated: datetime
    first_seen: datetime
    languages: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What `find` takes: the beginning of the article's id, or the reference's number."""
        return self.article[:8] if self.article else f"r{self.reference}"


class Catalogue:
    """Read-only queries about entries and their articles."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def newest(
        self, limit: int, sources: Sequence[str] = (), states: Sequence[str] = ()
    ) -> list[Item]:
        """The `limit` (0: all) newest entries of these sources in these states (empty: all)."""
        query = _items().order_by(_DATED.desc(), references.c.id)
        if sources:
            query = query.where(references.c.source.in_(sources))
        if states:
            query = query.where(references.c.state.in_(states))
        return self._load(query.limit(limit) if limit else query)

    def page(
        self,
        limit: int,
        *,
        before: int = 0,
        sources: Sequence[str] = (),
        states: Sequence[str] = (),
        language: str = "",
        since: datetime | None = None,
    ) -> list[Item]:
        """The `limit` entries that were announced last, the last one first: by `reference`, below
        `before` (0: from the last one on), so that pages stay what they are while others arrive.

        Of these sources, in these states (empty: all), first seen at `since` or later; with
        `language`, those with an article in that language.
        """
        query = _items().order_by(references.c.id.desc()).limit(limit)
        if before:
            query = query.where(references.c.id < before)
        if sources:
            query = query.where(references.c.source.in_(sources))
        if states:
            query = query.where(references.c.state.in_(states))
        if since:
            query = query.where(references.c.first_seen >= since)
        if language:
            there = exists().where(
                translations.c.article == references.c.article,
                translations.c.language.in_(editions_of(language)),
            )
            query = query.where(there)
        return self._load(query)

    def of_state(self, source: str, state: str, limit: int, skip: int = 0) -> list[Item]:
        """Entries of a source in a state, the last announced first, after the first `skip`.

        Reads them from an index: the cost does not grow with the number of others.
        """
        mine = references.c.source == source, references.c.state == state
        query = _items().where(*mine).order_by(references.c.id.desc())
        return self._load(query.limit(limit).offset(skip))

    def find(self, name: str) -> list[Item]:
        """The entries with this address, number ("r12"), or (beginning of the) id of an article."""
        conditions = [references.c.url == name, articles.c.url == name]
        if _ID.fullmatch(name):
            conditions.append(articles.c.id.startswith(name))
        if number := _NUMBER.fullmatch(name):
            conditions.append(references.c.id == int(number[1]))
        return self._load(_items().where(or_(*conditions)).order_by(references.c.id))

    def _load(self, query: Select[Any]) -> list[Item]:
        with self._database.read() as connection:
            rows = connection.execute(query).all()
            ids = list({row.article for row in rows if row.article})
            languages: dict[str, set[str]] = {}
            for start in range(0, len(ids), CHUNK):
                exist = select(translations.c.article, translations.c.language).where(
                    translations.c.article.in_(ids[start : start + CHUNK])
                )
                for article, edition in connection.execute(exist):
                    languages.setdefault(article, set()).add(language_of(edition))
        return [
            Item(
                reference=row.id,
                article=row.article,
                source=row.source,
                state=row.state,
                reason=row.error or "",
                title=row.article_title or row.title or "",
                url=row.article_url or row.url,
                dated=row.article_dated or row.published or row.first_seen,
                first_seen=row.first_seen,
                languages=tuple(sorted(languages.get(row.article, ()))),
            )
            for row in rows
        ]


def _items() -> Select[Any]:
    columns = references.c
    return select(
        columns.id,
        columns.article,
        columns.source,
        columns.state,
        columns.error,
        columns.title,
        columns.url,
        columns.published,
        columns.first_seen,
        articles.c.title.label("article_title"),
        articles.c.url.label("article_url"),
        articles.c.dated.label("article_dated"),
    ).outerjoin_from(references, articles, articles.c.id == columns.article)
