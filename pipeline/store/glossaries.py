"""The glossary terms that the stored translations were made with, by target language.

`keep` stores new terms and, in the same transaction, marks the translations they affect as due
again. So a glossary never counts as applied before it is.
"""

from collections.abc import Collection, Iterator, Sequence

from sqlalchemy import and_, select

from pipeline.options import Term
from pipeline.store.database import CHUNK, Database
from pipeline.store.originals import WAITS
from pipeline.store.schema import articles, glossaries, translations


class Glossaries:
    """The glossary terms of the last pass."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def terms(self, language: str) -> tuple[Term, ...]:
        """The terms that the stored translations into a language were made with."""
        query = select(glossaries.c.terms).where(glossaries.c.language == language)
        with self._database.read() as connection:
            return tuple(Term.model_validate(one) for one in connection.scalar(query) or ())

    def texts(self, language: str) -> Iterator[tuple[str, str, tuple[str, str, str, str]]]:
        """The articles translated into a language: (id, original language, (title, summary, text,
        HTML)), with the original texts. Loaded in chunks."""
        last = ""
        while True:
            query = (
                select(
                    articles.c.id,
                    translations.c.source_language,
                    articles.c.title,
                    articles.c.summary,
                    articles.c.text,
                    articles.c.html,
                )
                .join(translations, translations.c.article == articles.c.id)
                .where(
                    translations.c.language == language,
                    translations.c.source_language != language,
                    ~translations.c.digest.startswith(WAITS),
                    articles.c.id > last,
                )
                .order_by(articles.c.id)
                .limit(CHUNK)
            )
            with self._database.read() as connection:
                rows = connection.execute(query).all()
            if not rows:
                return
            yield from ((row[0], row[1], (row[2], row[3], row[4], row[5])) for row in rows)
            last = rows[-1].id

    def keep(self, language: str, terms: Sequence[Term], touched: Collection[str]) -> None:
        """Store a language's terms, and mark the translations of the articles `touched` as due."""
        row = {"language": language, "terms": [term.model_dump() for term in terms]}
        ids = sorted(touched)
        with self._database.write() as connection:
            for start in range(0, len(ids), CHUNK):
                chunk = translations.c.article.in_(ids[start : start + CHUNK])
                here = and_(translations.c.language == language, chunk)
                connection.execute(translations.update().where(here).values(digest=""))
            self._database.upsert(connection, glossaries, [row])
