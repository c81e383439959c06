from __future__ import annotations

import threading
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
import shapely
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import translation

from geo.boundaries import read_boundaries
from geo.editions import activate, load_edition
from geo.errors import Conflict
from geo.map_version import bump_map_version
from geo.models import Area, City, Edition, MapVersion, ServiceArea
from geo.registry import current_locator, load_locator
from tests.geo.made_files import cell, villages, write

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def city(city: City) -> City:
    """Kota Contoh under the code that the made files have."""
    City.objects.update(code="35.75")
    city.refresh_from_db()
    return city


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write(villages(), tmp_path / "batas.geojson")


def load(path: Path, *options: str) -> str:
    out = StringIO()
    call_command("load_areas", str(path), *options, stdout=out, stderr=out)
    return out.getvalue()


def counts() -> tuple[int, int, int]:
    version = MapVersion.objects.values_list("version", flat=True).first() or 0
    return Edition.objects.count(), Area.objects.count(), version


def test_a_file_becomes_a_draft_beside_the_active_edition(city: City, file: Path) -> None:
    told = load(file, "--edition", "2026-01")
    edition = Edition.objects.get(name="2026-01")
    assert edition.status == Edition.Status.DRAFT
    assert Edition.objects.get(status=Edition.Status.ACTIVE).name == "uji"
    assert list(edition.areas.order_by("code").values_list("code", "name", "level", "parent_code"))[:4] == [
        ("35.75", "Kota Contoh", "kabupaten_kota", "35"),
        ("35.75.01", "Gadingrejo", "kecamatan", "35.75"),
        ("35.75.01.1001", "Karangketug", "kelurahan_desa", "35.75.01"),
        ("35.75.01.1002", "Gentong", "kelurahan_desa", "35.75.01"),
    ]
    assert edition.report["counts"] == {"kabupaten_kota": 1, "kecamatan": 2, "kelurahan_desa": 4}
    assert edition.source == "batas.geojson"
    assert "Kelurahan and desa    4" in told
    assert "is loaded (draft)" in told


def test_shapes_and_label_points_come_through_unchanged(file: Path) -> None:
    load(file, "--edition", "a")
    frame, _report = read_boundaries(file)
    for area in Area.objects.all():
        stored = shapely.from_wkb(bytes(area.geom.wkb))
        assert stored.equals(frame.set_index("code").geometry[area.code])
        assert stored.contains(shapely.Point(area.label_point.coords))
        assert area.geom_3857.srid == 3857


def test_activation_retires_the_edition_before_and_the_locator_follows(city: City, file: Path) -> None:
    old = current_locator()
    load(file, "--edition", "2026-01", "--activate", "--approximate", "--source", "BIG 2025")
    assert dict(Edition.objects.values_list("name", "status")) == {"uji": "retired", "2026-01": "active"}
    edition = Edition.objects.get(name="2026-01")
    assert edition.activated_at is not None
    assert (edition.approximate, edition.source) == (True, "BIG 2025")
    middle = cell(1, 0).centroid
    assert not old.locate(middle.x, middle.y).inside
    found = load_locator().locate(middle.x, middle.y)
    assert found.kelurahan is not None
    assert (found.edition, found.kelurahan.code) == ("2026-01", "35.75.01.1002")


def test_every_change_of_the_map_raises_its_version(city: City, file: Path) -> None:
    before = counts()[2]
    load(file, "--edition", "2026-01")
    loaded = counts()[2]
    activate(Edition.objects.get(name="2026-01"))
    assert before < loaded < counts()[2]
    assert bump_map_version() == counts()[2]


def test_a_dry_run_reports_and_loads_nothing(city: City, file: Path) -> None:
    before = counts()
    told = load(file, "--edition", "2026-01", "--activate", "--dry-run")
    assert "Kelurahan and desa    4" in told
    assert "Nothing was loaded" in told
    assert counts() == before


def test_the_same_file_under_the_same_name_changes_nothing(file: Path) -> None:
    load(file, "--edition", "2026-01", "--activate")
    pks = set(Area.objects.values_list("pk", flat=True))
    told = load(file, "--edition", "2026-01", "--activate")
    assert "already holds these areas (active)" in told
    assert set(Area.objects.values_list("pk", flat=True)) == pks


def test_a_retired_edition_comes_back_with_its_own_file(city: City, file: Path, tmp_path: Path) -> None:
    load(file, "--edition", "lama", "--activate")
    load(write(villages(name=list("abcd")), tmp_path / "b.geojson"), "--edition", "baru", "--activate")
    load(file, "--edition", "lama", "--activate")
    assert Edition.objects.get(status=Edition.Status.ACTIVE).name == "lama"
    assert Edition.objects.count() == 3


def test_a_draft_is_replaced_and_an_edition_in_use_is_not(city: City, file: Path, tmp_path: Path) -> None:
    other = write(villages(name=["Lain", "b", "c", "d"]), tmp_path / "b.geojson")
    load(file, "--edition", "2026-01")
    load(other, "--edition", "2026-01", "--activate")
    assert Area.objects.get(edition__name="2026-01", code="35.75.01.1001").name == "Lain"
    before = counts()
    for name in ("2026-01", "uji"):
        with pytest.raises(CommandError, match="choose a new name"):
            load(file, "--edition", name)
    assert counts() == before


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        (
            {"code": ["35.75.01.1001", "35.75.01.1001", "35.75.02.1001", "35.75.02.1002"]},
            r"batas\.geojson, feature 2 \(35\.75\.01\.1001, Gentong\): .* twice",
        ),
        ({"code": ["35.75.01.1001", "35.75.01.1002", "35.75.02.1001", ""]}, "feature 4 .*no code"),
        ({"geometry": [cell(0, 0), cell(1, 0), cell(0, 1), cell(1, 1).centroid]}, "feature 4 .*Point"),
    ],
)
def test_a_refused_file_leaves_everything_as_it_was(
    city: City, tmp_path: Path, changes: dict[str, list[object]], reason: str
) -> None:
    before = counts()
    with pytest.raises(CommandError, match=reason) as caught:
        load(write(villages(**changes), tmp_path / "batas.geojson"), "--edition", "2026-01", "--activate")
    assert counts() == before
    assert "\n" not in str(caught.value)


def test_a_failure_halfway_leaves_no_part_behind(city: City, file: Path) -> None:
    areas, report = read_boundaries(file)
    before = counts()
    areas.loc[len(areas) - 1, "code"] = areas["code"].iloc[0]
    with pytest.raises(Exception, match="geo_area_code_once_per_edition"):
        load_edition(areas, report, "2026-01")
    connection.needs_rollback = False
    assert counts() == before


def test_an_activation_that_fails_takes_the_edition_back(
    city: City, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(edition: Edition) -> None:
        raise Conflict("busy")

    monkeypatch.setattr("incidents.relocation.order.activate", fails)
    before = counts()
    with pytest.raises(CommandError, match="busy"):
        load(file, "--edition", "2026-01", "--activate")
    assert counts() == before


def test_a_file_of_another_city_is_left_to_a_person(city: City, file: Path) -> None:
    City.objects.update(code="99.01")
    told = load(file, "--edition", "2026-01", "--dry-run")
    assert "None of it is Kota Contoh (99.01)" in told[told.index("What a person must decide") :]
    City.objects.update(code="35.75")
    assert "None of it is" not in load(file, "--edition", "2026-01", "--dry-run")


def test_service_areas_that_lose_their_place_are_told(agencies: object, file: Path) -> None:
    assert ServiceArea.objects.filter(area_code="99.01.01").exists()
    told = load(file, "--edition", "2026-01", "--activate")
    assert "99.01.01, 99.01.02" in told


def test_the_city_gives_its_name_to_a_file_that_does_not(city: City, file: Path) -> None:
    City.objects.update(code="35.75", name="Kota Pasuruan")
    load(file, "--edition", "2026-01")
    assert Area.objects.get(edition__name="2026-01", code="35.75").name == "Kota Pasuruan"


@pytest.mark.parametrize(
    "options", [("--edition", " "), ("--edition", "x" * 81), ("--edition", "a", "--map", "code")]
)
def test_options_that_make_no_sense_are_refused(file: Path, options: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        load(file, *options)
    assert Edition.objects.count() == 0


def test_columns_can_be_named_by_hand(tmp_path: Path) -> None:
    path = write(villages().rename(columns={"code": "kd", "name": "nm"}), tmp_path / "a.geojson")
    load(path, "--edition", "a", "--map", "code=kd", "--map", "name=nm")
    assert Area.objects.filter(code="35.75.02.1001", name="Wirogunan").exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_activations_at_once_the_later_one_holds(file: Path, tmp_path: Path) -> None:
    load(file, "--edition", "a")
    load(write(villages(name=list("abcd")), tmp_path / "b.geojson"), "--edition", "b")
    errors: list[Exception] = []

    def run(name: str) -> None:
        try:
            for _round in range(5):
                activate(Edition.objects.get(name=name))
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(name,)) for name in ("a", "b")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert sorted(Edition.objects.values_list("status", flat=True)) == ["active", "retired"]


@pytest.mark.parametrize("name", ["33.13_kab-karanganyar", "35.78_kota-surabaya"])
def test_a_real_city_is_loaded_whole(shared_data: Path, name: str) -> None:
    load(shared_data / "boundaries" / f"{name}.geojson", "--edition", "nyata", "--activate")
    edition = Edition.objects.get(name="nyata")
    assert edition.areas.count() == sum(edition.report["counts"].values())
    for area in edition.areas.filter(level=Area.Level.VILLAGE)[:20]:
        found = load_locator(edition).locate(*area.label_point.coords)
        assert found.inside
