from __future__ import annotations

import logging
import sys

import pytest
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


@pytest.mark.parametrize(
    "path",
    [
        "/luar/KUNCI-kunci_123",
        "/luar/KUNCI-kunci_123/foto/7",
        "/akun/password/reset/key/4f-KUNCI/",
        "/lacak/7G2M-XK4Q-90TV-HB3E/alamat/KUNCI",
        "/akun/sesi/KUNCI/akhiri",
        "/masuk?next=%2Fluar%2FKUNCI",
        "/masuk?next=%2Flacak%2FKUNCI%2Fkata&x=1",
        "/akun/oidc/kota/kembali/?state=KUNCI&code=KUNCI",
        "/lapor/ikuti?handle=KUNCI",
        "/meja?status=baru&q=KUNCI",
    ],
)
def test_no_link_that_opens_something_and_nothing_searched_for_reaches_the_log(path: str) -> None:
    for text in (line("Not Found: %s", path), line('"GET %s HTTP/1.1" 404 12', path)):
        assert "KUNCI" not in text
        assert text.count("…") >= 1


def test_paths_that_open_nothing_stay_readable_in_the_log() -> None:
    for path in ("/meja/kasus/12", "/akun/sesi", "/luar", "/lacak", "/api/v1/complaints"):
        assert line("Not Found: %s", path) == f"Not Found: {path}"


def test_an_address_never_reaches_the_log() -> None:
    assert line("could not send to %s now", "siti.rahma@surel.example.org") == "could not send to …@… now"
    assert "siti" not in line("GET /x?surel=siti.rahma%40surel.example.org")


def test_a_database_error_is_logged_without_the_row_that_it_quotes(city: City) -> None:
    try:
        with connection.cursor() as cursor:
            table = Reporter._meta.db_table
            cursor.execute(f"INSERT INTO {table} (name, email, phone) VALUES (%s, '', '')", [NAME])
    except DatabaseError:
        text = line("failed", exc_info=True)

    assert "DatabaseError" in text or "IntegrityError" in text
    assert NAME not in text
