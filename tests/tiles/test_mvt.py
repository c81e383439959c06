from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import shapely
from django.contrib.auth.models import User
from django.db import connection

from geo.errors import NotFound
from geo.models import Agency, City, Edition
from incidents.access import events_of, incidents_of, staff
from incidents.models import Camera, Category, CctvEvent, Incident
from tests.conftest import IN_KEBONSARI, IN_KEPEL
from tests.tiles.cases import reported, seen
from tests.tiles.mvt import decoded
from tiles.filters import Filters
from tiles.mvt import get_tile
from tiles.scope import Scope, scope_of

ALL = Filters()


def address(lon: float, lat: float, z: int) -> tuple[int, int, int]:
    """The tile over a point."""
    n = 2**z
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * n
    return z, int((lon + 180) / 360 * n), int(y)


def city_tile(z: int = 10) -> tuple[int, int, int]:
    return address(112.92, -7.66, z)


@pytest.fixture
def whole_city(categories: dict[str, Category]) -> Scope:
    return Scope(Incident.objects.all(), CctvEvent.objects.all())


def test_areas_carry_code_name_and_level(city: City, tmp_path: Path) -> None:
    found = decoded(get_tile("areas", *city_tile(10), None, ALL), "areas", tmp_path)

    assert {(one["code"], one["name"], one["level"]) for one in found} >= {
        ("99.01", "Kota Contoh", "kabupaten_kota"),
        ("99.01.02", "Timur", "kecamatan"),
        ("99.01.01.1001", "Kebonsari", "kelurahan_desa"),
    }
    assert all(shapely.is_valid(one["geometry"]) for one in found)


@pytest.mark.parametrize(
    ("zoom", "levels"),
    [
        (5, {"kabupaten_kota"}),
        (8, {"kabupaten_kota", "kecamatan"}),
        (12, {"kabupaten_kota", "kecamatan", "kelurahan_desa"}),
    ],
)
def test_levels_appear_with_the_zoom(city: City, tmp_path: Path, zoom: int, levels: set[str]) -> None:
    found = decoded(get_tile("areas", *city_tile(zoom), None, ALL), "areas", tmp_path)
    assert {one["level"] for one in found} == levels


def test_only_the_active_edition_is_drawn(city: City) -> None:
    Edition.objects.update(status=Edition.Status.RETIRED)
    assert get_tile("areas", *city_tile(), None, ALL) == b""


def test_neighbours_share_their_border_after_simplifying(city: City, tmp_path: Path) -> None:
    found = decoded(get_tile("areas", *city_tile(11), None, ALL), "areas", tmp_path)
    shape = {one["name"]: one["geometry"] for one in found}

    shared = shapely.intersection(shapely.boundary(shape["Kebonsari"]), shapely.boundary(shape["Bakalan"]))
    assert shapely.length(shared) > 100
    assert shapely.area(shapely.intersection(shape["Kebonsari"], shape["Bakalan"])) == 0


def test_each_name_is_written_once_however_many_tiles_an_area_covers(city: City, tmp_path: Path) -> None:
    z, x, y = city_tile(13)
    names: list[str] = []
    for dx in range(-3, 4):
        for dy in range(-3, 4):
            folder = tmp_path / f"{dx}{dy}"
            folder.mkdir()
            tile = get_tile("areas", z, x + dx, y + dy, None, ALL)
            names += [one["name"] for one in decoded(tile, "area-names", folder)] if tile else []

    assert sorted(names) == sorted(
        ["Kota Contoh", "Barat", "Timur", "Kebonsari", "Mayangan", "Bakalan", "Kepel"]
    )


def test_an_incident_is_drawn_where_it_is_with_its_state(whole_city: Scope, tmp_path: Path) -> None:
    incident = reported("banjir")
    z, x, y = address(*IN_KEBONSARI, 16)

    (one,) = decoded(get_tile("incidents", z, x, y, whole_city, ALL), "incidents", tmp_path)

    assert {key: one[key] for key in ("id", "category", "status", "state", "source", "late", "count")} == {
        "id": incident.pk, "category": "banjir", "status": "diterima", "state": "baru", "source": "warga",
        "late": False, "count": 1,
    }  # fmt: skip
    lon = (x + one["geometry"].x / 4096) / 2**z * 360 - 180
    assert lon == pytest.approx(IN_KEBONSARI[0], abs=1e-5)


def test_nobodys_words_are_in_a_tile(whole_city: Scope) -> None:
    incident = reported()
    tile = get_tile("incidents", *address(*IN_KEBONSARI, 16), whole_city, ALL)
    complaint = incident.complaints.get()
    assert complaint.tracking_code.encode() not in tile
    assert b"menumpuk" not in tile


def test_late_means_open_past_the_deadline(whole_city: Scope, tmp_path: Path) -> None:
    past = datetime.now(UTC) - timedelta(days=2)
    reported(due_at=past)
    reported(due_at=past, phase=Incident.Phase.RESOLVED, resolved_at=past)
    reported(phase=Incident.Phase.WORKING)

    found = decoded(
        get_tile("incidents", *address(*IN_KEBONSARI, 16), whole_city, ALL), "incidents", tmp_path
    )

    assert sorted((one["state"], one["late"]) for one in found) == [
        ("dikerjakan", False),
        ("selesai", False),
        ("terlambat", True),
    ]


def test_at_low_zoom_one_point_stands_for_its_pixel(whole_city: Scope, tmp_path: Path) -> None:
    for _i in range(5):
        reported()
    reported(at=IN_KEPEL)

    found = decoded(get_tile("incidents", *city_tile(10), whole_city, ALL), "incidents", tmp_path)

    assert sorted(one["count"] for one in found) == [1, 5]


@pytest.mark.parametrize("layer", ["incidents", "heat"])
def test_a_point_on_the_line_between_tiles_is_drawn_once(
    whole_city: Scope, tmp_path: Path, layer: str
) -> None:
    z, x, y = address(*IN_KEBONSARI, 15)
    edge = (x + 1) / 2**z * 360 - 180  # the line between this tile and its neighbour in the east
    for shift in (-2e-7, -1e-7, 0, 1e-7):
        reported(at=(edge + shift, IN_KEBONSARI[1]))

    drawn = 0
    for column in (x, x + 1):
        folder = tmp_path / str(column)
        folder.mkdir()
        tile = get_tile(layer, z, column, y, whole_city, ALL)
        for one in decoded(tile, layer, folder) if tile else []:
            assert 0 <= one["geometry"].x < 4096
            drawn += one.get("weight", 1)
    assert drawn == 4


def test_heat_gathers_what_lies_together(whole_city: Scope, tmp_path: Path) -> None:
    for _i in range(3):
        reported()
    reported(at=IN_KEPEL)
    reported(at=None)  # known by kelurahan only: nothing to draw

    found = decoded(get_tile("heat", *city_tile(11), whole_city, ALL), "heat", tmp_path)

    assert sorted(one["weight"] for one in found) == [1, 3]


def test_heat_of_cameras_counts_their_events(whole_city: Scope, camera: Camera, tmp_path: Path) -> None:
    reported(at=IN_KEPEL)
    for i in range(4):
        seen(camera, f"e{i}")

    (one,) = decoded(get_tile("heat", *city_tile(11), whole_city, Filters(kind="cctv")), "heat", tmp_path)

    assert one["weight"] == 4


def test_cameras_tell_what_they_mostly_saw(whole_city: Scope, camera: Camera, tmp_path: Path) -> None:
    for i, klass in enumerate(["sampah", "sampah", "genangan"]):
        seen(camera, f"e{i}", klass)

    (one,) = decoded(get_tile("cctv", *city_tile(), whole_city, ALL), "cctv", tmp_path)

    assert (one["camera"], one["class"], one["count"]) == ("TPS-01", "sampah", 3)


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(category="sampah"), 2),
        (Filters(category="lingkungan"), 3),
        (Filters(category="tidak-ada"), 0),
        (Filters(agency="bpbd"), 1),
        (Filters(kind="warga"), 3),
        (Filters(since=date.today() - timedelta(days=3)), 2),
        (Filters(until=date.today() - timedelta(days=3)), 1),
    ],
)
def test_filters_leave_what_fits(whole_city: Scope, tmp_path: Path, filters: Filters, expected: int) -> None:
    reported("sampah")
    reported("banjir")
    reported("sampah", days_ago=20)

    tile = get_tile("heat", *city_tile(), whole_city, filters)

    assert sum(one["weight"] for one in (decoded(tile, "heat", tmp_path) if tile else [])) == expected


def test_a_period_is_days_of_the_city_with_both_ends(whole_city: Scope, tmp_path: Path) -> None:
    # 17:30 UTC is half past midnight of the next day in Jakarta.
    reported(opened_at=datetime(2026, 11, 19, 17, 30, tzinfo=UTC))
    reported(opened_at=datetime(2026, 11, 20, 16, 59, tzinfo=UTC))
    reported(opened_at=datetime(2026, 11, 20, 17, 0, tzinfo=UTC))
    day = Filters(since=date(2026, 11, 20), until=date(2026, 11, 20))

    (one,) = decoded(get_tile("heat", *city_tile(), whole_city, day), "heat", tmp_path)

    assert one["weight"] == 2


def viewer_scope(user: User) -> Scope:
    class Request:
        pass

    request: Any = Request()
    request.user = User.objects.select_related("member__agency").get(pk=user.pk)
    return scope_of(staff(request))


@pytest.mark.parametrize("layer", ["incidents", "heat"])
def test_an_agency_sees_its_own_only(
    categories: dict[str, Category], kepala_dlh: User, petugas_lain: User, tmp_path: Path, layer: str
) -> None:
    reported("sampah")

    assert get_tile(layer, *city_tile(), viewer_scope(kepala_dlh), ALL) != b""
    assert get_tile(layer, *city_tile(), viewer_scope(petugas_lain), ALL) == b""


def test_a_camera_event_is_seen_by_the_cameras_agency_and_by_who_holds_the_case(
    camera: Camera, agencies: dict[str, Agency]
) -> None:
    incident = reported("banjir")
    seen(camera, "e1", incident=incident)

    def sees(code: str) -> bool:
        scope = Scope(incidents_of(agencies[code]), events_of(agencies[code]))
        return get_tile("cctv", *city_tile(), scope, ALL) != b""

    assert (sees("dlh"), sees("pupr"), sees("pkm-timur")) == (True, True, False)


def test_a_staff_layer_without_a_scope_is_a_programming_error(city: City) -> None:
    with pytest.raises(PermissionError):
        get_tile("heat", 0, 0, 0, None, ALL)


def test_an_unknown_layer_does_not_exist(city: City) -> None:
    with pytest.raises(NotFound):
        get_tile("rahasia", 0, 0, 0, None, ALL)


@pytest.mark.parametrize("zoom", [10, 16])
@pytest.mark.parametrize("layer", ["incidents", "heat"])
def test_the_same_content_gives_the_same_bytes_however_it_is_planned(
    whole_city: Scope, layer: str, zoom: int
) -> None:
    for i in range(40):
        reported(at=(IN_KEBONSARI[0] + i * 1e-5, IN_KEBONSARI[1] - i * 1e-5))
    tile = (layer, *address(*IN_KEBONSARI, zoom), whole_city, ALL)
    before = get_tile(*tile)

    Incident.objects.filter(pk__lt=Incident.objects.latest("pk").pk - 20).update(updated_at=datetime.now(UTC))
    with connection.cursor() as cursor:  # rows lie elsewhere now, and are found another way
        cursor.execute(
            "SET LOCAL enable_hashagg = off; SET LOCAL enable_seqscan = off; ANALYZE incidents_incident"
        )

    assert get_tile(*tile) == before
