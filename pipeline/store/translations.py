"""Stores the translations of the articles, and the failed ones.

A translation has the digest of the article it was made from. If the article's digest differs, the
translation is due again; until then the old one stays published.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, false, or_, select, update

from pipeline.article import Article, Translation
from pipeline.editions import editions_of
from pipeline.store import articlepages, conditions, listing, verdicts
from pipeline.store.articles import Articles
from pipeline.store.database import CHUNK, Database
from pipeline.store.newest import Asked, Key, keys
from pipeline.store.originals import WAITS
from pipeline.store.pending import due
from pipeline.store.published import COLUMNS, HEADLINES, Published, published_row
from pipeline.store.schema import UNPUBLISHED, appearances, articles, translations
from pipeline.store.schema import setbacks as table
from pipeline.store.setbacks import FailedTranslation, Setback
from pipeline.store.tallies import tallied

# Articles loaded at a time, so that memory use does not grow with the backlog.
_WINDOW = 200


class Translations:
    """The stored translations."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._articles = Articles(database)

    def pending(
        self,
        language: str,
        sources: Sequence[str],
        without: Collection[str] = (),
        made_by: Mapping[str, str] = MappingProxyType({}),
    ) -> tuple[int, Iterator[tuple[str, str, Article]]]:
        """Articles of `sources` without a current translation into `language`, newest first.

        Those in a language of `without` are left out, those whose language is not known if that was
        recorded as a failure, and those that are held back by the translator with the fingerprint
        that `made_by` has for their language. Returns their number and an iterator over (id,
        digest, article) that loads a few at a time.
        """
        wanted = or_(
            and_(articles.c.language.is_(None), ~_failed(language)),
            and_(articles.c.language.is_not(None), articles.c.language.not_in(without)),
        )
        query = select(articles.c.id, articles.c.dated).where(
            wanted, ~_held_back(language, made_by)
        )
        with self._database.read() as connection:
            rows = connection.execute(
                query.where(due(self._database, connection, language, sources))
            ).all()
        rows = sorted(rows, key=lambda row: row.id)
        ids = [row.id for row in sorted(rows, key=lambda row: row.dated, reverse=True)]
        return len(ids), self._windows(ids)

    def pending_languages(self, language: str, sources: Sequence[str]) -> dict[str, int]:
        """How many of the pending articles there are in each language.

        "" is for those whose language is not known, if that was recorded as a failure.
        """
        query = select(articles.c.language).where(
            or_(articles.c.language.is_not(None), _failed(language))
        )
        with self._database.read() as connection:
            found = connection.scalars(
                query.where(due(self._database, connection, language, sources))
            )
            return dict(sorted(Counter(code or "" for code in found).items()))

    def held(self, language: str, sources: Sequence[str], made_by: Mapping[str, str]) -> int:
        """How many articles `pending` leaves out because they are held back."""
        if not made_by:
            return 0
        query = select(articles.c.id).where(_held_back(language, made_by))
        with self._database.read() as connection:
            waiting = due(self._database, connection, language, sources)
            return len(connection.execute(query.where(waiting)).all())

    def _windows(self, ids: list[str]) -> Iterator[tuple[str, str, Article]]:
        for start in range(0, len(ids), _WINDOW):
            window = ids[start : start + _WINDOW]
            loaded = {row[0]: row for row in self._articles.load(window)}
            yield from (loaded[one] for one in window if one in loaded)

    def keep(self, article: str, digest: str, translation: Translation, now: datetime) -> None:
        """Store a translation of the article with this id and digest, in the edition `language`.

        One that takes the place of an original, which was shown while it waited, is published as if
        it were new. An original (its scope) stays pending, and no search finds it.
        """
        waits = translation.scope == "original"
        mine = translations.c.article == article, translations.c.language == translation.language
        row = {
            "article": article,
            "language": translation.language,
            "digest": f"{WAITS}{digest}"[:64] if waits else digest,
            "source_language": translation.source_language,
            "title": translation.title,
            "summary": translation.summary,
            "html": translation.html,
            "models": list(translation.models),
            "segments": translation.segments,
            "doubts": translation.doubts,
            "updated_at": now,
        }
        with self._database.write() as connection:
            before = connection.scalar(select(translations.c.digest).where(*mine))
            if not waits and before and before.startswith(WAITS):
                row["replaced_at"] = now
                listing.renew(connection, article, translation.language)
            self._database.upsert(connection, translations, [row])
            listing.of_article(connection, article)
            articlepages.touch(connection, [article])
            verdicts.touch(connection, article, translation.language)
            if waits:
                return
            text = "" if translation.scope == "title" else translation.html
            from pipeline.store import search  # who only asks needs nothing of it

            search.keep(connection, article, translation.language, translation.title, text)
            connection.execute(
                delete(table).where(
                    table.c.article == article, table.c.language == translation.language
                )
            )

    def failed(self, language: str, setbacks: Mapping[str, Setback], now: datetime) -> set[str]:
        """Record which translations failed, by article. The articles stay pending.

        Nothing is written about an article that fails as it did before. Returns those that do not.
        """
        names = list(setbacks)
        known: dict[str, tuple[Setback, int]] = {}
        with self._database.read() as connection:
            for start in range(0, len(names), CHUNK):
                query = select(table).where(
                    table.c.language == language, table.c.article.in_(names[start : start + CHUNK])
                )
                for row in connection.execute(query):
                    before = Setback(error=row.error, digest=row.digest, made_by=row.made_by)
                    known[row.article] = before, row.attempts
        rows = [
            {
                "article": article,
                "language": language,
                "error": one.error,
                "attempts": attempts + (before is None or before.error != one.error),
                "at": now,
                "digest": one.digest,
                "made_by": one.made_by,
            }
            for article, one in setbacks.items()
            for before, attempts in [known.get(article, (None, 0))]
            if before != one
        ]
        if rows:
            with self._database.write() as connection:
                self._database.upsert(connection, table, rows)
        errors = {article: before.error for article, (before, _) in known.items()}
        return {name for name, one in setbacks.items() if errors.get(name) != one.error}

    def release(self, languages: Sequence[str] = (), sources: Sequence[str] = ()) -> int:
        """Let articles that are held back be tried again (all, or of some languages and sources).

        Returns how many.
        """
        held: ColumnElement[bool] = table.c.made_by.is_not(None)
        if languages:
            held = and_(held, table.c.language.in_(languages))
        if sources:
            shown = select(appearances.c.article).where(appearances.c.source.in_(sources))
            held = and_(held, table.c.article.in_(shown))
        with self._database.write() as connection:
            return connection.execute(update(table).where(held).values(made_by=None)).rowcount

    def forget_failures(self, language: str, codes: Collection[str]) -> None:
        """Forget the failed translations into `language` of articles in the languages `codes`."""
        if not codes:
            return
        written = exists().where(articles.c.id == table.c.article, articles.c.language.in_(codes))
        doomed = and_(table.c.language == language, written)
        with self._database.read() as connection:
            there = connection.scalar(select(exists().where(doomed)))
        if there:
            with self._database.write() as connection:
                connection.execute(delete(table).where(doomed))

    def failures(self) -> list[FailedTranslation]:
        """All failed translations, the latest first; articles without a language wait instead."""
        query = (
            select(table, articles.c.url, articles.c.title)
            .join(articles, articles.c.id == table.c.article)
            .where(articles.c.language.is_not(None))
            .order_by(table.c.at.desc())
        )
        with self._database.read() as connection:
            return [
                FailedTranslation(
                    article=row.article,
                    url=row.url,
                    title=row.title,
                    language=row.language,
                    error=row.error,
                    attempts=row.attempts,
                    at=row.at,
                    held_back=row.made_by is not None,
                )
                for row in connection.execute(query)
            ]

    def newest(
        self,
        language: str,
        sources: Sequence[str],
        limit: int,
        *,
        once: bool = False,
        feed: str = "",
    ) -> list[Published]:
        """The `limit` articles of `sources` in `language` that were first published last.

        Those that were published together are in the order of their dates, the newest first; what
        no feed has shown yet comes before all others. With `once`, only the first article of a
        story that several of the sources have. With `feed`, without those that its rules leave out;
        then the next of a story is its first.

        The cost grows neither with the number of stored articles nor, but for the look at the
        newest of each, with that of sources.
        """
        [found] = self.listed([Asked(feed, language, sources, once)], limit)
        return found

    def listed(
        self, asked: Sequence[Asked], limit: int, before: Key | None = None, *, whole: bool = True
    ) -> list[list[Published]]:
        """For each feed in a language that is asked for, its first `limit` articles in order.

        With `before`, the first after that key. If they need not be `whole`, they have no HTML and
        no text: for lists.
        """
        with self._database.read() as connection:
            found = keys(self._database, connection, asked, limit, before)
            loaded: dict[tuple[str, str], Published] = {}
            for language in {one.language for one in asked}:
                names = {
                    key.article for at, some in found.items() if at[1] == language for key in some
                }
                texts = self._published(connection, language, sorted(names), whole=whole)
                loaded |= {(language, one.id): one for one in texts}
        listed = []
        for feed in asked:
            entries = []
            for key in found.get((feed.feed, feed.language), ()):
                known = loaded.get((feed.language, key.article))
                if known is not None:
                    when = key.first_published if key.first_published != UNPUBLISHED else None
                    entries.append(replace(known, first_published=when))
            listed.append(entries)
        return listed

    def published(self, language: str, ids: Sequence[str]) -> list[Published]:
        """The articles with these ids that exist in `language`, in no particular order."""
        with self._database.read() as connection:
            return self._published(connection, language, ids)

    def _published(
        self, connection: Connection, language: str, ids: Sequence[str], *, whole: bool = True
    ) -> list[Published]:
        found = []
        for start in range(0, len(ids), CHUNK):
            query = (
                select(*(COLUMNS if whole else HEADLINES))
                .select_from(translations)
                .join(articles, articles.c.id == translations.c.article)
                .where(
                    translations.c.language == language,
                    translations.c.article.in_(ids[start : start + CHUNK]),
                )
            )
            found += [published_row(row) for row in connection.execute(query)]
        return found

    def doubted(self) -> list[tuple[str, str, int]]:
        """Articles with doubtful segments: (address, language, their number), most first."""
        query = (
            select(articles.c.url, translations.c.language, translations.c.doubts)
            .join(articles, articles.c.id == translations.c.article)
            .where(conditions.DOUBTED)
            .order_by(translations.c.doubts.desc(), articles.c.url)
        )
        with self._database.read() as connection:
            return [(row[0], row[1], row[2]) for row in connection.execute(query)]

    def counts(self) -> dict[str, int]:
        """The number of articles in each language."""
        with self._database.read() as connection:
            return {
                kind: number for (_, kind), number in tallied(connection, "translations").items()
            }

    def forget(self, languages: Sequence[str] = (), sources: Sequence[str] = ()) -> int:
        """Make translations due again (all, or of some languages and sources); returns how many.

        Untranslated articles are left out, those that are held back are tried again. Old
        translations stay published until replaced.
        """
        conditions = [
            translations.c.language != translations.c.source_language,
            ~translations.c.digest.startswith(WAITS),
        ]
        if languages:
            editions = [one for language in languages for one in editions_of(language)]
            conditions.append(translations.c.language.in_(editions))
        if sources:
            shown = select(appearances.c.article).where(appearances.c.source.in_(sources))
            conditions.append(translations.c.article.in_(shown))
        with self._database.write() as connection:
            statement = translations.update().where(and_(*conditions)).values(digest="")
            number = connection.execute(statement).rowcount
        self.release(languages, sources)
        return number


def _held_back(language: str, made_by: Mapping[str, str]) -> ColumnElement[bool]:
    """Matches articles that the translator with these fingerprints holds back, by language."""
    return or_(
        false(),
        *(
            and_(
                articles.c.language == code,
                exists().where(
                    table.c.article == articles.c.id,
                    table.c.language == language,
                    table.c.digest == articles.c.digest,
                    table.c.made_by == one,
                ),
            )
            for code, one in made_by.items()
        ),
    )


def _failed(language: str) -> ColumnElement[bool]:
    """Matches articles whose translation into `language` failed."""
    return exists().where(table.c.article == articles.c.id, table.c.language == language)
