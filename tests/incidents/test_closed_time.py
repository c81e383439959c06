"""What was said while a confidential report was in a case stays covered when the report leaves it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from geo.errors import Conflict
from geo.models import Agency
from incidents.assigning import assign
from incidents.fusion.merge import merge
from incidents.fusion.undo import split, undo
from incidents.models import Assignment, Category, Complaint, Entry, Incident, Note, Photo
from incidents.releases import release, waiting
from tests.conftest import IN_KEBONSARI, person, signed_in
from tests.incidents.made import case, do, viewer

LON, LAT = IN_KEBONSARI
TOLD, SAID = "Kami temui pelapor di rumahnya.", "Saya takut pada tetangga saya."
pytestmark = pytest.mark.django_db


@pytest.fixture
def apart(
    request: pytest.FixtureRequest, categories: dict[str, Category], operator: User, petugas_dlh: User
) -> tuple[Incident, Incident]:
    """An open case and a confidential one that were one for a while, in which an agency and the reporter spoke."""
    older = case(age=timedelta(days=3))
    newer = case(at=(LON + 0.0003, LAT), age=timedelta(days=1), confidential=True)
    secret: Complaint = newer.complaints.get()
    done = merge(older, newer.pk, viewer(operator), secret=True)
    do(petugas_dlh, Incident.objects.get(pk=older.pk), Entry.Kind.RESOLVED, TOLD)
    Entry.objects.create(
        incident=older, at=timezone.now(), kind=Entry.Kind.MESSAGE, complaint=secret,
        note=Note.objects.create(body=SAID), public=True,
    )  # fmt: skip
    if request.param == "undo":
        return older, undo(older, done.pk, viewer(operator)).other
    Incident.objects.filter(pk=older.pk).update(phase="dikerjakan", status="dikerjakan")
    return older, split(older, [secret.pk], viewer(operator)).other


@pytest.mark.parametrize("apart", ["undo", "split"], indirect=True)
def test_who_comes_later_reads_nothing_of_the_confidential_time(
    apart: tuple[Incident, Incident], operator: User, petugas_dlh: User, agencies: dict[str, Agency]
) -> None:
    kept, other = (Incident.objects.get(pk=one.pk) for one in apart)
    assert (kept.confidential, other.confidential) == (False, True)
    photo = Photo.objects.get(entry__incident=kept)
    Incident.objects.filter(pk=kept.pk).update(phase="dikerjakan", status="dikerjakan")
    assign(kept, agencies["bpbd"], Assignment.Role.SUPPORT, viewer(operator))
    later = signed_in(person("petugas_bpbd_baru", "petugas", agencies["bpbd"]))
    shown = later.get(f"/meja/kasus/{kept.pk}")
    assert shown.status_code == 200
    assert TOLD not in shown.content.decode()
    assert later.get(f"/meja/foto/{photo.pk}").status_code == 404
    for who in (operator, petugas_dlh):
        page = signed_in(who).get(f"/meja/kasus/{kept.pk}").content.decode()
        assert TOLD in page
        assert SAID not in page
        assert SAID in signed_in(who).get(f"/meja/kasus/{other.pk}").content.decode()
    assert signed_in(petugas_dlh).get(f"/meja/foto/{photo.pk}").status_code == 200
    auditor = signed_in(person("auditor_baru", "auditor"))
    history = auditor.get(f"/meja/riwayat/{kept.pk}")
    assert history.status_code == 200
    assert TOLD not in history.content.decode()
    answer = kept.entries.get(kind=Entry.Kind.RESOLVED)
    assert answer not in waiting()
    with pytest.raises(Conflict):
        release(viewer(operator), answer.pk)
