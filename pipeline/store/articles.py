"""Stores the articles, each under a permanent id.

Takes an Article and the reference it came from; returns its id and whether it is new, changed or
the same. An article is recognised by its reference, or else by its canonical URL.
"""

import hashlib
import json
import uuid
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Row, or_, select, update

from pipeline.article import FROM_FEED, Article, EntryFacts, Page
from pipeline.store import conditions, facts, listing
from pipeline.store.database import CHUNK, Database, indexable, insert_new
from pipeline.store.references import Known, from_row
from pipeline.store.schema import appearances, articles, pages, references
from pipeline.store.tallies import tallied

# The fields of an article that are columns of its row, and those of them that are lists there. The
# address of a further page is of use only while the article is fetched.
_STORED = tuple(one.name for one in fields(Article) if one.name != "next_page")
_LISTS = ("authors", "keywords")
# Facts that are stored whenever they are other ones, without the article being a changed one: its
# words, and with them its translations, are the same.
_QUIET = ("keywords", "enclosures", "episode")
# What makes an article another one for its readers: its words and its facts.
_CONTENT = ("url", "title", "summary", "html", "authors", "published", "language", "image")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The result of storing an article. `id` is the article's UUID."""

    id: str
    change: Literal["new", "changed", "same"]


class Articles:
    """The stored articles."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(
        self, known: Known, page: Page | None, article: Article, key: str, now: datetime
    ) -> Kept:
        """Store an article and its page and mark its reference as done, in one transaction.

        `key` is the normalised canonical URL, which recognises the article under other references.
        Without a `page` nothing was fetched, and only the article is stored.
        """
        with self._database.write() as connection:
            while True:
                old = _find(connection, known, key)
                row, kept = decide(old, article, key, known.reference.source, now)
                if old is not None or insert_new(connection, articles, [row]):
                    break  # else another source has just stored it
            if old is not None and len(row) > 1 and not _owns(connection, known, old):
                row, kept = {"dated": row["dated"]}, Kept(id=kept.id, change="same")
            if old is not None and len(row) > 1:
                connection.execute(update(articles).where(articles.c.id == kept.id).values(row))
            if old is not None and kept.change == "changed":
                connection.execute(
                    update(appearances)
                    .where(appearances.c.article == kept.id)
                    .values(dated=row["dated"])
                )
            self._database.upsert(
                connection,
                appearances,
                [
                    {
                        "source": known.reference.source,
                        "article": kept.id,
                        "dated": row["dated"],
                    }
                ],
            )
            listing.of_article(connection, kept.id, row["dated"])
            if page is None:
                same = references.c.id == known.id
                connection.execute(update(references).where(same).values(article=kept.id))
            else:
                self._fetched(connection, known, page, kept.id, now)
        return kept

    def _fetched(
        self, connection: Connection, known: Known, page: Page, article: str, now: datetime
    ) -> None:
        """Store the page of an article, and that its reference is done."""
        connection.execute(
            update(references)
            .where(references.c.id == known.id)
            .values(
                state="done",
                html="",
                error=None,
                attempts=0,
                retry_at=None,
                crashes=0,
                fetched_at=now,
                full_at=now,
                stated_seen=references.c.stated,
                etag=page.validators.etag,
                last_modified=page.validators.last_modified,
                digest=page.validators.digest,
                article=article,
            )
        )
        back = update(articles).where(articles.c.id == article, articles.c.gone_at.is_not(None))
        connection.execute(back.values(gone_at=None))
        row = {
            "reference": known.id,
            "url": page.url,
            "headers": dict(page.headers),
            "content": zlib.compress(page.content),
            "fetched_at": now,
        }
        self._database.upsert(connection, pages, [row])

    def revise(self, name: str, article: Article, now: datetime) -> Kept:
        """Replace the content of an article that was not fetched again; its reference stays.

        Raises:
            KeyError: there is no article with this id.
        """
        with self._database.write() as connection:
            old = connection.execute(select(articles).where(articles.c.id == name)).first()
            if old is None:
                raise KeyError(name)
            row, kept = decide(old, article, old.key, old.source, now)
            if kept.change == "changed":
                connection.execute(update(articles).where(articles.c.id == name).values(row))
        return kept

    def carry(self, source: str, announced: Mapping[str, EntryFacts]) -> None:
        """Bring enclosures and episodes up to date, by article; only of the source's own ones."""
        if not announced:
            return  # as in most visits: no other process has to wait for the lock
        with self._database.write() as connection:
            for name, said in announced.items():
                connection.execute(
                    update(articles)
                    .where(articles.c.id == name, articles.c.source == source)
                    .values(
                        enclosures=facts.to_json(said.enclosures),
                        episode=facts.to_json(said.episode),
                    )
                )

    def latest(self, source: str, most: int) -> list[tuple[str, Article]]:
        """The latest articles of a source, with their ids, the newest first."""
        query = (
            select(articles)
            .join(appearances, appearances.c.article == articles.c.id)
            .where(appearances.c.source == source)
            .order_by(appearances.c.dated.desc(), articles.c.id)
            .limit(most)
        )
        with self._database.read() as connection:
            return [(row.id, to_article(row)) for row in connection.execute(query)]

    def load(self, ids: Sequence[str]) -> Iterator[tuple[str, str, Article]]:
        """(id, digest, article) for each id that exists, in no particular order."""
        for start in range(0, len(ids), CHUNK):
            query = select(articles).where(articles.c.id.in_(ids[start : start + CHUNK]))
            with self._database.read() as connection:
                rows = connection.execute(query).all()
            for row in rows:
                yield row.id, row.digest, to_article(row)

    def find(self, name: str) -> Article | None:
        """The article with this id or address, or None."""
        with self._database.read() as connection:
            # One after the other: there is no index of addresses.
            for column in (articles.c.id, articles.c.url):
                row = connection.execute(select(articles).where(column == name).limit(1)).first()
                if row is not None:
                    return to_article(row)
        return None

    def of_key(self, key: str) -> tuple[str, Article] | None:
        """The id and article for this key (the normalised canonical URL), or None."""
        with self._database.read() as connection:
            row = connection.execute(select(articles).where(_has_key(key))).first()
        return None if row is None else (row.id, to_article(row))

    def addresses(self, name: str) -> list[str]:
        """The addresses an article was announced under, and those its pages were fetched from."""
        query = (
            select(references.c.url, pages.c.url)
            .outerjoin(pages, pages.c.reference == references.c.id)
            .where(references.c.article == name)
        )
        with self._database.read() as connection:
            return [one for row in connection.execute(query) for one in row if one]

    def twin(
        self, source: str, article: Article, since: datetime, until: datetime
    ) -> tuple[str, str] | None:
        """The address and key of an article of the source with the same title, text and date of
        publication, dated between `since` and `until`; None: there is none."""
        query = (
            select(articles.c.url, articles.c.key)
            .join(appearances, appearances.c.article == articles.c.id)
            .where(
                appearances.c.source == source,
                appearances.c.dated.between(since, until),
                articles.c.title == article.title,
                articles.c.text == article.text,
                articles.c.published.is_not_distinct_from(article.published),
            )
            .limit(1)
        )
        with self._database.read() as connection:
            row = connection.execute(query).first()
        return None if row is None else (row.url, row.key)

    def pages(self, source: str) -> Iterator[tuple[Known, Page]]:
        """The stored pages of a source with their references, loaded one at a time."""
        query = (
            select(references, pages.c.url.label("page_url"), pages.c.headers, pages.c.content)
            .join(pages, pages.c.reference == references.c.id)
            .where(references.c.source == source)
            .order_by(references.c.id)
        )
        after = 0
        while True:
            with self._database.read() as connection:
                row = connection.execute(query.where(references.c.id > after).limit(1)).first()
            if row is None:
                return
            after = row.id
            known = from_row(row)
            yield (
                known,
                Page(
                    reference=known.reference,
                    url=row.page_url,
                    content=zlib.decompress(row.content),
                    headers=row.headers,
                    validators=known.validators,
                ),
            )

    def is_from_feed(self, known: Known) -> bool:
        """Whether the text of a reference's article is the one that its feed gave."""
        query = select(pages.c.headers).where(pages.c.reference == known.id)
        with self._database.read() as connection:
            headers = connection.scalar(query)
        return known.article is not None and FROM_FEED in (headers or {})

    def gone(self) -> list[tuple[str, str, datetime]]:
        """Articles whose page is gone: (id, address, since when), the latest first."""
        query = (
            select(articles.c.id, articles.c.url, articles.c.gone_at)
            .where(conditions.GONE)
            .order_by(articles.c.gone_at.desc())
        )
        with self._database.read() as connection:
            return [(row[0], row[1], row[2]) for row in connection.execute(query)]

    def count(self) -> int:
        """How many articles are stored."""
        with self._database.read() as connection:
            return sum(tallied(connection, "articles").values())

    def counts(self) -> dict[str, int]:
        """The number of articles: {source: number}."""
        with self._database.read() as connection:
            return {source: n for (source, _), n in tallied(connection, "articles").items()}


def decide(
    old: Row[Any] | None, article: Article, key: str, source: str, now: datetime
) -> tuple[dict[str, Any], Kept]:
    """The row to write for an article, and whether it is new, changed or the same. Pure.

    `dated` changes only if the article's date does, so that an entry does not jump to the top of a
    feed. It is never in the future, so that an entry does not stick there.
    """
    digest = content_digest(article)
    first_seen = now if old is None else old.first_seen
    dated = min(article.published or first_seen, now)
    row: dict[str, Any] = {name: getattr(article, name) for name in _STORED}
    row |= {name: list(row[name]) for name in _LISTS}
    row |= {name: facts.to_json(row[name]) for name in ("enclosures", "episode")}
    row |= {"origins": dict(article.origins), "digest": digest, "dated": dated}
    if old is None:
        # The same URL gives the same id on every machine: a lost database loses no entry's id.
        row["id"] = _id(key)
        row |= {"key": indexable(key), "source": source, "first_seen": now}
        row["updated_at"] = min(max(article.modified or dated, dated), now)
        return row, Kept(id=row["id"], change="new")
    if old.digest == digest:
        said = {name: row[name] for name in _QUIET if row[name]}
        quiet = {name: one for name, one in said.items() if one != getattr(old, name)}
        return {"dated": old.dated, **quiet}, Kept(id=old.id, change="same")
    for name in ("enclosures", "episode"):  # of another announcement of it: see `carry`
        if row[name] is None:
            del row[name]
    stated = article.modified
    fresh = stated is not None and old.updated_at < stated <= now
    row["updated_at"] = stated if fresh else now
    return row, Kept(id=old.id, change="changed")


def content_digest(article: Article) -> str:
    """SHA-256, in hexadecimal, of the fields of an article that readers see."""
    content = {name: getattr(article, name) for name in _CONTENT}
    if article.published is not None:
        content["published"] = article.published.astimezone(UTC).isoformat()
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def to_article(row: Row[Any]) -> Article:
    """The article of a row of `articles`."""
    values = {name: getattr(row, name) for name in _STORED}
    values |= {name: tuple(values[name]) for name in _LISTS}
    values["enclosures"] = facts.enclosures(row.enclosures)
    values["episode"] = facts.episode(row.episode)
    return Article(**values)


def _owns(connection: Connection, known: Known, old: Row[Any]) -> bool:
    """Return whether a reference may change an article: its own source may, or the only one left.

    Sources of one site differ in what they add to a page (titles, repeated paragraphs): each visit
    of one would change what the other has stored.
    """
    source = known.reference.source
    if old.source == source:
        return True
    owner = select(references.c.id).where(
        references.c.article == old.id,
        references.c.source == old.source,
        references.c.state.in_(("done", "waiting")),
    )
    if connection.scalar(owner.limit(1)) is not None:
        return False
    connection.execute(update(articles).where(articles.c.id == old.id).values(source=source))
    return True


def _find(connection: Connection, known: Known, key: str) -> Row[Any] | None:
    """The stored article of a reference, else of a key. No other transaction changes it then."""
    if known.article is not None:
        query = select(articles).where(articles.c.id == known.article).with_for_update()
        if (row := connection.execute(query).first()) is not None:
            return row
    return connection.execute(select(articles).where(_has_key(key)).with_for_update()).first()


def _id(key: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, key))


def _has_key(key: str) -> ColumnElement[bool]:
    return or_(articles.c.key == indexable(key), articles.c.id == _id(key))
