"""Anonymous and confidential stick; opening takes two persons; others never count a confidential case."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.cache import cache
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone

from geo.city import city_zone
from geo.errors import Conflict
from geo.models import Agency
from geo.registry import current_locator
from incidents.access import incidents_of, visible_incidents
from incidents.assigning import assign
from incidents.citizen.topics import counted_codes
from incidents.figures.period import last_days
from incidents.filing import Contact
from incidents.fusion.offers import offers
from incidents.fusion.reading import story_entries
from incidents.models import (
    Assignment,
    Category,
    Complaint,
    Entry,
    ExcludedAgency,
    Incident,
    Notice,
    PrivacyRequest,
)
from incidents.notify import entries_told
from opendata.definitions import defined
from opendata.forecasts import forecast
from opendata.weeks import Period
from tests.conftest import person, signed_in
from tests.incidents.made import TEXT, case, do, viewer
from tiles.filters import Filters
from tiles.heatmap import figures
from tiles.scope import scope_of

Categories = dict[str, Category]
BUDI = Contact("Budi", "budi@warga.example", "")
REASON = "Pelapor meminta lewat telepon agar laporannya dibuka."


@pytest.fixture
def secret(categories: Categories) -> Complaint:
    return case(confidential=True, anonymous=True, contact=BUDI).complaints.get()


@pytest.fixture
def second(categories: Categories) -> User:
    return person("operator_dua", "operator")


def ask(client: Client, complaint: Complaint, what: str = "confidential", reason: str = REASON) -> int:
    wanted = {"do": "minta", "what": f"{complaint.pk}:{what}", "reason": reason}
    return client.post(f"/meja/kasus/{complaint.incident_id}/privasi", wanted).status_code


def decide(client: Client, word: str = "setuju") -> int:
    request = PrivacyRequest.objects.get(decided_at=None)
    return client.post(f"/meja/privasi/{request.pk}", {"do": word}).status_code


def test_one_person_alone_cannot_open_a_report(secret: Complaint, operator: User) -> None:
    desk = signed_in(operator)
    assert ask(desk, secret) == 302
    assert REASON in desk.get("/meja/privasi").content.decode()

    assert decide(desk) == 403

    secret.refresh_from_db()
    assert secret.confidential
    assert Incident.objects.get().confidential


def test_two_persons_open_it_and_the_reporter_is_told(
    secret: Complaint, operator: User, second: User, warga: Client
) -> None:
    ask(signed_in(operator), secret)

    assert decide(signed_in(second)) == 302

    secret.refresh_from_db()
    assert (secret.confidential, secret.anonymous) == (False, True)
    assert not Incident.objects.get().confidential
    told = Entry.objects.get(kind=Entry.Kind.PRIVACY, public=True)
    assert [notice.complaint for notice in told.notices.all()] == [secret]
    assert "rahasia" in warga.get(f"/lacak/{secret.tracking_code}").content.decode()
    assert told.data == {"lowered": ["confidential"]}


def test_the_second_person_can_leave_it_as_it_is(secret: Complaint, operator: User, second: User) -> None:
    ask(signed_in(operator), secret, "anonymous")

    assert decide(signed_in(second), "tolak") == 302

    secret.refresh_from_db()
    assert secret.anonymous
    assert not Notice.objects.filter(entry__kind=Entry.Kind.PRIVACY).exists()
    assert ask(signed_in(second), secret, "anonymous") == 302  # and it can be asked again


def test_asking_needs_a_reason_an_operator_and_something_to_lower(
    secret: Complaint, operator: User, petugas_dlh: User, categories: Categories
) -> None:
    desk = signed_in(operator)
    assert ask(desk, secret, reason="buka") == 422
    assert ask(desk, secret, what="semua") == 422
    assert ask(signed_in(petugas_dlh), secret) == 403
    assert ask(desk, case().complaints.get()) == 409
    assert ask(desk, secret) == 302
    assert ask(desk, secret) == 409
    assert PrivacyRequest.objects.count() == 1


def test_the_database_knows_that_two_persons_are_two(secret: Complaint, operator: User) -> None:
    now = timezone.now()
    with pytest.raises(IntegrityError):
        PrivacyRequest.objects.create(
            complaint=secret, what="confidential", reason=REASON, asked_by=operator, asked_at=now,
            decided_by=operator, decided_at=now, granted=True,
        )  # fmt: skip


def test_a_case_stays_confidential_while_one_of_its_reports_is(
    secret: Complaint, operator: User, second: User
) -> None:
    other = Complaint.objects.create(
        incident=secret.incident, tracking_code="0000-0000-0000-0001", channel="web", confidential=True,
        received_at=timezone.now(),
    )  # fmt: skip
    ask(signed_in(operator), secret)
    decide(signed_in(second))

    assert Incident.objects.get().confidential
    assert other.confidential


def test_the_reporter_raises_it_later_and_cannot_lower_it(categories: Categories, warga: Client) -> None:
    complaint = case().complaints.get()
    page = f"/lacak/{complaint.tracking_code}/privasi"
    assert warga.get(page).status_code == 200

    assert warga.post(page, {"do": "lindungi", "confidential": "1"}).status_code == 302
    assert warga.post(page, {"do": "lindungi"}).status_code == 422

    complaint.refresh_from_db()
    assert (complaint.confidential, complaint.anonymous) == (True, False)
    incident = Incident.objects.get()
    assert incident.confidential
    raised = incident.entries.get(kind=Entry.Kind.PRIVACY)
    assert [notice.agency.code for notice in raised.notices.all() if notice.agency] == ["dlh"]


# -- agencies that a report is about ---------------------------------------------------------------
def keep_out(
    client: Client, incident: Incident, code: str = "dlh", do: str = "kecualikan", reason: str = ""
) -> int:
    said = {"do": do, "agency": code, "reason": reason}
    return client.post(f"/meja/kasus/{incident.pk}/privasi", said).status_code


def test_an_agency_that_is_kept_out_loses_the_case_everywhere(
    categories: Categories, operator: User, petugas_dlh: User
) -> None:
    incident = case()
    assert keep_out(signed_in(operator), incident) == 302

    assert signed_in(petugas_dlh).get(f"/meja/kasus/{incident.pk}").status_code == 404
    assert not visible_incidents(viewer(petugas_dlh)).exists()
    assert incident.assignments.get().status == Assignment.Status.RELEASED
    assert all(entries_told(one) == [] for one in Notice.objects.filter(agency__code="dlh"))
    with pytest.raises(Conflict):
        assign(incident, Agency.objects.get(code="dlh"), Assignment.Role.LEAD, viewer(operator))
    assert keep_out(signed_in(operator), incident) == 409


def test_it_sees_nothing_even_where_an_assignment_is_left(categories: Categories, agencies: Any) -> None:
    incident = case()
    ExcludedAgency.objects.create(incident=incident, agency=agencies["dlh"], at=timezone.now())

    assert not incidents_of(agencies["dlh"]).exists()


@pytest.mark.parametrize("by_reporter", [True, False])
def test_letting_it_in_again_takes_two_operators_and_the_reporter_is_told(
    categories: Categories, operator: User, second: User, warga: Client, *, by_reporter: bool
) -> None:
    incident = case(contact=BUDI, about="dlh" if by_reporter else "")
    if not by_reporter:
        keep_out(signed_in(operator), incident)
    one, two = signed_in(operator), signed_in(second)

    assert keep_out(two, incident, do="setuju-masuk") == 409
    assert keep_out(one, incident, do="izinkan") == 422
    assert keep_out(one, incident, do="izinkan", reason=REASON) == 302
    assert keep_out(one, incident, do="setuju-masuk") == 403
    assert incident.excluded.count() == 1
    assert REASON in two.get("/meja/privasi").content.decode()
    assert REASON in two.get(f"/meja/kasus/{incident.pk}/privasi").content.decode()

    assert keep_out(two, incident, do="tolak-masuk") == 302
    assert incident.excluded.count() == 1
    assert keep_out(one, incident, do="izinkan", reason=REASON) == 302
    assert keep_out(two, incident, do="setuju-masuk") == 302
    assert not incident.excluded.exists()
    told = incident.entries.get(kind=Entry.Kind.PRIVACY, public=True)
    assert [notice.complaint for notice in told.notices.all()] == [incident.complaints.get()]
    code = incident.complaints.get().tracking_code
    assert "Boleh menerima kasus lagi" in warga.get(f"/lacak/{code}").content.decode()
    assert keep_out(two, incident, do="izinkan", reason=REASON) == 404


@pytest.mark.parametrize("way", ["api", "web"])
def test_a_report_about_an_agency_never_reaches_it(
    categories: Categories, warga: Client, operator: User, way: str
) -> None:
    said: dict[str, Any] = {
        "category": "sampah", "description": TEXT, "kelurahan": "99.01.01.1001", "about_agency": "dlh",
    }  # fmt: skip
    if way == "api":
        answer = warga.post("/api/v1/complaints", said, content_type="application/json")
        assert answer.json()["agencies"] == []
    else:
        answer = warga.post("/lapor", said | {"action": "send"})
    assert answer.status_code in (201, 303)

    incident = Incident.objects.get()
    assert not incident.assignments.exists()
    assert not Notice.objects.filter(to=Notice.To.AGENCY).exists()
    assert incident.excluded.get().agency.code == "dlh"
    told = incident.entries.get(kind=Entry.Kind.PRIVACY)
    assert (told.public, told.data["excluded"][0]["code"]) == (False, "dlh")
    timeline = signed_in(operator).get(f"/meja/kasus/{incident.pk}").content.decode()
    assert "karena laporan menyangkut" in timeline
    code = incident.complaints.get().tracking_code
    assert told.pk not in [one.pk for one in story_entries(incident.complaints.get())]
    assert warga.get(f"/lacak/{code}").status_code == 200


def test_the_page_tells_before_sending_that_it_does_not_go_there(
    categories: Categories, warga: Client
) -> None:
    asked = "/lapor/tujuan?category=sampah&kelurahan=99.01.01.1001"

    assert "Dinas Lingkungan Hidup" in warga.get(asked).content.decode()
    assert "Dinas Lingkungan Hidup" not in warga.get(f"{asked}&about_agency=dlh").content.decode()


def test_an_agency_that_does_not_exist_is_refused(categories: Categories, warga: Client) -> None:
    said = {"category": "sampah", "description": TEXT, "kelurahan": "99.01.01.1001", "about_agency": "kpk"}
    answer = warga.post("/api/v1/complaints", said, content_type="application/json")

    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["about_agency"]


# -- what is counted -------------------------------------------------------------------------------
def measured(operator: User, leader: User, other: Agency) -> dict[str, Any]:
    """Every number, map and list that somebody outside a case's own agencies can get."""
    cache.clear()
    period = last_days(30)
    filters = Filters().during(period.since, period.until)
    found: dict[str, Any] = {"held by another": list(incidents_of(other).values_list("pk", flat=True))}
    for user in (operator, leader):
        scope = scope_of(viewer(user))
        client = signed_in(user)
        found[user.username] = [
            figures.totals(scope.incidents, period),
            [row.figures for row in figures.by_area(scope.incidents, period)],
            figures.by_category(scope.incidents, period),
            figures.hottest(scope, filters),
            [client.get(f"/tiles/{layer}/12/3332/2135.mvt").content for layer in ("incidents", "heat")],
            client.get("/pimpinan/peta/kelurahan.csv").content,
            client.get("/pimpinan/angka/kelurahan.csv").content,
        ]
    placement = current_locator().locate(112.91, -7.67)
    assert placement.kelurahan
    sampah = Category.objects.get(code="sampah")
    found["offers"] = [one.week for one in offers(placement.kelurahan.code, sampah, timezone.now())]
    found["most used"] = counted_codes()
    found["open data"] = released_rows()
    return found


def released_rows() -> int:
    """How many cases a release of this month will tell of, once it is over."""
    month = Period.month_of(timezone.now(), city_zone())
    with time_machine.travel(month.end(city_zone()), tick=False):
        return len(forecast(defined("kejadian-ruang-publik"), str(month)).frame)


def test_no_number_map_or_offer_outside_knows_of_a_confidential_case(
    categories: Categories, operator: User, agencies: dict[str, Agency]
) -> None:
    leader = person("walikota", "pimpinan")
    case()
    before = measured(operator, leader, agencies["pupr"])
    assert before["open data"] == 1
    assert all(before["walikota"][4])  # the tiles hold the plain case

    canary = case(confidential=True)

    assert measured(operator, leader, agencies["pupr"]) == before
    assert visible_incidents(viewer(operator)).filter(pk=canary.pk).exists()  # at the desk it is there
    case()
    assert measured(operator, leader, agencies["pupr"]) != before  # and the comparison can see one


def test_nobody_outside_finds_a_page_of_a_case(categories: Categories, warga: Client, walidata: User) -> None:
    incident = case()
    paths = [f"/meja/kasus/{incident.pk}", f"/kasus/{incident.pk}", f"/api/v1/incidents/{incident.pk}"]

    for path in paths:
        assert warga.get(path).status_code in (302, 401, 404)
        assert signed_in(walidata).get(path).status_code in (403, 404)


def test_an_answer_in_a_confidential_case_is_told_without_its_topic(
    secret: Complaint, petugas_dlh: User
) -> None:
    entry = do(petugas_dlh, secret.incident, Entry.Kind.ANSWERED)

    assert entry.notices.filter(complaint=secret).exists()
    assert entry.released_at is None
