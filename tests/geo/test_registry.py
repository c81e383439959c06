from __future__ import annotations

import os
import subprocess
import sys
import threading
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection
from django.test import Client

from geo import registry
from geo.editions import activate
from geo.locate import Locator
from geo.map_version import bump_map_version
from geo.models import Agency, Area, City, Edition, ServiceArea
from geo.registry import current_locator, forget_locator, load_locator
from tests.conftest import IN_KEBONSARI, OUTSIDE


@pytest.fixture(autouse=True)
def asked_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "CHECK_SECONDS", -1.0)


def test_a_running_process_follows_a_new_edition(city: City) -> None:
    assert current_locator().edition == "uji"
    old = Edition.objects.get()
    Edition.objects.filter(pk=old.pk).update(status=Edition.Status.RETIRED)
    new = Edition.objects.create(name="baru", status=Edition.Status.ACTIVE)
    Area.objects.filter(edition=old).update(edition=new)
    assert current_locator().edition == "uji"

    bump_map_version()

    assert current_locator().edition == "baru"


def test_while_a_map_is_made_ready_the_others_go_on_with_the_old_one(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = current_locator()
    bump_map_version()
    met: list[Locator] = []

    def slow() -> Locator:
        other = threading.Thread(target=lambda: met.append(current_locator()))
        other.start()
        other.join(timeout=30)
        return load_locator()

    monkeypatch.setattr(registry, "load_locator", slow)

    assert current_locator() is not before
    assert met == [before]


def test_a_map_that_cannot_be_made_leaves_the_one_before(
    city: City, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    before = current_locator()
    bump_map_version()

    def broken() -> Locator:
        raise ValueError("rusak")

    monkeypatch.setattr(registry, "load_locator", broken)
    assert [current_locator(), current_locator()] == [before, before]
    assert "the one before is used" in caplog.text

    monkeypatch.setattr(registry, "load_locator", load_locator)
    assert current_locator() is not before
    forget_locator()
    monkeypatch.setattr(registry, "load_locator", broken)
    with pytest.raises(ValueError, match="rusak"):
        current_locator()


@pytest.mark.django_db(transaction=True)
def test_another_process_follows_without_a_restart(city: City) -> None:
    program = """
import django, sys, time
django.setup()
from geo.locate import Locator
from geo.registry import current_locator, load_locator
print(current_locator().edition, flush=True)
while current_locator().edition == "uji":
    time.sleep(0.05)
print(current_locator().edition, flush=True)
"""
    env = {**os.environ, "DATABASE_URL": url_of_test_database()}
    with subprocess.Popen(
        [sys.executable, "-c", program], env=env, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout
        assert other.stdout.readline() == "uji\n"
        areas = list(Area.objects.all())
        new = Edition.objects.create(name="baru")
        for area in areas:
            area.pk, area.edition = None, new
            area.save()
        activate(new)
        assert other.stdout.readline() == "baru\n"


def url_of_test_database() -> str:
    """The address that the tests themselves use, as another process needs it."""
    name = str(connection.settings_dict["NAME"])
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))


def test_a_process_follows_changed_service_areas(city: City, agencies: dict[str, Agency]) -> None:
    before = [s.agency for s in current_locator().locate(*IN_KEBONSARI).service_areas]
    ServiceArea.objects.create(agency=agencies["dlh"], category="sampah", area_code="99.01", priority=3)
    bump_map_version()

    after = [s.agency for s in current_locator().locate(*IN_KEBONSARI).service_areas]

    assert before == ["pkm-barat"]
    assert after == ["dlh", "pkm-barat"]


def test_locate_tells_kelurahan_kecamatan_and_service_areas(city: City, agencies: dict[str, Agency]) -> None:
    lon, lat = IN_KEBONSARI
    answer = Client().get("/api/v1/locate", {"lon": str(lon), "lat": str(lat)})

    assert answer.status_code == 200
    assert answer.json() == {
        "inside": True,
        "edition": "uji",
        "kelurahan": {"code": "99.01.01.1001", "name": "Kebonsari"},
        "kecamatan": {"code": "99.01.01", "name": "Barat"},
        "service_areas": [{"agency": "pkm-barat", "category": "jentik", "name": "Puskesmas Barat"}],
        "approximate": False,
        "nearest": None,
        "plus_code": "6P4J8WJ6+22",
    }


def test_locate_names_the_nearest_of_a_point_outside(city: City) -> None:
    lon, lat = OUTSIDE
    answer = Client().get("/api/v1/locate", {"lon": str(lon), "lat": str(lat)}).json()

    assert answer["inside"] is False
    assert answer["kelurahan"] is None
    assert answer["nearest"]["kelurahan"]["code"] == "99.01.02.1002"
    assert answer["nearest"]["distance_m"] > 50_000


@pytest.mark.parametrize(
    "query", ["", "lon=112.9", "lon=181&lat=0", "lon=NaN&lat=0", "lon=a&lat=0", "lon=0&lat=-91"]
)
def test_locate_refuses_what_is_no_position(city: City, query: str) -> None:
    answer = Client().get(f"/api/v1/locate?{query}")

    assert answer.status_code == 400
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert answer.json()["errors"]
