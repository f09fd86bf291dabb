"""Add listings (articles by source and language, in order of arrival) and feed archives"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_FILL = """
    INSERT INTO listings (source, language, article, dated)
    SELECT appearances.source, translations.language, appearances.article, appearances.dated
    FROM appearances JOIN translations ON translations.article = appearances.article
    ORDER BY appearances.dated, appearances.article, translations.language
"""


def upgrade() -> None:
    """Bring the schema from 0002 to 0003."""
    op.create_table(
        "listings",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("source", sa.String(length=100), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("article", sa.String(length=36), nullable=False),
        sa.Column("dated", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article"], ["articles.id"], name=op.f("fk_listings_article"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listings")),
        sa.UniqueConstraint(
            "article", "language", "source", name=op.f("uq_listings_article_language_source")
        ),
    )
    op.create_table(
        "archived",
        sa.Column("feed", sa.String(length=100), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("article", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("feed", "language", "article", name=op.f("pk_archived")),
    )
    op.create_table(
        "archive_cursors",
        sa.Column("feed", sa.String(length=100), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("source", sa.String(length=100), nullable=False),
        sa.Column("listing", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("feed", "language", "source", name=op.f("pk_archive_cursors")),
    )
    op.execute(_FILL)
    for columns in (["source", "language", "dated"], ["source", "language", "id"]):
        op.create_index(f"ix_listings_{'_'.join(columns)}", "listings", columns, unique=False)
    op.create_index(
        "ix_archived_feed_language_number_place",
        "archived",
        ["feed", "language", "number", "place"],
        unique=False,
    )
