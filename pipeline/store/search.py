"""Full-text search over the articles, in every language they exist in.

Takes the texts of translations, and queries as people type them; returns hits, best first. Uses
FTS5 in SQLite (if compiled in) and a text index in PostgreSQL; otherwise compares substrings. A
query has no operators: every character stands for itself.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from html import unescape
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Integer,
    Select,
    Subquery,
    and_,
    case,
    column,
    delete,
    func,
    inspect,
    literal,
    literal_column,
    or_,
    select,
    table,
    text,
)

from pipeline.store.database import Database
from pipeline.store.schema import articles, search_texts
from pipeline.store.tallies import tallied

INDEX = "search_index"
_INDEXED = table(INDEX, column("rowid", Integer))
# The indexed expression in PostgreSQL; queries must use the same. Words of titles weigh more.
VECTOR = (
    "setweight(to_tsvector('simple', search_texts.title), 'A')"
    " || to_tsvector('simple', search_texts.text)"
)
_FTS5 = (
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
    "INSERT INTO search_index(search_index) VALUES ('rebuild')",
)
# Scripts without spaces between words (Thai, Lao, Khmer, kana, Han): each character is indexed as a
# word of its own, and a query for several of them is a phrase.
_UNSPACED = "\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_SIGN = re.compile(f"([{_UNSPACED}])")
_SPACED = re.compile(f"(?<=[{_UNSPACED}]) +(?=[{_UNSPACED}])")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)[^>]*>")
_INLINE = re.compile(
    r"(?i)(?:a|abbr|b|bdi|bdo|cite|code|em|i|kbd|mark|q|s|small|span|strong|sub|sup|u)"
)
_WORD = re.compile(r"\w+")
_MOST_WORDS = 12
_AROUND = 24
RANKED = 10_000
"""Of a query that more texts match, the best are found among so many: those stored last.

Each costs 1 µs: a search for a word that all texts have takes 6 ms over 1,000 articles and 18 over
100,000, where all of its hits are counted for BM25 too.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """An article in a language that matches a query. `snippet` is plain text."""

    article: str
    language: str
    title: str
    snippet: str
    source: str
    site: str | None
    url: str
    dated: datetime


class Search:
    """Queries over the texts of the articles."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._indexed: bool | None = None

    def find(
        self,
        query: str,
        languages: Sequence[str] = (),
        limit: int = 20,
        sources: Sequence[str] = (),
        skip: int = 0,
    ) -> tuple[list[Hit], int]:
        """At most `limit` articles that contain every word of `query`, best first, after the first
        `skip`; and how many there are, RANKED + 1 standing for all larger numbers. The last word
        may be the beginning of a word.

        Each language of an article that matches is a hit. Empty `languages` or `sources`: any. Of
        more than RANKED that match, the best of the newest are found.
        """
        words = _WORD.findall(spaced(query))[:_MOST_WORDS]
        if not words or limit < 1:
            return [], 0
        with self._database.read() as connection:
            if self._indexed is None:
                self._indexed = inspect(connection).has_table(INDEX)
            wanted = _wanted(connection, languages, sources)
            number, newest = self._newest(connection, query, words, wanted)
            best = select(newest.c.number).order_by(newest.c.rank, newest.c.number.desc())
            ids = list(connection.scalars(best.limit(limit).offset(skip))) if skip < number else []
            statement = (
                select(
                    search_texts,
                    articles.c.source,
                    articles.c.site,
                    articles.c.url,
                    articles.c.dated,
                )
                .join(articles, articles.c.id == search_texts.c.article)
                .where(search_texts.c.id.in_(ids))
            )
            rows = {row.id: row for row in connection.execute(statement)}
        return [_hit(rows[one], words) for one in ids if one in rows], number

    def _newest(
        self,
        connection: Connection,
        query: str,
        words: Sequence[str],
        wanted: Sequence[ColumnElement[bool]],
    ) -> tuple[int, Subquery]:
        """How many texts match, RANKED + 1 at most, and the newest RANKED of them: their `number`,
        and `rank`, of which the lower is the better. To count costs a tenth of ranking.

        Words are looked for as they are typed, and then as beginnings of others: of a common word
        there are enough without those, and to collect all that begin with it costs the archive.
        Substrings, which are compared where there is no index, are both at once.
        """
        by_words = self._indexed or connection.dialect.name == "postgresql"
        for unfinished in (False, True) if by_words else (True,):
            newest = self._matching(connection, query, words, unfinished=unfinished)
            if self._indexed and wanted:
                newest = newest.join(search_texts, search_texts.c.id == _INDEXED.c.rowid)
            newest = newest.where(*wanted)
            numbers = newest.with_only_columns(newest.selected_columns.number).limit(RANKED + 1)
            count = connection.scalar(select(func.count()).select_from(numbers.subquery())) or 0
            if count > RANKED:
                break
        return count, newest.limit(RANKED).subquery()

    def _matching(
        self, connection: Connection, query: str, words: Sequence[str], *, unfinished: bool
    ) -> Select[tuple[int, float]]:
        """The texts that match, those stored last first."""
        number: ColumnElement[int] = search_texts.c.id
        rank: ColumnElement[float] = literal(0.0)
        among: FromClause = search_texts
        if self._indexed:
            matches: Any = _matches(query, unfinished=unfinished)
            rank = literal_column("bm25(search_index, 8.0, 1.0)")
            # The index is read from its end: the words of the newest texts first.
            number, among = _INDEXED.c.rowid, _INDEXED
        elif connection.dialect.name == "postgresql":
            asked = func.to_tsquery(literal_column("'simple'"), lexemes(query, unfinished))
            vector: Any = literal_column(f"({VECTOR})")
            matches, rank = vector.op("@@")(asked), -func.ts_rank(vector, asked)
        else:
            matches = _contains(words)
            title = func.lower(search_texts.c.title)
            in_title = [title.contains(word.lower(), autoescape=True) for word in words]
            rank = case((and_(*in_title), 0.0), else_=1.0)
        found = select(number.label("number"), rank.label("rank")).select_from(among)
        return found.where(matches).order_by(number.desc())


def _wanted(
    connection: Connection, languages: Sequence[str], sources: Sequence[str]
) -> list[ColumnElement[bool]]:
    """What texts must meet besides: their language, and that of their article's source.

    Nothing, where all that is stored meets it: the index alone costs half as much as with the
    texts beside it.
    """
    conditions: list[ColumnElement[bool]] = []
    # In PostgreSQL the tallies are counted, and the condition costs nothing.
    counted = connection.dialect.name == "postgresql"
    if languages and (counted or not _kinds(connection, "translations", 1) <= {*languages}):
        conditions.append(search_texts.c.language.in_(languages))
    if sources and not _kinds(connection, "articles", 0) <= {*sources}:
        mine = select(articles.c.source).where(articles.c.id == search_texts.c.article)
        conditions.append(mine.scalar_subquery().in_(sources))
    return conditions


def _kinds(connection: Connection, name: str, place: int) -> set[str]:
    """The languages or sources that there are tallies of."""
    return {key[place] for key in tallied(connection, name)}


def make_index(connection: Connection) -> None:
    """Create the full-text index over all texts, if it is missing and the database supports it."""
    if connection.dialect.name == "postgresql":
        index = "CREATE INDEX IF NOT EXISTS ix_search_texts_words ON search_texts"
        connection.execute(text(f"{index} USING gin (({VECTOR}))"))
    elif connection.dialect.name == "sqlite" and not inspect(connection).has_table(INDEX):
        options = connection.execute(text("PRAGMA compile_options")).scalars()
        for statement in _FTS5 if "ENABLE_FTS5" in set(options) else ():
            connection.execute(text(statement))


def keep(connection: Connection, article: str, language: str, title: str, html: str) -> None:
    """Replace the searchable text of an article in a language."""
    connection.execute(
        delete(search_texts).where(
            search_texts.c.article == article, search_texts.c.language == language
        )
    )
    row = {
        "article": article,
        "language": language,
        "title": spaced(title),
        "text": spaced(plain(html)),
    }
    connection.execute(search_texts.insert().values(row))


def plain(html: str) -> str:
    """The text of sanitised HTML as one line, with a space between blocks."""

    def gap(match: re.Match[str]) -> str:
        return "" if _INLINE.fullmatch(match[2]) else " "

    return " ".join(unescape(_TAG.sub(gap, html)).split())


def spaced(line: str) -> str:
    """The line with spaces around each character of scripts that do not separate words."""
    return " ".join(_SIGN.sub(r" \1 ", line).split())


def _phrases(query: str) -> list[list[str]]:
    """The query split at spaces; each part as a list of words that must follow one another."""
    return [words for typed in query.split() if (words := _WORD.findall(spaced(typed)))]


def expression(query: str, unfinished: bool = True) -> str:
    """A typed query as an FTS5 query: each part is quoted, so that nothing is an operator.

    The last word may be `unfinished`.
    """
    parts = ['"' + " ".join(words) + '"' for words in _phrases(query)]
    if not parts:
        return ""
    ends = "*" if unfinished and len(parts) <= _MOST_WORDS else ""
    return " ".join(parts[:_MOST_WORDS]) + ends


def lexemes(query: str, unfinished: bool = True) -> str:
    """A typed query for PostgreSQL's `to_tsquery`; the last word may be `unfinished`."""
    parts = [" <-> ".join(f"'{word}'" for word in words) for words in _phrases(query)]
    if not parts:
        return ""
    ends = ":*" if unfinished and len(parts) <= _MOST_WORDS else ""
    return " & ".join(parts[:_MOST_WORDS]) + ends


def _matches(query: str, *, unfinished: bool) -> Any:
    asked = expression(query, unfinished)
    return text("search_index MATCH :expression").bindparams(expression=asked)


def _contains(words: Sequence[str]) -> Any:
    columns = (func.lower(search_texts.c.title), func.lower(search_texts.c.text))
    return and_(
        *(
            or_(*(column.contains(word.lower(), autoescape=True) for column in columns))
            for word in words
        )
    )


def _hit(row: Any, words: Sequence[str]) -> Hit:
    return Hit(
        article=row.article,
        language=row.language,
        title=_SPACED.sub("", row.title),
        snippet=snippet(row.text, words),
        source=row.source,
        site=row.site,
        url=row.url,
        dated=row.dated,
    )


def marks(line: str, query: str) -> list[tuple[int, int]]:
    """Where `line` has the words of a typed query: (start, end), in order, apart from one another.

    As the search finds them: without accents and capitals, the last word also as the beginning of
    one; in scripts without spaces, wherever the characters follow one another.
    """
    phrases = _whole_word().findall(query)[:_MOST_WORDS]
    wanted = [folded(word) for word in phrases]
    found = []
    for word in _whole_word().finditer(line):
        token = folded(word.group())
        whole = not _SIGN.search(token)
        if whole and wanted and (token in wanted or token.startswith(wanted[-1])):
            found.append(word.span())
    for phrase in phrases:
        if _SIGN.search(phrase):
            found += [one.span() for one in re.finditer(re.escape(phrase), line, re.IGNORECASE)]
    apart: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if apart and start <= apart[-1][1]:
            apart[-1] = apart[-1][0], max(end, apart[-1][1])
        else:
            apart.append((start, end))
    return apart


@cache
def _whole_word() -> re.Pattern[str]:
    """A word with its accents and vowel signs, which `\\w` leaves out where they are characters."""
    signs = filter(
        lambda sign: unicodedata.category(sign)[0] == "M", map(chr, range(0x300, 0x10000))
    )
    return re.compile(rf"\w[\w{''.join(signs)}]*")


def folded(word: str) -> str:
    """A word without accents and capitals."""
    parts = unicodedata.normalize("NFKD", word.casefold())
    return "".join(one for one in parts if not unicodedata.combining(one))


def snippet(line: str, words: Sequence[str]) -> str:
    """The text around the first of `words` in `line`, with an ellipsis where it is cut."""
    tokens = line.split()
    wanted = [folded(word) for word in words]
    at = next(
        (
            place
            for place, token in enumerate(tokens)
            if any(folded(token).lstrip("“\"'(«").startswith(word) for word in wanted)
        ),
        0,
    )
    start = max(0, at - _AROUND // 3)
    part = " ".join(tokens[start : start + _AROUND])
    ends = ("… " if start else "", " …" if start + _AROUND < len(tokens) else "")
    return ends[0] + _SPACED.sub("", part) + ends[1]
