"""Add the articles that have a page among the published files"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema from 0008 to 0009."""
    op.create_table(
        "hosted",
        sa.Column("article", sa.String(length=36), nullable=False),
        sa.Column("edition", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("article", name=op.f("pk_hosted")),
    )
    op.create_index("ix_hosted_edition", "hosted", ["edition"], unique=False)
