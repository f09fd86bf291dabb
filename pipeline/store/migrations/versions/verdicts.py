"""Add what the rules of feeds say of articles"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema from 0014 to 0015."""
    op.create_table(
        "verdicts",
        sa.Column("feed", sa.String(100), nullable=False),
        sa.Column("language", sa.String(35), nullable=False),
        sa.Column("article", sa.String(36), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article"],
            ["articles.id"],
            name=op.f("fk_verdicts_article"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("feed", "language", "article", name=op.f("pk_verdicts")),
    )
    op.create_index("ix_verdicts_article", "verdicts", ["article"], unique=False)
