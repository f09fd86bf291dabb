"""An article with its translation, as it is read from a joined row. Feeds are made of these."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, Text, literal_column

from pipeline.article import Article, Scope, Translation
from pipeline.editions import has_only_titles, language_of
from pipeline.store.articles import to_article
from pipeline.store.newest import Key
from pipeline.store.schema import UNPUBLISHED, articles, translations

COLUMNS = (
    articles,
    translations.c.language.label("t_language"),
    translations.c.source_language,
    translations.c.title.label("t_title"),
    translations.c.summary.label("t_summary"),
    translations.c.html.label("t_html"),
    translations.c.models,
    translations.c.segments,
    translations.c.replaced_at,
)

# The same without the long texts, for lists: these are read from pages of their own.
_LONG = {"html", "text", "t_html"}
HEADLINES = tuple(
    literal_column("''", Text).label(one.name) if one.name in _LONG else one
    for column in COLUMNS
    for one in (column.c if isinstance(column, Table) else (column,))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """An article with its translation into one language.

    `first_seen` is when the article was first stored. `first_published` is when the feeds of the
    sources it was asked for first showed it; None if none has, or if it was not asked for by
    sources.
    """

    id: str
    source: str
    article: Article
    translation: Translation
    dated: datetime
    updated: datetime
    first_seen: datetime | None = None
    first_published: datetime | None = None

    @property
    def key(self) -> Key:
        """Its place in the feeds that it was asked for."""
        return Key(self.first_published or UNPUBLISHED, self.dated, self.id)


def published_row(row: Any) -> Published:
    """The `Published` in a row of an article joined with its translation (see COLUMNS)."""
    language = language_of(row.t_language)
    scope: Scope = "whole"
    if not row.models and row.source_language != language:
        scope = "original"
    elif row.models and has_only_titles(row.t_language):
        scope = "title"
    return Published(
        id=row.id,
        source=row.source,
        article=to_article(row),
        translation=Translation(
            language=language,
            source_language=row.source_language,
            title=row.t_title,
            summary=row.t_summary,
            html=row.t_html,
            models=tuple(row.models),
            segments=row.segments,
            scope=scope,
        ),
        dated=row.dated,
        updated=max(row.updated_at, row.replaced_at or row.updated_at),
        first_seen=row.first_seen,
    )
