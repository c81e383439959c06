"""An agency that a report is about meets the case behind no door of the desk, even where it was left in charge."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from openpyxl import load_workbook

from geo.models import Agency
from incidents.models import Category, Entry, ExcludedAgency, Incident
from tests.conftest import signed_in
from tests.incidents.made import case

WORD = "terasi"


@pytest.fixture
def hidden(categories: dict[str, Category], agencies: dict[str, Agency]) -> Incident:
    """A confidential case that agency dlh still leads though a report is about it."""
    incident = case(description=f"Petugas minta {WORD} supaya sampah diangkut.", confidential=True)
    ExcludedAgency.objects.create(incident=incident, agency=agencies["dlh"], at=timezone.now())
    return incident


def read(answer: Any) -> str:
    return (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode("utf-8-sig")


def test_no_page_list_file_or_poll_shows_it_to_the_agency(hidden: Incident, petugas_dlh: User) -> None:
    other = case(description="Karung bekas di selokan depan pasar.", confidential=True)
    desk, number = signed_in(petugas_dlh), str(hidden.pk)
    code = hidden.complaints.get().tracking_code

    for part in ("", "/cetak"):
        assert desk.get(f"/meja/kasus/{number}{part}").status_code == 404
        assert desk.get(f"/meja/kasus/{other.pk}{part}").status_code == 200
    for said in ({"status": "semua"}, {"q": WORD}, {"q": number}, {"q": code}):
        listed = desk.get("/meja", said)
        assert getattr(listed, "url", "") != f"/meja/kasus/{number}"
        assert hidden.pk not in [row.pk for row in listed.context["rows"]], said
        assert listed.context["page"].count == len(listed.context["rows"]), said
        points = desk.get("/meja/kasus.geojson", said).json()["features"]
        assert hidden.pk not in [point.get("id", point["properties"].get("id")) for point in points]
        assert f"#{number}<" not in read(desk.get("/meja/cetak", said))
        assert f"\n{number}," not in read(desk.get("/meja/unduh.csv", said)).replace("\r", "")
    assert "Petugas minta" not in read(desk.get("/meja?status=semua"))
    assert f"#{other.pk}" in read(desk.get("/meja/cetak"))


def test_no_file_of_ticked_cases_bulk_step_or_poll_knows_it(hidden: Incident, petugas_dlh: User) -> None:
    other = case(description="Karung bekas di selokan depan pasar.", confidential=True)
    desk, both = signed_in(petugas_dlh), [hidden.pk, other.pk]

    ticked = read(desk.post("/meja/unduh.csv", {"kasus": both, "query": "status=semua"}))
    assert [line.split(",")[0] for line in ticked.splitlines()[1:]] == [str(other.pk)]
    file: Any = desk.get("/meja/unduh.xlsx?status=semua")
    book: Any = load_workbook(io.BytesIO(b"".join(file.streaming_content)))
    assert [row[0] for row in list(book.active.values)[1:]] == [other.pk]

    outcomes = desk.post("/meja/massal", {"aksi": "terima", "kasus": both}).context["outcomes"]
    assert [one.done for one in outcomes] == [False, True]
    nowhere = desk.post("/meja/massal", {"aksi": "terima", "kasus": [10**9]}).context["outcomes"]
    assert outcomes[0].text == nowhere[0].text
    assert not hidden.entries.filter(kind=Entry.Kind.ACCEPTED).exists()

    assert desk.get(f"/meja/kabar?kasus={hidden.pk}").json()["seen"] == -1
    before = desk.get("/meja/kabar").json()["lists"]
    Incident.objects.filter(pk=hidden.pk).update(updated_at=timezone.now(), confidential=False)
    assert desk.get("/meja/kabar").json()["lists"] == before
