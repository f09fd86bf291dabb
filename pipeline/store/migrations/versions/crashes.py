"""Add when a page came in full, during which the process ended, and whose the database is"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema from 0017 to 0018."""
    op.add_column(
        "references", sa.Column("crashes", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column("references", sa.Column("full_at", sa.DateTime(), nullable=True))
    op.create_table(
        "state_folder",
        sa.Column("one", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("folder", sa.String(32), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("one", name=op.f("pk_state_folder")),
    )
