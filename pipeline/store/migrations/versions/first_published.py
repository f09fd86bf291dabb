"""Add when articles were first published here, which ids stay, when originals were replaced"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_UNPUBLISHED = "9999-01-01 00:00:00.000000"


def upgrade() -> None:
    """Bring the schema from 0015 to 0016.

    What is stored already counts as published at its own date, so that feeds keep their order.
    What feeds have published keeps its ids.
    """
    op.add_column(
        "listings",
        sa.Column("first_published", sa.DateTime(), nullable=False, server_default=_UNPUBLISHED),
    )
    op.execute("UPDATE listings SET first_published = dated")
    op.drop_index("ix_listings_source_language_dated", table_name="listings")
    op.create_index(
        "ix_listings_source_language_first_published",
        "listings",
        ["source", "language", "first_published", "dated", "article"],
        unique=False,
    )
    op.create_index(
        "ix_listings_language_first_published",
        "listings",
        ["language", "first_published", "dated", "article", "source"],
        unique=False,
    )
    op.add_column("translations", sa.Column("replaced_at", sa.DateTime(), nullable=True))
    plain = op.create_table(
        "plain_ids",
        sa.Column("feed", sa.String(100), nullable=False),
        sa.Column("until", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("feed", name=op.f("pk_plain_ids")),
    )
    paths = op.get_bind().scalars(sa.text("SELECT path FROM publications")).all()
    feeds = {path.partition("/")[0] for path in paths if "/" in path}
    if feeds:
        now = datetime.now(UTC).replace(tzinfo=None)
        op.bulk_insert(plain, [{"feed": feed, "until": now} for feed in sorted(feeds)])
