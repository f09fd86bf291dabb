"""The tables of the image cache: see `schema`, whose rules hold for them."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from pipeline.store.instant import Instant
from pipeline.store.schema import metadata

# Images of published articles that the image cache may fetch. `bytes` and `fetched_at` are set as
# long as the file is kept, `failed_at` when it could not be fetched.
images = Table(
    "images",
    metadata,
    Column("key", String(40), primary_key=True),
    Column("url", Text, nullable=False),
    Column("bytes", Integer),
    Column("fetched_at", Instant),
    Column("failed_at", Instant),
    Index("ix_images_fetched_at", "fetched_at"),
)

# Which articles show them.
pictured = Table(
    "pictured",
    metadata,
    Column("image", String(40), ForeignKey("images.key", ondelete="CASCADE"), primary_key=True),
    Column("article", String(36), ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    Index("ix_pictured_article", "article"),
)
