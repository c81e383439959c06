"""The desk's lines rest while ninety days are played in one transaction, and are made once at the end.

They follow each row by triggers. Within one transaction nothing that they leave behind can be cleaned up, so each step
would look through the remains of all steps before it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from psycopg import sql

TABLES = ("incidents_incident", "incidents_complaint", "incidents_assignment")
TRIGGERS = ("inbox_inserted", "inbox_updated", "inbox_deleted")


@contextmanager
def resting_lines() -> Iterator[None]:
    """Call inside a transaction of a city that nobody works in yet: the tables are locked until it ends."""
    _turn("DISABLE")
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with checks to come cannot be altered
    _turn("ENABLE")
    with connection.cursor() as cursor:
        cursor.execute("SELECT kentongan_inbox_fill()")


def _turn(how: str) -> None:
    with connection.cursor() as cursor:
        for table in TABLES:
            for trigger in TRIGGERS:
                cursor.execute(
                    sql.SQL("ALTER TABLE {} {} TRIGGER {}").format(
                        sql.Identifier(table), sql.SQL(how), sql.Identifier(trigger)
                    )
                )
