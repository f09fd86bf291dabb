"""Numbers of rows that are kept, not counted: what `status` shows must not cost the archive.

In SQLite the table `tallies` is kept by triggers, in the transaction that changes the rows. In
PostgreSQL, where many write at once and would wait for each other's numbers, it is a view that
counts by indexes. Each number has a name, a part and a kind:

    name          part      kind       counts
    references    source    state      references
    articles      source               articles
    translations            language   translations
    days          UTC day   language   articles by when they were first seen, and own language
    memory        model                segments of the translation memory
    failed        model                verdicts of its quality gate that say why a segment failed

Takes a connection and a name; returns numbers.
"""

from sqlalchemy import Connection, column, select, table, text

_TALLIES = table("tallies", column("name"), column("part"), column("kind"), column("number"))

# Verdicts on segments: text follows the last "|" in one that failed.
_IS_GATE = "EXISTS (SELECT 1 FROM memory_models WHERE id = {row}.model AND key LIKE '%#gate')"
_FAILED = "substr({row}.target, length({row}.target)) <> '|'"
_MODEL = "CAST({row}.model AS TEXT)"


def tallied(connection: Connection, name: str, first: str = "") -> dict[tuple[str, str], int]:
    """The numbers of this name, of the parts from `first` on, without zeros: {(part, kind):
    number}."""
    columns = _TALLIES.c
    query = select(columns.part, columns.kind, columns.number).where(columns.name == name)
    if first:
        query = query.where(columns.part >= first)
    return {(row[0], row[1]): row[2] for row in connection.execute(query) if row[2]}


def make_tallies(connection: Connection) -> None:
    """Create the tallies of all that is stored, and what keeps them."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"CREATE VIEW tallies AS {' UNION ALL '.join(_counts(True))}"))
        return
    connection.execute(
        text(
            "CREATE TABLE tallies (name TEXT NOT NULL, part TEXT NOT NULL, kind TEXT NOT NULL,"
            " number INTEGER NOT NULL, PRIMARY KEY (name, part, kind)) WITHOUT ROWID"
        )
    )
    for count in _counts(False):
        connection.execute(text(f"INSERT INTO tallies {count}"))
    for statement in _triggers():
        connection.execute(text(statement))


# Names of columns only are put into these statements.
# ruff: noqa: S608


def _counts(postgresql: bool) -> list[str]:
    """The statements that count each name."""
    day = "first_seen::date::text" if postgresql else "date(first_seen)"
    return [
        "SELECT 'references' AS name, source AS part, state AS kind, count(*) AS number"
        ' FROM "references" GROUP BY source, state',
        "SELECT 'articles', source, '', count(*) FROM articles GROUP BY source",
        "SELECT 'translations', '', language, count(*) FROM translations GROUP BY language",
        f"SELECT 'days', {day}, coalesce(language, ''), count(*) FROM articles"
        f" GROUP BY {day}, coalesce(language, '')",
        "SELECT 'memory', CAST(model AS TEXT), '', count(*) FROM memory GROUP BY model",
        f"SELECT 'failed', CAST(model AS TEXT), '', count(*) FROM memory"
        f" WHERE {_FAILED.format(row='memory')} AND {_IS_GATE.format(row='memory')} GROUP BY model",
    ]


def _triggers() -> list[str]:
    """What keeps the tallies in SQLite."""
    state = "'references', {row}.source, {row}.state"
    days = "'days', date({row}.first_seen), coalesce({row}.language, '')"
    owner = "'articles', {row}.source, ''"
    failed = f"'failed', {_MODEL}, ''"
    return [
        *_kept("references", state),
        _moved("references", "source, state", state),
        *_kept("articles", owner),
        _moved("articles", "source", owner),
        *_kept("articles", days, suffix="days"),
        _moved("articles", "language", days),
        *_kept("translations", "'translations', '', {row}.language"),
        *_kept("memory", f"'memory', {_MODEL}, ''"),
        *_kept("memory", failed, f"{_FAILED} AND {_IS_GATE}", "failed"),
        "CREATE TRIGGER tallies_memory_failed_before AFTER UPDATE OF target ON memory WHEN"
        f" {_FAILED.format(row='old')} AND {_IS_GATE.format(row='old')} BEGIN {_less(failed)}; END",
        "CREATE TRIGGER tallies_memory_failed_after AFTER UPDATE OF target ON memory WHEN"
        f" {_FAILED.format(row='new')} AND {_IS_GATE.format(row='new')} BEGIN {_more(failed)}; END",
    ]


def _kept(name: str, key: str, which: str = "true", suffix: str = "rows") -> list[str]:
    """The triggers that count rows of a table, those that meet a condition, under a key."""
    changes = ("INSERT", "new", _more(key)), ("DELETE", "old", _less(key))
    return [
        f'CREATE TRIGGER tallies_{name}_{suffix}_{event.lower()} AFTER {event} ON "{name}"'
        f" WHEN {which.format(row=row)} BEGIN {change}; END"
        for event, row, change in changes
    ]


def _moved(name: str, columns: str, key: str) -> str:
    """The trigger of rows that come under another key."""
    return (
        f"CREATE TRIGGER tallies_{name}_{columns.split(',')[0]} AFTER UPDATE OF {columns}"
        f' ON "{name}" BEGIN {_less(key)}; {_more(key)}; END'
    )


def _more(key: str) -> str:
    return (
        f"INSERT INTO tallies VALUES ({key.format(row='new')}, 1)"
        " ON CONFLICT (name, part, kind) DO UPDATE SET number = number + 1"
    )


def _less(key: str) -> str:
    return (
        "UPDATE tallies SET number = number - 1 WHERE (name, part, kind) ="
        f" ({key.format(row='old')})"
    )
