"""Where a file's areas are, and that nothing of elsewhere is put in force unasked."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
import shapely
from django.core.management import CommandError, call_command
from django.utils import translation

from geo.boundaries import read_boundaries
from geo.models import Area, City, Edition
from tests.geo.made_files import villages, write

CENTRE = (112.91, -7.69)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def served(city: City) -> City:
    """The city under the code that the made files have."""
    City.objects.update(code="35.75")
    return city


def load(path: Path, *options: str) -> str:
    out = StringIO()
    call_command("load_areas", str(path), "--edition", "baru", *options, stdout=out, stderr=out)
    return out.getvalue()


def next_zone(path: Path) -> Path:
    """The city in metres of UTM 49S, said to be UTM 50S: 6° farther east."""
    return write(villages().to_crs("EPSG:32749").set_crs("EPSG:32750", allow_override=True), path)


def in_force() -> list[str]:
    return list(Edition.objects.filter(status="active").values_list("name", flat=True))


def test_the_report_has_the_place_and_how_far_it_is_from_the_city(tmp_path: Path) -> None:
    path = write(villages(), tmp_path / "a.geojson")
    _areas, report = read_boundaries(path, near=(112.91, -7.78))
    line = next(line for line in report.as_text().splitlines() if line.startswith("Place"))
    assert (
        "-7.7000 … -7.6800, 112.9000 … 112.9200 (latitude, longitude), in the middle -7.6900, 112.9100"
        in line
    )
    assert line.endswith("10 km from the centre of the city served here")
    assert report.as_json()["place"]["km"] == pytest.approx(9.95, abs=0.1)
    _areas, report = read_boundaries(path)
    assert "from the centre" not in report.as_text()


@pytest.mark.parametrize("name", ["a.gpkg", "a.shp"])
def test_a_system_of_the_next_zone_is_left_to_a_person_with_the_distance(tmp_path: Path, name: str) -> None:
    _areas, report = read_boundaries(next_zone(tmp_path / name), near=CENTRE)
    decision = report.decisions()[0]
    assert decision.startswith("4 kelurahan and desa lie more than 100 km from the centre")
    assert "66" in decision[decision.index("(the middle of the file:") :]
    assert "is the coordinate system right? 35.75.01.1001, " in decision


def test_one_area_far_away_is_named(tmp_path: Path) -> None:
    shapes = villages().geometry.tolist()
    shapes[2] = shapely.transform(shapes[2], lambda xy: xy + 1.2)
    _areas, report = read_boundaries(write(villages(geometry=shapes), tmp_path / "a.gpkg"), near=CENTRE)
    assert report.place.far == ["35.75.02.1001"]
    assert any(text.startswith("1 kelurahan or desa lies more than 100 km") for text in report.decisions())


def test_nothing_far_away_is_put_in_force_unless_a_person_says_so(served: City, tmp_path: Path) -> None:
    path = next_zone(tmp_path / "a.gpkg")
    with pytest.raises(CommandError, match="is the coordinate system right") as caught:
        load(path, "--activate")
    assert "--yes" in str(caught.value)
    assert in_force() == ["uji"]
    assert not Edition.objects.filter(name="baru").exists()
    assert "is the coordinate system right" in load(path)
    assert in_force() == ["uji"]
    load(path, "--activate", "--yes")
    assert in_force() == ["baru"]


def test_the_right_system_is_put_in_force_without_asking(served: City, tmp_path: Path) -> None:
    load(next_zone(tmp_path / "a.gpkg"), "--crs", "EPSG:32749", "--activate")
    assert in_force() == ["baru"]


def test_another_city_is_not_put_in_force_unless_a_person_says_so(city: City, tmp_path: Path) -> None:
    path = write(villages(), tmp_path / "a.gpkg")
    with pytest.raises(CommandError, match=r"None of it is Kota Contoh \(99\.01\)"):
        load(path, "--activate")
    assert in_force() == ["uji"]
    load(path, "--activate", "--yes")
    assert in_force() == ["baru"]


def test_without_facts_of_the_city_the_borders_in_force_say_where_it_is(db: None, tmp_path: Path) -> None:
    load(write(villages(), tmp_path / "a.gpkg"), "--activate")
    assert in_force() == ["baru"]
    with pytest.raises(CommandError, match="is the coordinate system right"):
        load(next_zone(tmp_path / "b.gpkg"), "--edition", "lain", "--activate")


def test_a_first_city_is_loaded_wherever_it_is(db: None, tmp_path: Path) -> None:
    load(next_zone(tmp_path / "a.gpkg"), "--activate")
    assert in_force() == ["baru"]
    assert Area.objects.filter(level=Area.Level.VILLAGE).count() == 4
