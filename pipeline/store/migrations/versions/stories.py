"""Add sketches of articles, and which articles tell the same story"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema from 0005 to 0006."""
    with op.batch_alter_table("articles", schema=None) as batch_op:
        batch_op.add_column(sa.Column("story", sa.String(length=36), nullable=True))
        batch_op.create_index("ix_articles_story", ["story"], unique=False)
    op.create_table(
        "sketches",
        sa.Column("article", sa.String(length=36), nullable=False),
        sa.Column("hashes", sa.LargeBinary(), nullable=False),
        sa.Column("shingles", sa.Integer(), nullable=False),
        sa.Column("seen", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article"], ["articles.id"], name=op.f("fk_sketches_article"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("article", name=op.f("pk_sketches")),
    )
    op.create_table(
        "sketch_keys",
        sa.Column("key", sa.BigInteger(), nullable=False),
        sa.Column("article", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["article"], ["articles.id"], name=op.f("fk_sketch_keys_article"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("key", "article", name=op.f("pk_sketch_keys")),
    )
    with op.batch_alter_table("sketch_keys", schema=None) as batch_op:
        batch_op.create_index("ix_sketch_keys_article", ["article"], unique=False)
