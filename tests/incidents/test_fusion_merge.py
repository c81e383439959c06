from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from geo.errors import Conflict, Invalid, NotFound
from geo.models import Agency
from incidents.access import visible_incidents
from incidents.assigning import assign
from incidents.filing import Contact
from incidents.fusion import near
from incidents.fusion.following import follow
from incidents.fusion.merge import merge
from incidents.fusion.offers import offers
from incidents.fusion.reading import story_entries
from incidents.fusion.suggest import suggestions
from incidents.fusion.undo import not_the_same, split, undo
from incidents.models import Assignment, Category, Complaint, Entry, ExcludedAgency, Incident, Notice
from incidents.visibility import exclude
from tests.conftest import IN_KEBONSARI, signed_in
from tests.incidents.made import case, do, viewer

LON, LAT = IN_KEBONSARI
pytestmark = pytest.mark.django_db
Categories = dict[str, Category]


def pair(**newer: Any) -> tuple[Incident, Incident]:
    """Two cases 33 m apart, the older first."""
    near.forget_small()
    older = case(age=timedelta(days=3), contact=Contact(email="satu@contoh.example"))
    usual: dict[str, Any] = {"at": (LON + 0.0003, LAT), "age": timedelta(days=1)}
    return older, case(**usual | newer)


def kinds(complaint: Complaint) -> list[str]:
    return [entry.kind for entry in story_entries(Complaint.objects.get(pk=complaint.pk))]


def test_the_older_goes_on_and_every_reporter_keeps_code_words_and_history(
    categories: Categories, operator: User, petugas_dlh: User
) -> None:
    older, newer = pair(anonymous=True, contact=Contact(email="dua@contoh.example"))
    theirs = newer.complaints.get()
    do(petugas_dlh, newer, Entry.Kind.ANSWERED, at=timezone.now() - timedelta(hours=2))
    done = merge(newer, older.pk, viewer(operator))
    assert (done.kept, done.other) == (older, newer)
    moved = older.complaints.get(pk=theirs.pk)
    assert (moved.tracking_code, moved.anonymous, moved.description) == (
        theirs.tracking_code, True, theirs.description,
    )  # fmt: skip
    assert moved.reporter.email == "dua@contoh.example"
    assert kinds(moved) == ["received", "assigned", "answered", "merged"]
    do(petugas_dlh, Incident.objects.get(pk=older.pk), Entry.Kind.RESOLVED)
    assert kinds(moved)[-1] == "resolved"
    told = Notice.objects.filter(to=Notice.To.REPORTER, entry__kind=Entry.Kind.RESOLVED)
    assert {one.complaint.reporter.email for one in told if one.complaint} == {
        "satu@contoh.example", "dua@contoh.example",
    }  # fmt: skip


def test_what_was_merged_is_in_no_list_figure_or_tile(
    categories: Categories, operator: User, petugas_dlh: User
) -> None:
    older, newer = pair()
    merge(older, newer.pk, viewer(operator))
    assert list(Incident.objects.all()) == [older]
    for user in (operator, petugas_dlh):
        page = signed_in(user).get("/meja?status=semua").content.decode()
        assert f'data-case="{older.pk}"' in page
        assert f'data-case="{newer.pk}"' not in page
    assert signed_in(operator).get(f"/meja/kasus/{newer.pk}")["Location"] == f"/meja/kasus/{older.pk}"


def test_a_merge_is_undone_with_nothing_lost(
    categories: Categories, operator: User, agencies: dict[str, Agency]
) -> None:
    older, newer = pair()
    assign(newer, agencies["bpbd"], Assignment.Role.SUPPORT, viewer(operator))
    (offer, *_more) = [one for one in offers(newer.kelurahan_code, categories["sampah"], timezone.now())]
    follower = follow(offer.handle)
    before = state(older, newer)
    done = merge(older, newer.pk, viewer(operator))
    assert agencies["bpbd"] in older.holders()
    undo(older, done.pk, viewer(operator))
    assert state(older, newer) == before
    follower.refresh_from_db()
    assert follower.incident == newer
    with pytest.raises(Conflict):
        undo(older, done.pk, viewer(operator))
    assert kinds(newer.complaints.get())[-2:] == ["merged", "split"]


def state(*cases: Incident) -> list[object]:
    """All of cases that a merge could change."""
    found: list[object] = []
    for one in cases:
        row = Incident.objects.get(pk=one.pk)
        held = row.assignments.order_by("pk").values_list("agency", "role", "status")
        reports = row.complaints.order_by("pk").values_list("pk", "tracking_code", "confidential")
        found.append((row.due_at, row.phase, row.source, row.confidential, list(held), list(reports)))
    return found


def test_what_is_late_stays_late(categories: Categories, operator: User) -> None:
    older, newer = pair()
    early = timezone.now() - timedelta(days=1)
    Incident.objects.filter(pk=newer.pk).update(due_at=early)
    done = merge(older, newer.pk, viewer(operator))
    assert Incident.objects.get(pk=older.pk).due_at == early
    undo(older, done.pk, viewer(operator))
    assert Incident.objects.get(pk=older.pk).due_at == older.due_at


def test_what_cannot_be_merged_is_refused_in_words(categories: Categories, operator: User) -> None:
    who = viewer(operator)
    older, newer = pair()
    with pytest.raises(Invalid):
        merge(older, older.pk, who)
    with pytest.raises(NotFound):
        merge(older, 987654321, who)
    Incident.objects.filter(pk=newer.pk).update(kelurahan_code="88.02.01.1001")
    with pytest.raises(Invalid, match="kota lain"):
        merge(older, newer.pk, who)
    Incident.objects.filter(pk=newer.pk).update(kelurahan_code=older.kelurahan_code)
    third = case(at=(LON + 0.0005, LAT))
    merge(older, newer.pk, who)
    with pytest.raises(Conflict):
        merge(third, newer.pk, who)


def test_two_operators_at_once_get_one_merge_and_one_conflict(categories: Categories, operator: User) -> None:
    older, newer = pair()
    seen = max(older.entries.values_list("pk", flat=True))
    merge(older, newer.pk, viewer(operator), seen)
    third = case(at=(LON + 0.0005, LAT))
    with pytest.raises(Conflict):
        merge(older, third.pk, viewer(operator), seen)
    assert Incident.objects.count() == 2


def test_a_confidential_report_makes_all_of_it_confidential_and_only_knowingly(
    categories: Categories, operator: User
) -> None:
    older, newer = pair(confidential=True)
    with pytest.raises(Conflict):
        merge(older, newer.pk, viewer(operator))
    done = merge(older, newer.pk, viewer(operator), secret=True)
    assert Incident.objects.get(pk=older.pk).confidential
    undo(older, done.pk, viewer(operator))
    assert not Incident.objects.get(pk=older.pk).confidential


def test_no_other_agency_gets_to_see_a_confidential_report_by_a_merge(
    categories: Categories, operator: User, agencies: dict[str, Agency]
) -> None:
    older, newer = pair(confidential=True)
    assign(older, agencies["bpbd"], Assignment.Role.SUPPORT, viewer(operator))
    with pytest.raises(Conflict, match="BPBD"):
        merge(older, newer.pk, viewer(operator), secret=True)


def test_an_agency_that_a_report_is_about_sees_it_by_no_merge(
    categories: Categories, operator: User, agencies: dict[str, Agency]
) -> None:
    older, newer = pair()
    ExcludedAgency.objects.create(incident=newer, agency=agencies["dlh"], at=timezone.now())
    with pytest.raises(Conflict, match="DLH"):
        merge(older, newer.pk, viewer(operator))


def test_who_is_kept_out_of_the_common_case_stays_out_of_both_when_the_merge_is_undone(
    categories: Categories, operator: User, petugas_dlh: User, agencies: dict[str, Agency]
) -> None:
    older, newer = pair()
    done = merge(older, newer.pk, viewer(operator))
    exclude(viewer(operator), older.pk, agencies["dlh"])
    undo(older, done.pk, viewer(operator))
    for one in Incident.objects.all():
        assert list(one.excluded.values_list("agency__code", flat=True)) == ["dlh"]
        assert one.holders() == []
        with pytest.raises(Conflict):
            assign(one, agencies["dlh"], Assignment.Role.LEAD, viewer(operator))
    assert not visible_incidents(viewer(petugas_dlh)).exists()
    split_entry = newer.entries.get(kind=Entry.Kind.SPLIT)
    assert not split_entry.notices.filter(to=Notice.To.AGENCY).exists()


def test_who_came_in_with_the_other_case_and_was_kept_out_since_stays_out_of_this_one(
    categories: Categories, operator: User, agencies: dict[str, Agency]
) -> None:
    older, newer = pair()
    ExcludedAgency.objects.create(incident=newer, agency=agencies["bpbd"], at=timezone.now())
    done = merge(older, newer.pk, viewer(operator))
    ExcludedAgency.objects.filter(incident=older).delete()
    exclude(viewer(operator), older.pk, agencies["bpbd"])
    undo(older, done.pk, viewer(operator))
    assert older.excluded.get().agency == newer.excluded.get().agency == agencies["bpbd"]


def test_who_is_kept_out_is_kept_out_of_what_is_split_off(
    categories: Categories, operator: User, agencies: dict[str, Agency]
) -> None:
    older, newer = pair()
    theirs = newer.complaints.get()
    merge(older, newer.pk, viewer(operator))
    ExcludedAgency.objects.create(incident=older, agency=agencies["bpbd"], at=older.opened_at)
    own = split(older, [theirs.pk], viewer(operator)).other
    kept_out = own.excluded.get()
    assert (kept_out.agency, kept_out.by, kept_out.at) == (agencies["bpbd"], None, older.opened_at)
    with pytest.raises(Conflict):
        assign(own, agencies["bpbd"], Assignment.Role.SUPPORT, viewer(operator))


def test_reports_are_split_off_and_brought_back(
    categories: Categories, operator: User, petugas_dlh: User
) -> None:
    older, newer = pair()
    theirs = newer.complaints.get()
    merge(older, newer.pk, viewer(operator))
    with pytest.raises(Invalid):
        split(older, [], viewer(operator))
    with pytest.raises(Invalid):
        split(older, list(older.complaints.values_list("pk", flat=True)), viewer(operator))
    done = split(older, [theirs.pk], viewer(operator))
    own = Incident.objects.get(pk=done.other_id)
    assert own.holders() == older.holders()
    assert own.due_at == Incident.objects.get(pk=older.pk).due_at
    do(petugas_dlh, own, Entry.Kind.ANSWERED)
    assert kinds(theirs)[-1] == "answered"
    assert "answered" not in kinds(older.complaints.get())
    undo(older, done.pk, viewer(operator))
    assert older.complaints.count() == 2
    assert "answered" in kinds(theirs)


def test_suggestions_say_why(categories: Categories, operator: User) -> None:
    older, newer = pair(description="Sampah menumpuk di depan pasar, baunya menyengat sekali.")
    case("banjir", at=(LON + 0.0006, LAT), description="Air masuk rumah warga setinggi lutut.")
    case(at=(LON + 0.009, LAT))
    found = suggestions(newer)
    assert found[0].incident == older
    reasons = " | ".join(found[0].reasons)
    assert "33 m" in reasons or "34 m" in reasons
    assert "topik sama" in reasons
    assert "menumpuk" in reasons
    assert all(one.incident.pk != newer.pk for one in found)
    not_the_same(newer, older.pk, viewer(operator))
    assert older not in [one.incident for one in suggestions(newer)]
    assert newer not in [one.incident for one in suggestions(older)]


def test_the_desk_merges_splits_and_undoes(categories: Categories, operator: User, petugas_dlh: User) -> None:
    older, newer = pair()
    desk = signed_in(operator)
    page = desk.get(f"/meja/kasus/{newer.pk}").content.decode()
    assert "Mungkin masalah yang sama" in page
    assert f"/meja/kasus/{older.pk}" in page
    seen = max(newer.entries.values_list("pk", flat=True))
    merged = desk.post(f"/meja/kasus/{newer.pk}/gabung", {"other": f"#{older.pk}", "seen": seen})
    assert (merged.status_code, merged["Location"]) == (302, f"/meja/kasus/{older.pk}")
    fusion = older.fusions.get()
    page = desk.get(f"/meja/kasus/{older.pk}").content.decode()
    assert f'name="fusion" value="{fusion.pk}"' in page
    assert desk.post(f"/meja/kasus/{older.pk}/gabung", {"other": older.pk}).status_code == 422
    assert desk.post(f"/meja/kasus/{older.pk}/gabung", {"other": newer.pk}).status_code == 409
    assert desk.post(f"/meja/kasus/{older.pk}/gabung", {"other": "x"}).status_code == 422
    assert (
        signed_in(petugas_dlh).post(f"/meja/kasus/{older.pk}/batal-gabung", {"fusion": fusion.pk}).status_code
        == 403
    )
    assert desk.post(f"/meja/kasus/{older.pk}/batal-gabung", {"fusion": fusion.pk}).status_code == 302
    assert Incident.objects.count() == 2
    assert desk.post(f"/meja/kasus/{older.pk}/bukan-sama", {"other": newer.pk}).status_code == 302
