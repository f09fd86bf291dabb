"""Add what makes work independent of how much is stored: indexes, tallies, pending articles"""

import sqlalchemy as sa
from alembic import op

from pipeline.store.pending import make_triggers
from pipeline.store.tallies import make_tallies

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_INDEXES = (
    ("ix_appearances_article", "appearances", ["article"], ""),
    ("ix_references_source_first_seen", "references", ["source", "first_seen"], ""),
    (
        "ix_references_restated",
        "references",
        ["source"],
        "stated IS NOT NULL AND stated {differs} stated_seen OR html != ''",
    ),
    ("ix_references_failing", "references", ["id"], "state IN ('failed', 'rejected')"),
    ("ix_references_without_article", "references", ["first_seen"], "article IS NULL"),
    ("ix_articles_gone_at", "articles", ["gone_at"], "gone_at IS NOT NULL"),
    ("ix_articles_story_first_seen_id", "articles", ["story", "first_seen", "id"], ""),
    ("ix_translations_doubted", "translations", ["doubts"], "doubts > 0"),
    ("ix_pages_fetched_at", "pages", ["fetched_at"], ""),
    ("ix_sketches_seen", "sketches", ["seen"], ""),
    ("ix_memory_created", "memory", ["created", "model"], ""),
)


def upgrade() -> None:
    """Bring the schema from 0016 to 0017."""
    on_sqlite = op.get_context().dialect.name == "sqlite"
    op.drop_index("ix_articles_story", table_name="articles")
    for name, table, columns, condition in _INDEXES:
        differs = "IS NOT" if on_sqlite else "IS DISTINCT FROM"
        where = sa.text(condition.format(differs=differs)) if condition else None
        op.create_index(
            name, table, columns, unique=False, sqlite_where=where, postgresql_where=where
        )
    op.create_table(
        "pending_languages",
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.PrimaryKeyConstraint("language", name=op.f("pk_pending_languages")),
    )
    op.create_table(
        "pending",
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("source", sa.String(length=100), nullable=False),
        sa.Column("article", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("language", "source", "article", name=op.f("pk_pending")),
        sa.ForeignKeyConstraint(
            ["source", "article"],
            ["appearances.source", "appearances.article"],
            name=op.f("fk_pending_source_article"),
            ondelete="CASCADE",
            onupdate="CASCADE",
        ),
    )
    op.create_index("ix_pending_source_article", "pending", ["source", "article"], unique=False)
    op.create_index("ix_pending_article", "pending", ["article"], unique=False)
    make_triggers(op.get_bind())
    make_tallies(op.get_bind())
