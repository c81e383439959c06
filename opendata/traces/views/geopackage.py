"""GeoPackage: every row of every table as a line, and whether pages were freed or left behind.

The raw bytes hold freed pages anyway; a file that has any was not written anew, so that alone is a finding.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import batched
from pathlib import Path

from opendata.traces.views.text import unescaped
from opendata.traces.views.view import View

MAGIC = b"SQLite format 3\0"
ROWS = 20_000
AT_ONCE = 100  # columns: a function of SQLite takes 127 arguments


def geopackage_views(path: Path) -> Iterator[View]:
    """The database's own description, then its tables."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as database:
        database.text_factory = bytes
        free: int = database.execute("PRAGMA freelist_count").fetchone()[0]
        yield View(leftover=free > 0)
        tables = database.execute(
            "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'shadow')"
        ).fetchall()
        for (name,) in tables:
            yield from _table(database, name.decode())


def _table(database: sqlite3.Connection, name: str) -> Iterator[View]:
    """The cells of each row between tabs. What is stored as bytes is read from the raw file, not here."""
    columns = [row[1].decode() for row in database.execute(f"PRAGMA table_xinfo({_quoted(name)})")]
    cells = " || ".join(_printed(some) for some in batched(columns, AT_ONCE))
    rows = database.execute(f"SELECT {cells} FROM {_quoted(name)}")  # noqa: S608  (names quoted as SQLite asks)
    yield View("\n".join((name, *columns, "")).encode(), text=True)
    while some := rows.fetchmany(ROWS):
        lines = b"\n".join(row[0] for row in some) + b"\n"
        yield View(lines, text=True)
        yield from unescaped(lines)


def _printed(columns: tuple[str, ...]) -> str:
    """The cells of some columns as one text, with a tab behind each."""
    return f"printf('{'%s\t' * len(columns)}', {', '.join(map(_quoted, columns))})"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
