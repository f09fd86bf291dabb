"""The conditions of indexes of a few rows among many (see `indexes`).

A query uses such an index only if it states the condition in the same words: these.
"""

from sqlalchemy import String, and_, literal_column, or_

from pipeline.store.schema import articles, references, translations

# What a source says has changed since its page was fetched, or whose text it has sent again.
RESTATED = or_(
    and_(
        references.c.stated.is_not(None),
        references.c.stated.is_distinct_from(references.c.stated_seen),
    ),
    references.c.html != literal_column("''"),
)
FAILING = references.c.state.in_(
    [literal_column("'failed'", String), literal_column("'rejected'", String)]
)
WITHOUT_ARTICLE = references.c.article.is_(None)
GONE = articles.c.gone_at.is_not(None)
DOUBTED = translations.c.doubts > literal_column("0")
