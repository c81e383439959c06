"""The wall: the public reads through a role of the database that can reach released tables and nothing else."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import DatabaseError, connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from psycopg import sql

from opendata.models import Release
from tests.conftest import signed_in
from tests.opendata.former import COUNTS

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "public"])

RELEASED = {
    f"released_{name}"
    for name in (
        *("dataset", "release", "resource", "withdrawal", "area", "count", "incident", "aggregate"),
        *("camera", "performance", "catchment", "code"),
    )
}
HERE = f"/data/dataset/{COUNTS.slug}"
PUBLIC_READS = [
    "/data/",
    "/data/?q=laporan",
    HERE,
    f"{HERE}/rilis/2026-10",
    f"{HERE}/rilis/2026-10/laporan.csv",
    f"{HERE}/terbaru/laporan.geojson",
    "/api/3/action/package_list",
    f"/api/3/action/package_show?id={COUNTS.slug}",
    "/api/action/status_show",
]


def tables() -> set[str]:
    """All tables and views of the installation, not PostGIS's own."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace "
            "AND c.relkind IN ('r', 'p', 'v', 'm') AND NOT EXISTS (SELECT FROM pg_depend d "
            "WHERE d.objid = c.oid AND d.deptype = 'e')"
        )
        return {name for (name,) in cursor.fetchall()}


def refused(cursor: Any, statement: str, table: str) -> bool:
    try:
        cursor.execute(sql.SQL(statement).format(sql.Identifier(table)))
    except DatabaseError as error:
        return "permission denied" in str(error) or "read-only transaction" in str(error)
    return False


def test_the_public_alias_signs_in_as_the_weak_role_on_the_same_database(
    as_public: Any, released: Release
) -> None:
    as_public.execute("SELECT current_user, current_database()")

    assert as_public.fetchone() == ("kentongan_public", connection.settings_dict["NAME"])


def test_it_reads_every_released_table_and_is_refused_at_every_other(
    as_public: Any, released: Release
) -> None:
    every = tables()
    assert {"incidents_complaint", "incidents_reporter", "geo_area", "auth_user", "opendata_build"} <= every

    readable = {table for table in every if not refused(as_public, "SELECT * FROM {} LIMIT 1", table)}

    assert readable == RELEASED == {table for table in every if table.startswith("released_")}


@pytest.mark.parametrize("table", sorted(RELEASED))
@pytest.mark.parametrize(
    "statement",
    ["DELETE FROM {}", "UPDATE {} SET id = id", "INSERT INTO {} (id) VALUES (0)", "TRUNCATE {} CASCADE"],
)
def test_it_writes_no_released_table(as_public: Any, released: Release, table: str, statement: str) -> None:
    assert refused(as_public, statement, table)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT lo_from_bytea(0, '\\x00')",
        "SELECT lo_create(0)",
        "SELECT _postgis_stats('incidents_incident', 'location')",
        "SELECT st_estimatedextent('public', 'incidents_incident', 'location')",
    ],
)
def test_it_writes_no_large_objects_and_reads_no_statistics(
    as_public: Any, released: Release, statement: str
) -> None:
    assert refused(as_public, statement + " -- {}", "x")


def test_it_makes_no_tables_of_its_own(as_public: Any, released: Release) -> None:
    assert refused(as_public, "CREATE TABLE {} (x int)", "own")


@pytest.mark.parametrize("path", PUBLIC_READS)
def test_public_pages_ask_the_strong_role_for_nothing_but_the_frame(
    warga: Client, released: Release, path: str
) -> None:
    with CaptureQueriesContext(connections["default"]) as strong:
        response = warga.get(path)

    assert response.status_code in {200, 302}
    asked = [query["sql"] for query in strong.captured_queries]
    assert [
        text for text in asked if '"geo_' not in text or "incidents_" in text or "released_" in text
    ] == []


@pytest.mark.parametrize("path", PUBLIC_READS)
def test_public_pages_live_on_the_weak_role_alone(warga: Client, released: Release, path: str) -> None:
    """Even when the strong role may not read what is released, the pages stand."""
    owner, names = connection.settings_dict["USER"], sql.SQL(", ").join(map(sql.Identifier, sorted(RELEASED)))
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("REVOKE SELECT ON {} FROM {}").format(names, sql.Identifier(owner)))
    try:
        status = warga.get(path).status_code
    finally:
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL("GRANT SELECT ON {} TO {}").format(names, sql.Identifier(owner)))

    assert status in {200, 302}


def test_the_steward_reads_what_is_released_the_same_way(walidata: User, released: Release) -> None:
    with CaptureQueriesContext(connections["default"]) as strong:
        assert signed_in(walidata).get(HERE).status_code == 200

    assert not [query for query in strong.captured_queries if "released_" in query["sql"]]


def check() -> None:
    call_command(
        "check", "--database", "default", "--fail-level", "ERROR", stdout=StringIO(), stderr=StringIO()
    )


def test_the_check_at_the_start_finds_a_role_that_has_become_too_strong(db: None) -> None:
    check()
    role = sql.Identifier(connections["public"].settings_dict["USER"])
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("GRANT SELECT ON incidents_complaint TO {}").format(role))
    try:
        with pytest.raises(SystemCheckError, match=r"kentongan\.E001.*incidents_complaint"):
            check()
    finally:
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL("REVOKE SELECT ON incidents_complaint FROM {}").format(role))


def test_the_check_at_the_start_finds_a_right_on_a_single_column(db: None) -> None:
    role = sql.Identifier(connections["public"].settings_dict["USER"])
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("GRANT SELECT (description) ON incidents_complaint TO {}").format(role))
    try:
        with pytest.raises(SystemCheckError, match=r"kentongan\.E001"):
            check()
    finally:
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL("REVOKE SELECT (description) ON incidents_complaint FROM {}").format(role))


def test_the_check_at_the_start_finds_a_writer_of_released_tables(db: None) -> None:
    role = sql.Identifier(connections["public"].settings_dict["USER"])
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("GRANT INSERT ON released_count TO {}").format(role))
    try:
        with pytest.raises(SystemCheckError, match=r"kentongan\.E001.*released_count"):
            check()
    finally:
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL("REVOKE INSERT ON released_count FROM {}").format(role))
