"""The tables of the database, in SQLAlchemy Core.

Every change here needs a migration in `migrations/versions`; a test compares the two. Only the
package `store` reads and writes these tables.
"""

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from pipeline.store.instant import Instant
from pipeline.store.naming import metadata as metadata

# The state of each source between passes. Its definition is in the settings only. `left` is how
# many pages its last visit, which began at `visit_at`, has not looked at yet; another one goes on
# with them at `resume_at`.
sources = Table(
    "sources",
    metadata,
    Column("id", String(100), primary_key=True),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("digest", Text),
    # What these validators belong to: a digest of the settings and of the version they were got by.
    Column("asked", String(64)),
    # When it last answered in full, and since when its validators are known to be wrong.
    Column("full_at", Instant),
    Column("distrusted_at", Instant),
    # Its kind and address, by which it is found again under another id.
    Column("place", Text),
    Column("last_run", Instant),
    Column("last_success", Instant),
    Column("due_at", Instant),
    Column("interval", Float),
    Column("failures", Integer, nullable=False, default=0),
    Column("error", Text),
    # A permanent redirect: from which address, to which, and since when it has been seen.
    Column("moved_from", Text),
    Column("moved_to", Text),
    Column("moved_since", Instant),
    Column("notes", JSON),
    # Normalised paragraphs that its articles repeat at their beginning or end: extract/repeats.py.
    Column("repeats", JSON),
    Column("left", Integer, nullable=False, server_default="0"),
    Column("visit_at", Instant),
    Column("resume_at", Instant),
)

# One row per entry a source announced: per address; an entry that shares its address with others
# has one with a fragment. `guid` is what the source calls the entry, `facts` (`facts.py`) what else
# it says of it. `state`: "waiting" (to be fetched, perhaps again), "done" (its article is stored),
# "rejected" (no article), "failed" (see `error`, `retry_at`), "skipped" (beyond the `backlog` of a
# new source), "dropped" (by a rule of its source: see `error`), "gone" (the page of its article has
# vanished). `stated` is when the page last changed according to its source, `stated_seen` the value
# of `stated` when the page was last fetched. `crashes`: how often in a row the process ended while
# it read the page.
references = Table(
    "references",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("source", String(100), nullable=False),
    Column("url", Text, nullable=False),
    Column("guid", Text),
    Column("facts", JSON(none_as_null=True)),
    Column("title", Text),
    Column("published", Instant),
    Column("language", String(35)),
    Column("html", Text, nullable=False, default=""),
    Column("state", String(10), nullable=False, default="waiting"),
    Column("error", Text),
    Column("attempts", Integer, nullable=False, default=0),
    Column("crashes", Integer, nullable=False, server_default="0"),
    Column("retry_at", Instant),
    Column("first_seen", Instant, nullable=False),
    Column("announced_at", Instant),
    Column("fetched_at", Instant),
    # When its page last came in full, and was not said to be unchanged.
    Column("full_at", Instant),
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

# The page of an article, zlib-compressed, so that changed extraction rules can be applied to it.
pages = Table(
    "pages",
    metadata,
    Column("reference", Integer, ForeignKey("references.id", ondelete="CASCADE"), primary_key=True),
    Column("url", Text, nullable=False),
    Column("headers", JSON, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("fetched_at", Instant, nullable=False),
)

# `key` is the normalised canonical URL when the article was first seen; `id` is derived from it and
# never changes. `digest` changes with the text or the facts; `updated_at` is when it last did.
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
    Column("enclosures", JSON(none_as_null=True)),
    Column("episode", JSON(none_as_null=True)),
    Column("digest", String(64), nullable=False),
    Column("first_seen", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    # The date that its entries show: that of publication, else when the article was first seen.
    Column("dated", Instant, nullable=False),
    # Since when the server says that the page is gone.
    Column("gone_at", Instant),
    # The id of the first article, of any source, of the same story; None: not compared yet.
    Column("story", String(36)),
    Index("ix_articles_story_first_seen_id", "story", "first_seen", "id"),
)

# Sketches of the articles of the last days: hashes of their words (big-endian, 8 bytes each). The
# smallest hashes are also in `sketch_keys`, to find sketches that share some.
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
)

# Which sources announced an article; there may be several. `dated` repeats the article's, so that
# the newest articles of a source are read from the index, however many are stored.
appearances = Table(
    "appearances",
    metadata,
    Column("source", String(100), primary_key=True),
    Column("article", String(36), ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    Column("dated", Instant, nullable=False),
    Index("ix_appearances_source_dated", "source", "dated"),
)

# Of what no feed has shown yet: it sorts before all that was published.
UNPUBLISHED = datetime(9999, 1, 1, tzinfo=UTC)

# Which articles of a source exist in which language, numbered in order of arrival. Append-only.
# Feeds read their newest entries from it, archives what arrived since their last document; neither
# reads older rows. `first_published` is when the pass that first published a row began to publish:
# the order of entries in feeds, and with it what their limit cuts off. What one pass publishes is
# in the order of `dated`, which repeats the article's.
listings = Table(
    "listings",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("source", String(100), nullable=False),
    Column("language", String(35), nullable=False),
    Column("article", String(36), ForeignKey("articles.id", ondelete="CASCADE"), nullable=False),
    Column("dated", Instant, nullable=False),
    Column(
        "first_published", Instant, nullable=False, server_default=f"{UNPUBLISHED:%F %T.000000}"
    ),
    UniqueConstraint("article", "language", "source"),
    Index(
        "ix_listings_source_language_first_published",
        *("source", "language", "first_published", "dated", "article"),
    ),
    Index(
        "ix_listings_language_first_published",
        *("language", "first_published", "dated", "article", "source"),
    ),
    Index("ix_listings_source_language_id", "source", "language", "id"),
)

# Which archive document of a feed (RFC 5005) an article is in. `place` numbers all archived
# articles of a feed, so that the last row has their total. No foreign key: pruned articles stay
# counted, and no number is used twice.
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

# What the rules of a feed say of an article: "" if the feed shows it, else why it is left out.
# Other articles are judged when the feed is published.
verdicts = Table(
    "verdicts",
    metadata,
    Column("feed", String(100), primary_key=True),
    Column("language", String(35), primary_key=True),
    Column("article", String(36), ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    Column("reason", Text, nullable=False),
)

# The last listing of each source that a feed's archive has processed.
archive_cursors = Table(
    "archive_cursors",
    metadata,
    Column("feed", String(100), primary_key=True),
    Column("language", String(35), primary_key=True),
    Column("source", String(100), primary_key=True),
    Column("listing", Integer, nullable=False),
)

# `language` is the edition, see `editions.py`. `digest` is that of the article when it was
# translated: if the article's differs, the translation is due again. While an article waits, its
# original may be here, without a digest that any article has. `replaced_at` is when a translation
# took the place of that.
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
    Column("replaced_at", Instant),
)

# The text of each translation, as `search` splits it into words. In SQLite the FTS5 index
# `search_index` covers this table; a migration creates it and triggers keep it up to date.
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

# Failed translations, until they succeed: shown by `status`, retried in every pass. One with a
# `made_by` is held back: not retried before the article's digest or the translator's fingerprint
# have changed.
setbacks = Table(
    "setbacks",
    metadata,
    Column("article", String(36), ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    Column("language", String(35), primary_key=True),
    Column("error", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("digest", String(64), nullable=False, server_default=""),
    Column("made_by", String(64)),
)

# The keys of the translation memory, so that each row of it has a small number instead.
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

# The glossary terms that the translations into a language were made with, as dumps of
# `options.Term`.
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

# Requests for passes to a running daemon, with their progress. `number` is that of the pass.
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

# A fingerprint of what each published file was made of: an unchanged feed is not built again,
# unless the file has not the size (in bytes) and the SHA-256 that were written.
publications = Table(
    "publications",
    metadata,
    Column("path", String(400), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("written_at", Instant, nullable=False),
    Column("size", BigInteger),
    Column("sha256", String(64)),
)

# Feeds that were published before the ids of entries differed by what feeds contain: entries of
# articles first seen before `until` keep the ids they have.
plain_ids = Table(
    "plain_ids",
    metadata,
    Column("feed", String(100), primary_key=True),
    Column("until", Instant, nullable=False),
)

# The articles that have a page among the published files. `edition` is a digest of the settings and
# the code it was made with; "": out of date. No foreign key: the page of a deleted article still
# has to be removed.
article_pages = Table(
    "article_pages",
    metadata,
    Column("article", String(36), primary_key=True),
    Column("edition", String(64), nullable=False),
)

# The state folder that the database belongs to: the id in it, and where it was last. One row.
state_folder = Table(
    "state_folder",
    metadata,
    Column("one", Integer, primary_key=True, autoincrement=False),
    Column("folder", String(32), nullable=False),
    Column("path", Text, nullable=False),
)
