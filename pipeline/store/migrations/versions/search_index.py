"""The index by which articles are found, where a database has none yet

PostgreSQL had none at first; then 0002 made it, in new databases only. SQLite has none where the
one that made the database could do no FTS5.
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
