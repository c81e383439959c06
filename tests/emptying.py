"""A test that really commits leaves an empty database behind: in hundredths of a second, not in one.

Django's own way truncates every table, each with new files for it and all its indexes, and makes the permissions anew.
Here only tables that hold something are touched, and what the migrations made of Django's own stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper
from django.test import TransactionTestCase
from psycopg import sql

KEPT = {"django_content_type", "auth_permission", "django_migrations"}
LARGE = 1 << 20  # bytes from which a table is truncated: deleted rows would be read again and again


def empty(alias: str) -> None:
    """Remove all rows of all models. Waits, as TRUNCATE does, for transactions that are still under way."""
    connection = connections[alias]
    tables = sorted(set(connection.introspection.django_table_names(only_existing=True)) - KEPT)
    with transaction.atomic(alias), connection.cursor() as cursor:
        _run(cursor, "LOCK TABLE {} IN ACCESS EXCLUSIVE MODE", _names(tables))
        filled = _filled(cursor, tables)
        large = [name for name, size in filled if size >= LARGE]
        if large:
            _run(cursor, "TRUNCATE {} CASCADE", _names(large))
        small = [name for name, size in filled if size < LARGE]
        guarded = _guarded(cursor) & set(small)  # what the project lets nobody delete
        for name in guarded:
            _run(cursor, "ALTER TABLE {} DISABLE TRIGGER USER", sql.Identifier(name))
        for name in small:
            _run(cursor, "DELETE FROM {}", sql.Identifier(name))
        if guarded:
            _run(cursor, "SET CONSTRAINTS ALL IMMEDIATE")  # a table cannot be altered while checks of it wait
        for name in guarded:
            _run(cursor, "ALTER TABLE {} ENABLE TRIGGER USER", sql.Identifier(name))


def _filled(cursor: CursorWrapper, tables: list[str]) -> list[tuple[str, int]]:
    """The tables with rows, and the size of each in bytes."""
    one = sql.SQL("SELECT {name}, pg_relation_size({name}::regclass) WHERE EXISTS (SELECT FROM {table})")
    parts = [one.format(name=sql.Literal(name), table=sql.Identifier(name)) for name in tables]
    _run(cursor, "{}", sql.SQL(" UNION ALL ").join(parts))
    rows: list[tuple[str, int]] = cursor.fetchall()
    return rows


def _guarded(cursor: CursorWrapper) -> set[str]:
    cursor.execute(
        "SELECT DISTINCT relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid WHERE NOT tgisinternal"
    )
    return {name for (name,) in cursor.fetchall()}


def _run(cursor: CursorWrapper, command: str, *parts: sql.Composable) -> None:
    cursor.execute(sql.SQL(command).format(*parts).as_string(cursor.connection))


def _names(tables: list[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, tables))


def _fixture_teardown(self: Any) -> None:
    for alias in self._databases_names(include_mirrors=False):
        empty(alias)


@contextmanager
def empties_quickly() -> Iterator[None]:
    """Have every test that commits end this way."""
    with mock.patch.object(TransactionTestCase, "_fixture_teardown", _fixture_teardown):
        yield
