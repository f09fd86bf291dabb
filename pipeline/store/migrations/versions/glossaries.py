"""Add the glossary terms that translations were made with"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema from 0006 to 0007."""
    op.create_table(
        "glossaries",
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("language", name=op.f("pk_glossaries")),
    )
