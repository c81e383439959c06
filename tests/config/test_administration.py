"""The administration: for superusers only, and each page of it opens."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.contrib.gis.geos import Point
from django.test import Client
from django.urls import reverse

from geo.models import Agency, Edition, MapVersion, ServiceArea
from incidents.models import Camera, Category, Member, Token
from incidents.tokens import issue
from tests.conftest import PASSWORD, signed_in, square

SHOWN = ["geo_agency", "geo_servicearea", "geo_edition", "incidents_category", "incidents_camera", "incidents_rule",
         "incidents_token", "auth_user"]  # fmt: skip


@pytest.fixture
def pengelola(city: object) -> Client:
    return signed_in(User.objects.create_superuser("akar", "akar@contoh.example", PASSWORD))


def version() -> int:
    return MapVersion.objects.values_list("version", flat=True).first() or 0


@pytest.mark.parametrize("name", SHOWN)
def test_every_list_opens_with_rows_and_every_row(
    pengelola: Client, camera: Camera, petugas_dlh: User, name: str
) -> None:
    issue(Token.Kind.AGENCY, "dlh")
    listing = pengelola.get(reverse(f"admin:{name}_changelist"))
    assert listing.status_code == 200
    assert listing.context["cl"].result_count > 0
    row = listing.context["cl"].result_list[0]
    answer = pengelola.get(reverse(f"admin:{name}_change", args=[row.pk]))
    assert answer.status_code == (403 if name == "incidents_token" else 200)


@pytest.mark.parametrize("name", [one for one in SHOWN if one != "geo_edition"])
def test_every_form_for_something_new_opens(pengelola: Client, camera: Camera, name: str) -> None:
    assert pengelola.get(reverse(f"admin:{name}_add")).status_code == 200


def test_only_superusers_get_in(petugas_dlh: User, operator: User, client: Client, city: object) -> None:
    assert client.get("/pengelola/", follow=True).redirect_chain[-1][0] == "/masuk?next=%2Fpengelola%2F"
    staff = User.objects.create_user("staf", "staf@contoh.example", PASSWORD, is_staff=True)
    for user in (petugas_dlh, operator, staff):
        answer = signed_in(user).get("/pengelola/", follow=True)
        assert answer.status_code == 403
        for name in SHOWN:
            assert signed_in(user).get(reverse(f"admin:{name}_changelist")).status_code == 302


def test_it_is_branded_and_shows_no_machinery(pengelola: Client) -> None:
    page = pengelola.get("/pengelola/").content.decode()
    assert "Pengelola Kentongan" in page
    assert "procrastinate" not in page
    assert "Django" not in page


def test_cases_and_reporters_are_not_in_it(pengelola: Client) -> None:
    registered = {model._meta.label for model in admin.site._registry}
    assert not registered & {
        "incidents.Incident",
        "incidents.Complaint",
        "incidents.Reporter",
        "incidents.Photo",
    }


def test_a_new_token_is_shown_once_and_its_hash_never(pengelola: Client, agencies: dict[str, Agency]) -> None:
    answer = pengelola.post(reverse("admin:incidents_token_add"), {"kind": "agency", "subject": "dlh"})
    page = answer.content.decode()
    text = page.split('<code class="issued-token">', 1)[1].split("<", 1)[0]

    assert "no-store" in answer["Cache-Control"]
    assert Client().get("/api/v1/incidents", headers={"Authorization": f"Bearer {text}"}).status_code == 200
    listing = pengelola.get(reverse("admin:incidents_token_changelist")).content.decode()
    digest = Token.objects.get().digest
    for secret in (text, digest):
        assert secret not in listing
    assert digest not in page


@pytest.mark.parametrize("subject", ["", "tidak-ada"])
def test_no_token_is_made_for_nobody(pengelola: Client, agencies: dict[str, Agency], subject: str) -> None:
    answer = pengelola.post(reverse("admin:incidents_token_add"), {"kind": "agency", "subject": subject})
    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors["subject"]
    assert not Token.objects.exists()


def test_tokens_are_revoked_from_the_list(pengelola: Client, agencies: dict[str, Agency]) -> None:
    text = issue(Token.Kind.AGENCY, "dlh")
    chosen = {"action": "revoke_tokens", "_selected_action": [Token.objects.get().pk]}
    pengelola.post(reverse("admin:incidents_token_changelist"), chosen)
    assert Client().get("/api/v1/incidents", headers={"Authorization": f"Bearer {text}"}).status_code == 401


def account(**changes: str) -> dict[str, Any]:
    return {
        "email": "Baru@Contoh.example", "first_name": "Budi", "last_name": "Santoso", "usable_password": "true",
        "password1": PASSWORD, "password2": PASSWORD, "member-TOTAL_FORMS": "1", "member-INITIAL_FORMS": "0",
        "member-0-role": "petugas", "member-0-agency": "",
    } | changes  # fmt: skip


def test_an_account_made_here_can_sign_in_at_once(pengelola: Client, agencies: dict[str, Agency]) -> None:
    answer = pengelola.post(
        reverse("admin:auth_user_add"), account(**{"member-0-agency": str(agencies["dlh"].pk)})
    )

    assert answer.status_code == 302, answer.context["errors"]
    user = User.objects.get(email="baru@contoh.example")
    assert (user.username, user.member.role, user.member.agency) == (user.email, "petugas", agencies["dlh"])
    signed = Client().post("/masuk", {"login": "baru@contoh.example", "password": PASSWORD})
    assert signed["Location"] == "/meja"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"member-0-role": "petugas", "member-0-agency": ""}, "OPD"),
        ({"email": "AKAR@contoh.example"}, "alamat ini"),
        ({"password2": "lain-sekali-123"}, "sandi"),
    ],
)
def test_an_account_that_cannot_be_is_refused(
    pengelola: Client, agencies: dict[str, Agency], changes: dict[str, str], told: str
) -> None:
    answer = pengelola.post(reverse("admin:auth_user_add"), account(**changes))
    assert answer.status_code == 200
    assert told in answer.content.decode()
    assert User.objects.count() == 1


def test_a_role_of_the_city_takes_no_agency(pengelola: Client, agencies: dict[str, Agency]) -> None:
    wrong = account(**{"member-0-role": "operator", "member-0-agency": str(agencies["dlh"].pk)})
    assert pengelola.post(reverse("admin:auth_user_add"), wrong).status_code == 200
    assert not Member.objects.exists()


def test_running_servers_hear_of_a_changed_service_area(
    pengelola: Client, agencies: dict[str, Agency], categories: dict[str, Category]
) -> None:
    before = version()
    area = ServiceArea.objects.get(agency=agencies["pkm-barat"])
    changed = {
        "agency": area.agency_id,
        "category": "jentik",
        "name": "Barat",
        "area_code": "99.01.02",
        "priority": 5,
    }
    pengelola.post(reverse("admin:geo_servicearea_change", args=[area.pk]), changed)
    area.refresh_from_db()
    assert (area.area_code, version()) == ("99.01.02", before + 1)

    pengelola.post(reverse("admin:geo_servicearea_delete", args=[area.pk]), {"post": "yes"})
    assert version() == before + 2


def test_a_code_that_is_nowhere_is_no_service_area(pengelola: Client, agencies: dict[str, Agency]) -> None:
    data = {"agency": agencies["dlh"].pk, "category": "", "name": "", "area_code": "99.99", "priority": 0}
    answer = pengelola.post(reverse("admin:geo_servicearea_add"), data)
    assert answer.context["adminform"].form.errors["area_code"]


def test_a_polygon_keeps_its_place_when_its_row_is_edited(
    pengelola: Client, agencies: dict[str, Agency]
) -> None:
    area = ServiceArea.objects.create(agency=agencies["dlh"], name="Zona", geom=square(112.9, -7.68))
    data = {
        "agency": area.agency_id,
        "category": "",
        "name": "Zona A",
        "area_code": "99.01.01",
        "priority": 0,
    }
    pengelola.post(reverse("admin:geo_servicearea_change", args=[area.pk]), data)
    area.refresh_from_db()
    assert (area.name, area.area_code, area.geom is not None) == ("Zona A", "", True)


def test_a_camera_is_placed_by_numbers(pengelola: Client, camera: Camera) -> None:
    address = reverse("admin:incidents_camera_change", args=[camera.pk])
    assert pengelola.get(address).context["adminform"].form.initial["lon"] == pytest.approx(112.91)
    data = {"code": camera.code, "name": camera.name, "lon": "112.925", "lat": "-7.655", "active": "on"}
    pengelola.post(address, data)
    camera.refresh_from_db()
    assert camera.location == Point(112.925, -7.655, srid=4326)

    answer = pengelola.post(address, data | {"lon": "1129"})
    assert answer.context["adminform"].form.errors["lon"]


def test_editions_are_only_read(pengelola: Client) -> None:
    edition = Edition.objects.get()
    assert pengelola.get(reverse("admin:geo_edition_add")).status_code == 403
    assert (
        pengelola.post(reverse("admin:geo_edition_change", args=[edition.pk]), {"name": "lain"}).status_code
        == 403
    )
    assert (
        pengelola.post(reverse("admin:geo_edition_delete", args=[edition.pk]), {"post": "yes"}).status_code
        == 403
    )


def test_what_cases_name_is_switched_off_never_deleted(
    pengelola: Client, categories: dict[str, Category], camera: Camera
) -> None:
    for name, pk in (
        ("geo_agency", Agency.objects.first()), ("incidents_category", Category.objects.first()),
        ("incidents_camera", camera), ("auth_user", User.objects.first()),
    ):  # fmt: skip
        assert pk is not None
        answer = pengelola.post(reverse(f"admin:{name}_delete", args=[pk.pk]), {"post": "yes"})
        assert answer.status_code == 403
