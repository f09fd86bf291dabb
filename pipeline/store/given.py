"""Values given to a statement as one parameter, so that it is the same for 2 sources and for 2,000.

A statement with a parameter per source is compiled anew for each number of them, and a database
has a limit for them. `given` takes rows of text, as JSON, and returns them as a table of a query.
"""

import json
from collections.abc import Sequence

from sqlalchemy import CTE, ColumnElement, String, bindparam, cast, func, select

from pipeline.store.database import Database


def given(
    database: Database, name: str, columns: Sequence[str], rows: Sequence[Sequence[str]]
) -> CTE:
    """A table `name` with these columns of text and these rows."""
    alone = len(columns) == 1  # no array for each row, which takes most of the time to read
    flat = [row[0] for row in rows] if alone else rows
    value = bindparam(f"given_{name}", json.dumps(flat, ensure_ascii=False), String)
    on_sqlite = database.engine.dialect.name == "sqlite"
    if on_sqlite:
        elements = func.json_each(value)
    else:
        from sqlalchemy.dialects.postgresql import JSONB  # for nothing with SQLite

        array = cast(value, JSONB)
        elements = (
            func.jsonb_array_elements_text(array) if alone else func.jsonb_array_elements(array)
        )
    each = elements.table_valued("value", name=f"{name}_rows")
    cells: list[ColumnElement[str]] = [each.c.value]
    if not alone:
        cells = [
            func.json_extract(each.c.value, f"$[{at}]") if on_sqlite else each.c.value.op("->>")(at)
            for at in range(len(columns))
        ]
    named = [cast(cell, String).label(column) for cell, column in zip(cells, columns, strict=True)]
    return select(*named).select_from(each).cte(name)


def sources_given(database: Database, sources: Sequence[str]) -> CTE:
    """A table `chosen` with a column `source`."""
    return given(database, "chosen", ["source"], [[one] for one in sources])
