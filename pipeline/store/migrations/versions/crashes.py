"""Add during which pages the process has ended"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema from 0015 to 0020."""
    op.add_column(
        "references", sa.Column("crashes", sa.Integer(), nullable=False, server_default="0")
    )
