"""Add when a page last changed according to its source, and which articles are gone"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema from 0004 to 0005."""
    with op.batch_alter_table("references", schema=None) as batch_op:
        batch_op.add_column(sa.Column("stated", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("stated_seen", sa.DateTime(), nullable=True))
    op.execute('UPDATE "references" SET stated = published, stated_seen = published')
    with op.batch_alter_table("articles", schema=None) as batch_op:
        batch_op.add_column(sa.Column("gone_at", sa.DateTime(), nullable=True))
