"""The indexes by which a visit costs what its source costs, `status` and `prune` what they find.

They belong to the tables of `schema`, and migrations make them: only who compares the two imports
this module, since SQLAlchemy imports what it has for PostgreSQL to build those with a condition.
"""

from sqlalchemy import ColumnElement, Index

from pipeline.store.conditions import DOUBTED, FAILING, GONE, RESTATED, WITHOUT_ARTICLE
from pipeline.store.schema import (
    appearances,
    article_pages,
    articles,
    memory,
    pages,
    references,
    sketch_keys,
    sketches,
    translations,
    verdicts,
)


def _of_some(name: str, *columns: ColumnElement[object], where: ColumnElement[bool]) -> Index:
    return Index(name, *columns, sqlite_where=where, postgresql_where=where)


INDEXES = (
    Index("ix_references_source_guid", references.c.source, references.c.guid),
    Index("ix_translations_language", translations.c.language),
    Index("ix_article_pages_edition", article_pages.c.edition),
    Index("ix_verdicts_article", verdicts.c.article),
    Index("ix_sketch_keys_article", sketch_keys.c.article),
    Index("ix_articles_dated", articles.c.dated),
    Index("ix_appearances_article", appearances.c.article),
    Index("ix_references_source_first_seen", references.c.source, references.c.first_seen),
    _of_some("ix_references_restated", references.c.source, where=RESTATED),
    _of_some("ix_references_failing", references.c.id, where=FAILING),
    _of_some("ix_references_without_article", references.c.first_seen, where=WITHOUT_ARTICLE),
    _of_some("ix_articles_gone_at", articles.c.gone_at, where=GONE),
    _of_some("ix_translations_doubted", translations.c.doubts, where=DOUBTED),
    Index("ix_pages_fetched_at", pages.c.fetched_at),
    Index("ix_sketches_seen", sketches.c.seen),
    Index("ix_memory_created", memory.c.created, memory.c.model),
)
