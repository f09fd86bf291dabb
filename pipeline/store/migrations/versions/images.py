"""Add the images of published articles, for the image cache"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema from 0018 to 0019."""
    op.create_table(
        "images",
        sa.Column("key", sa.String(40), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=True),
        sa.Column("fetched_at", sa.DateTime(), nullable=True),
        sa.Column("failed_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_images")),
    )
    op.create_index("ix_images_fetched_at", "images", ["fetched_at"], unique=False)
    op.create_table(
        "pictured",
        sa.Column("image", sa.String(40), nullable=False),
        sa.Column("article", sa.String(36), nullable=False),
        sa.ForeignKeyConstraint(
            ["article"], ["articles.id"], name=op.f("fk_pictured_article"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["image"], ["images.key"], name=op.f("fk_pictured_image"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("image", "article", name=op.f("pk_pictured")),
    )
    op.create_index("ix_pictured_article", "pictured", ["article"], unique=False)
