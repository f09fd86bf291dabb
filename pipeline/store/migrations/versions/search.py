"""Add the searchable texts of articles, and a full-text index over them"""

import sqlalchemy as sa
from alembic import op

from pipeline.store.search import make_index, plain, spaced

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema from 0001 to 0002."""
    op.create_table(
        "search_texts",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("article", sa.String(length=36), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article"], ["articles.id"], name=op.f("fk_search_texts_article"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_texts")),
        sa.UniqueConstraint("article", "language", name=op.f("uq_search_texts_article_language")),
    )
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":  # PostgreSQL gets its index in 0008
        make_index(connection)
    known = connection.execute(sa.text("SELECT article, language, title, html FROM translations"))
    add = sa.text(
        "INSERT INTO search_texts (article, language, title, text) VALUES (:a, :l, :t, :x)"
    )
    for row in known.all():
        words = {"t": spaced(row.title), "x": spaced(plain(row.html))}
        connection.execute(add, {"a": row.article, "l": row.language, **words})
