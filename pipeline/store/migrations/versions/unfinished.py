"""Add what visits have left, what is held back from translation, what published files contain"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema from 0013 to 0014."""
    op.add_column("sources", sa.Column("left", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("sources", sa.Column("visit_at", sa.DateTime(), nullable=True))
    op.add_column("sources", sa.Column("resume_at", sa.DateTime(), nullable=True))
    op.add_column("setbacks", sa.Column("digest", sa.String(64), nullable=False, server_default=""))
    op.add_column("setbacks", sa.Column("made_by", sa.String(64), nullable=True))
    op.add_column("publications", sa.Column("size", sa.BigInteger(), nullable=True))
    op.add_column("publications", sa.Column("sha256", sa.String(64), nullable=True))
