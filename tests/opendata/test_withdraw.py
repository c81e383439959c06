"""A release that is withdrawn: rows and files go, its name, checksums and the reason stay, whatever dies on the way."""

from __future__ import annotations

import io
import json
import logging

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client

from geo.errors import Conflict, Invalid
from opendata import store
from opendata.models import Release, ReleasedIncident, Resource, Withdrawal
from opendata.withdraw import sweep_withdrawn, what_remains, withdraw
from tests.opendata.released import COLUMNS, ROWS, release

pytestmark = pytest.mark.django_db(databases=["default", "public"], transaction=True)
SLUG = "contoh-incidents"
HERE = f"/data/dataset/{SLUG}"
REASON = "Satu laporan menjadi rahasia."


def with_files(made: Release) -> Release:
    folder = store.folder_of(made.dataset.slug, made.version)
    folder.mkdir(parents=True)
    for resource in made.resources.all():
        (folder / resource.file).write_bytes(f"{made.dataset.slug} {made.version}".encode())
    return made


@pytest.fixture
def october() -> Release:
    with_files(release("incidents", "2026-09"))
    return with_files(release("incidents", "2026-10"))


def test_rows_and_files_go_and_the_stone_stays(october: Release) -> None:
    before = list(Resource.objects.filter(release=october).values())

    stone = withdraw(october, f"  {REASON} ", "One report became confidential.", None)

    assert (stone.reason_id, stone.withdrawn_at is not None) == (REASON, True)
    assert not store.folder_of(SLUG, "2026-10").exists()
    assert store.folder_of(SLUG, "2026-09").exists()
    assert set(ReleasedIncident.objects.values_list("release__version", flat=True)) == {"2026-09"}
    assert list(Resource.objects.filter(release=october).values()) == before
    assert Release.objects.get(pk=october.pk).rows == 3


@pytest.mark.parametrize("recipe", COLUMNS)
def test_every_kind_can_be_withdrawn(recipe: str) -> None:
    made = release(recipe)
    withdraw(made, REASON, "", None)

    with connection.cursor() as cursor:
        for table in [
            name for name in connection.introspection.table_names() if name.startswith("released_")
        ]:
            columns = [
                column.name for column in connection.introspection.get_table_description(cursor, table)
            ]
            if "release_id" in columns and table not in {"released_resource", "released_withdrawal"}:
                cursor.execute(f'SELECT count(*) FROM "{table}" WHERE release_id = %s', [made.pk])
                assert cursor.fetchone() == (0,), table
    assert set(COLUMNS) == set(ROWS)


def test_rows_go_below_a_stone_only(october: Release) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ReleasedIncident.objects.filter(release=october).delete()


def test_when_the_rows_cannot_go_nothing_is_withdrawn(october: Release) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE released_incident RENAME TO elsewhere")
    try:
        with pytest.raises(Exception, match="released_incident"):
            withdraw(october, REASON, "", None)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE elsewhere RENAME TO released_incident")

    assert not Withdrawal.objects.exists()
    assert ReleasedIncident.objects.filter(release=october).count() == 3
    assert (store.folder_of(SLUG, "2026-10") / "kejadian.csv").exists()


def test_what_a_crash_left_is_served_to_nobody_and_swept(october: Release, warga: Client) -> None:
    Withdrawal.objects.create(release=october, reason_id=REASON)  # and then the power went

    assert warga.get(f"{HERE}/rilis/2026-10/kejadian.csv").status_code == 410
    with pytest.raises(Conflict):
        withdraw(october, "Alasan lain.", "", None)

    assert not store.folder_of(SLUG, "2026-10").exists()
    assert sweep_withdrawn(SLUG) == 0
    assert Withdrawal.objects.get().reason_id == REASON


@pytest.mark.parametrize("reason", ["", "  \n", "x" * 2001])
def test_a_reason_is_needed(october: Release, reason: str) -> None:
    with pytest.raises(Invalid):
        withdraw(october, reason, "", None)
    assert not Withdrawal.objects.exists()


def test_people_are_told_in_a_page_and_programs_in_a_problem(october: Release, warga: Client) -> None:
    withdraw(october, REASON, "It became confidential.", None)
    file, page = f"{HERE}/rilis/2026-10/kejadian.csv", f"{HERE}/rilis/2026-10"
    browser = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}

    for path in (file, page):
        shown = warga.get(path, headers=browser)
        assert (shown.status_code, shown["Content-Type"]) == (410, "text/html; charset=utf-8")
        assert REASON in shown.content.decode()
        problem = warga.get(path, headers={"Accept": "application/json"})
        assert (problem.status_code, problem["Content-Type"]) == (
            410,
            "application/problem+json; charset=utf-8",
        )
        told = json.loads(problem.content)
        assert (told["status"], told["detail"], told["version"]) == (410, REASON, "2026-10")
    assert warga.get(file)["Content-Type"].startswith("application/problem+json")  # curl says */*
    assert warga.get(page)["Content-Type"].startswith("text/html")
    assert warga.get(file)["Cache-Control"] == "no-cache"
    warga.cookies["django_language"] = "en"
    assert json.loads(warga.get(file).content)["detail"] == "It became confidential."


def test_not_even_a_part_or_a_not_modified_of_it_is_given(october: Release, warga: Client) -> None:
    etag = warga.head(f"{HERE}/rilis/2026-10/kejadian.csv")["ETag"]
    withdraw(october, REASON, "", None)

    for headers in ({"Range": "bytes=0-3"}, {"If-None-Match": etag}):
        assert warga.get(f"{HERE}/rilis/2026-10/kejadian.csv", headers=headers).status_code == 410


def test_the_lasting_address_leads_past_what_was_withdrawn(october: Release, warga: Client) -> None:
    withdraw(october, REASON, "", None)

    assert warga.get(f"{HERE}/terbaru/kejadian.csv")["Location"] == f"{HERE}/rilis/2026-09/kejadian.csv"


def test_before_it_is_said_what_remains(october: Release) -> None:
    release("incidents", "2026-10", version="2026-10-r1", revision=1)

    remains = what_remains(october)

    assert [other.version for other in remains.others] == ["2026-10-r1"]
    assert (remains.files, remains.size) == (1, len("contoh-incidents 2026-10"))
    assert any("2026-10-r1" in sentence for sentence in remains.sentences)


def run(*argv: str) -> str:
    out = io.StringIO()
    call_command("withdraw", *argv, stdout=out)
    return out.getvalue()


def test_the_command_tells_and_does_it_only_when_it_is_told_to(october: Release) -> None:
    with pytest.raises(CommandError, match="--yes"):
        run(SLUG, "2026-10", "--reason", REASON)
    assert not Withdrawal.objects.exists()

    said = run(SLUG, "2026-10", "--reason", REASON, "--yes")

    assert "Salinan" in said
    assert said.strip().endswith("contoh-incidents 2026-10 sudah ditarik.")
    assert Withdrawal.objects.get().release == october
    with pytest.raises(CommandError, match="sudah ditarik"):
        run(SLUG, "2026-10", "--reason", REASON, "--yes")
    with pytest.raises(CommandError, match="tidak memiliki versi"):
        run(SLUG, "2026-11", "--reason", REASON, "--yes")


def test_who_withdrew_is_logged_by_number(
    october: Release, walidata: User, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "kentongan.opendata"):
        withdraw(october, REASON, "", walidata)

    assert f"release {october.pk} was withdrawn by user {walidata.pk}" in caplog.text
    assert walidata.email not in caplog.text
