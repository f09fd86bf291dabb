"""Add the facts of entries, and what the validators of a source belong to"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema from 0012 to 0013."""
    op.add_column("references", sa.Column("facts", sa.JSON(), nullable=True))
    op.add_column("articles", sa.Column("enclosures", sa.JSON(), nullable=True))
    op.add_column("articles", sa.Column("episode", sa.JSON(), nullable=True))
    op.add_column("sources", sa.Column("asked", sa.String(length=64), nullable=True))
    op.add_column("sources", sa.Column("full_at", sa.DateTime(), nullable=True))
    op.add_column("sources", sa.Column("distrusted_at", sa.DateTime(), nullable=True))
    op.add_column("sources", sa.Column("place", sa.Text(), nullable=True))
