"""Add the full-text index where a database has none yet

PostgreSQL had none at first; later 0002 created it, but only in new databases. SQLite has none if
the program that created the database was built without FTS5.
"""

from alembic import op

from pipeline.store.search import make_index

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema from 0007 to 0008."""
    make_index(op.get_bind())
