"""Cases that new borders left without a place: an operator chooses the kelurahan, and the case follows."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.utils import timezone

from geo.models import Edition
from incidents.models import Category, Doubt, Relocation
from tests.conftest import signed_in
from tests.incidents.made import case
from tests.incidents.relocated import leads


def test_the_operator_places_a_doubted_case_by_its_kelurahan(
    categories: dict[str, Category], operator: User
) -> None:
    incident = case("jentik", at=None, kelurahan="99.01.01.1001")
    run = Relocation.objects.create(edition=Edition.objects.get(), requested_at=timezone.now())
    Doubt.objects.create(relocation=run, incident=incident, reason=Doubt.Reason.SPLIT)
    client = signed_in(operator)
    page = client.get("/meja/tanpa-tempat")
    assert f"#{incident.pk}" in page.content.decode()

    wrong = client.post(f"/meja/kasus/{incident.pk}/tempat", {"kelurahan": "99.99"})
    assert (wrong.status_code, Doubt.objects.count()) == (422, 1)
    seen = page.context["cases"][0].seen
    answer = client.post(f"/meja/kasus/{incident.pk}/tempat", {"kelurahan": "99.01.02.1002", "seen": seen})
    assert answer.status_code == 302
    incident.refresh_from_db()
    assert (incident.kelurahan, leads(incident)) == ("Kepel", ["pkm-timur"])
    assert "Semua kejadian punya tempat" in client.get("/meja/tanpa-tempat").content.decode()


def test_only_operators_place_doubted_cases(categories: dict[str, Category], petugas_dlh: User) -> None:
    assert signed_in(petugas_dlh).get("/meja/tanpa-tempat").status_code == 403
