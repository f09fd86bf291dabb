"""Add the guids of entries"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema from 0011 to 0012."""
    op.add_column("references", sa.Column("guid", sa.Text(), nullable=True))
    op.create_index("ix_references_source_guid", "references", ["source", "guid"], unique=False)
