from __future__ import annotations

import logging
import sys

from django.db import DatabaseError, connection

from config.logs import QuietFormatter
from geo.models import City
from incidents.models import Reporter

NAME = "Siti Rahma"


def line(message: str, *args: object, exc_info: bool = False) -> str:
    error = sys.exc_info() if exc_info else None
    record = logging.LogRecord("uji", logging.ERROR, __file__, 1, message, args, error)
    return QuietFormatter("%(message)s").format(record)


def test_a_tracking_code_never_reaches_the_log() -> None:
    text = line("Not Found: %s", "/lacak/7G2M-XK4Q-90TV-HB3E") + line(
        "POST /api/v1/complaints/7G2M-XK4Q-90TV-HB3E?x=1"
    )

    assert "7G2M" not in text
    assert "/lacak/…" in text


def test_an_address_never_reaches_the_log() -> None:
    assert line("could not send to %s now", "siti.rahma@surel.example.org") == "could not send to …@… now"


def test_a_database_error_is_logged_without_the_row_that_it_quotes(city: City) -> None:
    try:
        with connection.cursor() as cursor:
            table = Reporter._meta.db_table
            cursor.execute(f"INSERT INTO {table} (name, email, phone) VALUES (%s, '', '')", [NAME])
    except DatabaseError:
        text = line("failed", exc_info=True)

    assert "DatabaseError" in text or "IntegrityError" in text
    assert NAME not in text
