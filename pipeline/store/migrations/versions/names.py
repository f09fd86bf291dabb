"""Rename tables and columns: passes, pass requests, article pages, repeats"""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema from 0010 to 0011."""
    op.rename_table("runs", "passes")
    op.rename_table("errands", "pass_requests")
    # Both databases rename columns in place; Alembic would copy SQLite's table.
    op.execute("ALTER TABLE pass_requests RENAME COLUMN said TO progress")
    op.execute("ALTER TABLE pass_requests RENAME COLUMN run TO number")
    op.execute("ALTER TABLE sources RENAME COLUMN refrains TO repeats")
    op.drop_index("ix_hosted_edition", "hosted")
    op.rename_table("hosted", "article_pages")
    op.create_index("ix_article_pages_edition", "article_pages", ["edition"], unique=False)
