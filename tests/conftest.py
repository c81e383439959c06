"""The cast and the stage: a small made-up city on real PostGIS, and the people who appear in all tests."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.contrib.auth.models import User
from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.db import connections
from django.test import Client

from geo.city import forget_city
from geo.models import Agency, Area, City, Edition, ServiceArea
from geo.registry import forget_locator
from incidents.clocks.usual_rules import install_usual_rules
from incidents.deadlines import forget_deadlines
from incidents.flow import forget_flow, install_default_flow
from incidents.models import Camera, Category, Member, Rule
from tests.emptying import empties_quickly

SHARED = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
PASSWORD = "kentongan-uji-coba"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real test data; tests that need it skip by name, in CI they fail."""
    if not SHARED.is_dir():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{SHARED} is missing")
        pytest.skip("../shared/data is not here")
    return SHARED


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> Iterator[None]:
    """The test database can be dropped at the end: the public readers' pool lets go of it first."""
    with empties_quickly():
        yield
    connections["public"].close_pool()  # type: ignore[attr-defined]  # PostgreSQL's alone, unknown to the stubs


@pytest.fixture(autouse=True)
def stage(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of a test stay in its own folder; nothing of the city is remembered between tests."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.RELEASE_ROOT = tmp_path / "releases"
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]
    settings.BASEMAP_URL = ""
    # Argon2 takes its time on purpose; a test has none to lose.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # Static files are looked up when asked for: listing them all at each client's start takes half a second.
    settings.WHITENOISE_AUTOREFRESH = True
    forget_city()
    forget_locator()
    forget_deadlines()
    forget_flow()
    monkeypatch.setattr("incidents.policy.KEEP_SECONDS", -1.0)
    monkeypatch.setattr(Client, "force_login", force_login)


plain_force_login = Client.force_login


def force_login(client: Client, user: User, backend: str | None = None) -> None:
    """The cast signs in wholly: what a code from their app would have left in the session is put there."""
    plain_force_login(client, user, backend)
    session = client.session
    session["account_authentication_methods_user"] = str(user.pk)
    session["account_authentication_methods"] = [{"method": "mfa", "at": 0, "type": "totp"}]
    session.save()


def square(lon: float, lat: float, size: float = 0.02) -> MultiPolygon:
    """A square of `size` degrees with its south-west corner at lon, lat."""
    return MultiPolygon(Polygon.from_bbox((lon, lat, lon + size, lat + size)), srid=4326)


AREAS = [
    # code, name, level, parent, south-west corner
    ("99.01", "Kota Contoh", "kabupaten_kota", "", (112.90, -7.68), 0.04),
    ("99.01.01", "Barat", "kecamatan", "99.01", (112.90, -7.68), 0.02),
    ("99.01.02", "Timur", "kecamatan", "99.01", (112.92, -7.68), 0.02),
    ("99.01.01.1001", "Kebonsari", "kelurahan_desa", "99.01.01", (112.90, -7.68), 0.02),
    ("99.01.01.1002", "Mayangan", "kelurahan_desa", "99.01.01", (112.90, -7.66), 0.02),
    ("99.01.02.1001", "Bakalan", "kelurahan_desa", "99.01.02", (112.92, -7.68), 0.02),
    ("99.01.02.1002", "Kepel", "kelurahan_desa", "99.01.02", (112.92, -7.66), 0.02),
]
IN_KEBONSARI = (112.91, -7.67)
IN_KEPEL = (112.93, -7.65)
OUTSIDE = (113.5, -7.2)


@pytest.fixture
def city(db: None) -> City:
    """Kota Contoh: two kecamatan, four square kelurahan; the usual workflow."""
    install_default_flow()
    install_usual_rules()
    city = City.objects.create(
        code="99.01",
        name="Kota Contoh",
        zone="Asia/Jakarta",
        center=Point(112.92, -7.66, srid=4326),
        languages=["id", "en"],
        boundaries_licence="CC-BY-4.0",
    )
    edition = Edition.objects.create(name="uji", status=Edition.Status.ACTIVE)
    for code, name, level, parent, (lon, lat), size in AREAS:
        shape = square(lon, lat, size)
        Area.objects.create(
            edition=edition,
            code=code,
            name=name,
            level=level,
            parent_code=parent,
            geom=shape,
            label_point=shape.point_on_surface,
        )
    # A page of the test before may have asked for the map until now, and found none.
    forget_city()
    forget_locator()
    return city


@pytest.fixture
def agencies(city: City) -> dict[str, Agency]:
    """DLH (rubbish), PUPR (roads), BPBD (disasters) and one health centre for each kecamatan."""
    rows = [
        ("dlh", "Dinas Lingkungan Hidup", "DLH", "dinas"),
        ("pupr", "Dinas Pekerjaan Umum dan Penataan Ruang", "PUPR", "dinas"),
        ("bpbd", "Badan Penanggulangan Bencana Daerah", "BPBD", "badan"),
        ("pkm-barat", "Puskesmas Barat", "Puskesmas Barat", "puskesmas"),
        ("pkm-timur", "Puskesmas Timur", "Puskesmas Timur", "puskesmas"),
    ]
    made = {
        code: Agency.objects.create(
            code=code, name=name, short_name=short, kind=kind, email=f"{code}@contoh.example"
        )
        for code, name, short, kind in rows
    }
    for code, area in (("pkm-barat", "99.01.01"), ("pkm-timur", "99.01.02")):
        ServiceArea.objects.create(agency=made[code], category="jentik", area_code=area, name=made[code].name)
    return made


@pytest.fixture
def categories(agencies: dict[str, Agency]) -> dict[str, Category]:
    """sampah → DLH; banjir → PUPR with BPBD; jentik → the health centre of the kecamatan; pungli is closed.

    Reports of one spot stay apart, so that a test can have many at one pin; `joining` is for those about joining.
    """
    group = Category.objects.create(
        code="lingkungan", name_id="Lingkungan", name_en="Environment", sla_days=14, tier="open"
    )
    rows = [
        ("sampah", "Sampah menumpuk", "Piled-up rubbish", "open", "dlh", []),
        ("banjir", "Banjir", "Flood", "open", "pupr", ["bpbd"]),
        ("jentik", "Jentik nyamuk", "Mosquito larvae", "aggregate", None, []),
        ("pungli", "Pungutan liar", "Illegal levies", "closed", "bpbd", []),
    ]
    made = {"lingkungan": group}
    for position, (code, name_id, name_en, tier, lead, support) in enumerate(rows, 1):
        made[code] = Category.objects.create(
            code=code, parent=group, name_id=name_id, name_en=name_en, tier=tier, sla_days=14, position=position,
            lead=agencies[lead] if lead else None, urusan="2.11", join_metres=0,
        )  # fmt: skip
        made[code].support.set([agencies[one] for one in support])
    return made


@pytest.fixture
def joining(categories: dict[str, Category]) -> dict[str, Category]:
    """The same topics, but a report within 10 m of an open case joins it, as in a city."""
    for category in categories.values():
        category.join_metres = 10
        category.save(update_fields=["join_metres"])
    return categories


@pytest.fixture
def camera(categories: dict[str, Category], agencies: dict[str, Agency]) -> Camera:
    """A camera at the rubbish dump of Kebonsari: three sightings of rubbish within an hour open a case."""
    camera = Camera.objects.create(
        code="TPS-01", name="TPS Kebonsari", location=Point(*IN_KEBONSARI, srid=4326), agency=agencies["dlh"]
    )
    Rule.objects.create(
        klass="sampah", category=categories["sampah"], min_count=3, window_minutes=60, min_confidence=0.5
    )
    return camera


def person(name: str, role: str, agency: Agency | None = None) -> User:
    user = User.objects.create_user(name, f"{name}@contoh.example", PASSWORD)
    Member.objects.create(user=user, role=role, agency=agency)
    return user


@pytest.fixture
def operator(city: City) -> User:
    return person("operator", "operator")


@pytest.fixture
def petugas_dlh(agencies: dict[str, Agency]) -> User:
    return person("petugas_dlh", "petugas", agencies["dlh"])


@pytest.fixture
def petugas_lain(agencies: dict[str, Agency]) -> User:
    """An officer of another agency: never sees what is DLH's."""
    return person("petugas_lain", "petugas", agencies["pupr"])


@pytest.fixture
def kepala_dlh(agencies: dict[str, Agency]) -> User:
    return person("kepala_dlh", "kepala", agencies["dlh"])


@pytest.fixture
def walidata(city: City) -> User:
    return person("walidata", "walidata")


@pytest.fixture
def warga(city: City) -> Client:
    """A citizen's browser: nobody is signed in."""
    return Client()


def signed_in(user: User) -> Client:
    """A browser in which this person is signed in."""
    client = Client()
    client.force_login(user)
    return client
