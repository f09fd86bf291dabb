"""The texts by which articles are found, and an index over them"""

import sqlalchemy as sa
from alembic import op

from pipeline.store.search import VECTOR, plain, spaced

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_INDEX = (
    """CREATE VIRTUAL TABLE search_index USING fts5(
        title, text, content='search_texts', content_rowid='id',
        tokenize="unicode61 remove_diacritics 2"
    )""",
    """CREATE TRIGGER search_texts_inserted AFTER INSERT ON search_texts BEGIN
        INSERT INTO search_index(rowid, title, text) VALUES (new.id, new.title, new.text);
    END""",
    """CREATE TRIGGER search_texts_deleted AFTER DELETE ON search_texts BEGIN
        INSERT INTO search_index(search_index, rowid, title, text)
        VALUES ('delete', old.id, old.title, old.text);
    END""",
)


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
    if connection.dialect.name == "sqlite" and _has_fts5(connection):
        for statement in _INDEX:
            op.execute(statement)
    if connection.dialect.name == "postgresql":
        op.execute(f"CREATE INDEX ix_search_texts_words ON search_texts USING gin (({VECTOR}))")
    known = connection.execute(sa.text("SELECT article, language, title, html FROM translations"))
    add = sa.text(
        "INSERT INTO search_texts (article, language, title, text) VALUES (:a, :l, :t, :x)"
    )
    for row in known.all():
        words = {"t": spaced(row.title), "x": spaced(plain(row.html))}
        connection.execute(add, {"a": row.article, "l": row.language, **words})


def _has_fts5(connection: sa.Connection) -> bool:
    options = connection.execute(sa.text("PRAGMA compile_options")).scalars()
    return "ENABLE_FTS5" in set(options)
