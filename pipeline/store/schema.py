"""The tables, as SQLAlchemy Core describes them.

What changes here needs a migration in `migrations/versions`; a test compares the two. Nothing but
`store` reads or writes these tables.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)


class Instant(TypeDecorator[datetime]):
    """A moment, kept as UTC without a zone (SQLite has none) and given back aware of it."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any, _dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# What babelwire remembers of a source between passes; its definition stays in the settings.
sources = Table(
    "sources",
    metadata,
    Column("id", String(100), primary_key=True),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("digest", Text),
    Column("last_run", Instant),
    Column("last_success", Instant),
    Column("due_at", Instant),
    Column("interval", Float),
    Column("failures", Integer, nullable=False, default=0),
    Column("error", Text),
    # A permanent redirect: of which address, to where, since when it has been seen.
    Column("moved_from", Text),
    Column("moved_to", Text),
    Column("moved_since", Instant),
    Column("notes", JSON),
    # Paragraphs, folded, that its articles repeat at their edges: see extract/repeats.
    Column("repeats", JSON),
)

# One row per address a source announced. `state`: "waiting" (to be fetched, perhaps again),
# "done" (an article came of it), "rejected" (no article), "failed" (see `error`, `retry_at`),
# "skipped" (announced when the source was new, and too old to be wanted), "gone" (its article's
# page has vanished). `stated` is when the page last changed as its source says, `stated_seen` what
# that was when the page was fetched.
references = Table(
    "references",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("source", String(100), nullable=False),
    Column("url", Text, nullable=False),
    Column("title", Text),
    Column("published", Instant),
    Column("language", String(35)),
    Column("html", Text, nullable=False, default=""),
    Column("state", String(10), nullable=False, default="waiting"),
    Column("error", Text),
    Column("attempts", Integer, nullable=False, default=0),
    Column("retry_at", Instant),
    Column("first_seen", Instant, nullable=False),
    Column("announced_at", Instant),
    Column("fetched_at", Instant),
    Column("stated", Instant),
    Column("stated_seen", Instant),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("digest", Text),
    Column("article", String(36), ForeignKey("articles.id", ondelete="SET NULL")),
    UniqueConstraint("source", "url"),
    Index("ix_references_source_state", "source", "state"),
    Index("ix_references_article", "article"),
)

# The page an article came from, zlib-compressed, so that changed rules can be applied to it again.
pages = Table(
    "pages",
    metadata,
    Column("reference", Integer, ForeignKey("references.id", ondelete="CASCADE"), primary_key=True),
    Column("url", Text, nullable=False),
    Column("headers", JSON, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("fetched_at", Instant, nullable=False),
)

# `key` is the normalised canonical URL at first sight; `id` is derived from it and never changes.
# `digest` changes with the words or the facts; `updated_at` is when that happened.
articles = Table(
    "articles",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("source", String(100), nullable=False),
    Column("url", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Column("html", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("authors", JSON, nullable=False),
    Column("published", Instant),
    Column("modified", Instant),
    Column("language", String(35)),
    Column("image", Text),
    Column("site", Text),
    Column("section", Text),
    Column("keywords", JSON, nullable=False),
    Column("partial", Boolean, nullable=False, default=False),
    Column("origins", JSON, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("first_seen", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    # What feeds sort by: the date of publication, else when the article was first seen.
    Column("dated", Instant, nullable=False),
    # Since when its page has answered that it is not there any more.
    Column("gone_at", Instant),
    # The id of the first article, of whichever source, that tells the same; None: not compared.
    Column("story", String(36)),
    Index("ix_articles_dated", "dated"),
    Index("ix_articles_story", "story"),
)

# Of the articles of the last days: hashes of their words (big-endian, 8 bytes each), and the
# smallest of them to find those by that share some.
sketches = Table(
    "sketches",
    metadata,
    Column("article", String(36), ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    Column("hashes", LargeBinary, nullable=False),
    Column("shingles", Integer, nullable=False),
    Column("seen", Instant, nullable=False),
)
sketch_keys = Table(
    "sketch_keys",
    metadata,
    Column("key", BigInteger, primary_key=True, autoincrement=False),
    Column("article", String(36), ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    Index("ix_sketch_keys_article", "article"),
)

# Which sources announced an article: often more than one does. `dated` repeats the article's, so
# that a feed's newest entries are read off the index, however large the archive is.
appearances = Table(
    "appearances",
    metadata,
    Column("source", String(100), primary_key=True),
    Column("article", String(36), ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    Column("dated", Instant, nullable=False),
    Index("ix_appearances_source_dated", "source", "dated"),
)

# Which articles of a source exist in which language, numbered in the order in which they came to:
# an append-only list, off which feeds read their newest entries (`dated` repeats the article's) and
# archives what has come since the last look, both without reading the archive.
listings = Table(
    "listings",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("source", String(100), nullable=False),
    Column("language", String(35), nullable=False),
    Column("article", String(36), ForeignKey("articles.id", ondelete="CASCADE"), nullable=False),
    Column("dated", Instant, nullable=False),
    UniqueConstraint("article", "language", "source"),
    Index("ix_listings_source_language_dated", "source", "language", "dated"),
    Index("ix_listings_source_language_id", "source", "language", "id"),
)

# Which archive document of a feed (RFC 5005) an article is in. `place` counts a feed's archived
# articles through, so that the last row tells how many there are. No foreign key: what was pruned
# stays counted, and no number is given twice.
archived = Table(
    "archived",
    metadata,
    Column("feed", String(100), primary_key=True),
    Column("language", String(35), primary_key=True),
    Column("article", String(36), primary_key=True),
    Column("number", Integer, nullable=False),
    Column("place", Integer, nullable=False),
    Index("ix_archived_feed_language_number_place", "feed", "language", "number", "place"),
)

# Up to which listing of a source a feed's archive has come.
archive_cursors = Table(
    "archive_cursors",
    metadata,
    Column("feed", String(100), primary_key=True),
    Column("language", String(35), primary_key=True),
    Column("source", String(100), primary_key=True),
    Column("listing", Integer, nullable=False),
)

# `digest` is that of the article these words translate: another one there means "translate again".
translations = Table(
    "translations",
    metadata,
    Column("article", String(36), ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    Column("language", String(35), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("source_language", String(35), nullable=False),
    Column("title", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Column("html", Text, nullable=False),
    Column("models", JSON, nullable=False),
    Column("segments", Integer, nullable=False),
    Column("doubts", Integer, nullable=False, default=0),
    Column("updated_at", Instant, nullable=False),
    Index("ix_translations_language", "language"),
)

# The words of each translation as `search` splits them; SQLite has an FTS5 index over this table,
# `search_index`, which the migration makes and triggers keep.
search_texts = Table(
    "search_texts",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("article", String(36), ForeignKey("articles.id", ondelete="CASCADE"), nullable=False),
    Column("language", String(35), nullable=False),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    UniqueConstraint("article", "language"),
)

# A translation that could not be made, until it is: shown by `status`, tried again every pass.
setbacks = Table(
    "setbacks",
    metadata,
    Column("article", String(36), ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    Column("language", String(35), primary_key=True),
    Column("error", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("at", Instant, nullable=False),
)

# The models whose output the memory holds: a small number instead of a long key in every row.
memory_models = Table(
    "memory_models",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("key", Text, nullable=False, unique=True),
)

# `digest` is the first 16 bytes of the SHA-256 of the source segment: a short, fixed-size key.
memory = Table(
    "memory",
    metadata,
    Column("model", Integer, ForeignKey("memory_models.id"), primary_key=True),
    Column("digest", LargeBinary(16), primary_key=True),
    Column("source", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("created", Instant, nullable=False),
    sqlite_with_rowid=False,
)

# The glossary that the translations into a language were made with: its terms, as `options.Term`
# writes itself.
glossaries = Table(
    "glossaries",
    metadata,
    Column("language", String(35), primary_key=True),
    Column("terms", JSON, nullable=False),
)

passes = Table(
    "passes",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("started", Instant, nullable=False),
    Column("finished", Instant),
    Column("sources", JSON, nullable=False),
    Column("exit_code", Integer),
    Column("report", JSON),
)

# The passes that people asked a running daemon for, and how far each is. `number` is the pass's.
pass_requests = Table(
    "pass_requests",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("sources", JSON, nullable=False),
    Column("force", Boolean, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("started_at", Instant),
    Column("finished_at", Instant),
    Column("progress", Text),
    Column("number", Integer),
)

# What each published file was made of, so that an unchanged feed is neither built nor written.
publications = Table(
    "publications",
    metadata,
    Column("path", String(400), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("written_at", Instant, nullable=False),
)

# The articles whose pages are among the published files. `edition` tells what settings and version
# they were made by; "": the article has changed since, or is gone. No foreign key: the pages of a
# forgotten article are still to be taken away.
article_pages = Table(
    "article_pages",
    metadata,
    Column("article", String(36), primary_key=True),
    Column("edition", String(64), nullable=False),
    Index("ix_article_pages_edition", "edition"),
)
