"""Everything that is wrong is named, and nothing is loaded in part: through the command, against the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from django.core.management import CommandError, call_command
from django.utils import translation

from geo.models import Area, City, Edition, MapVersion
from tests.geo.made_files import cell, villages, write

pytestmark = pytest.mark.django_db

CODES = ["35.75.01.1001", "35.75.01.1002", "35.75.02.1001", "35.75.02.1002"]
SHAPES = villages().geometry.tolist()
LINE = shapely.Polygon(
    [SHAPES[3].exterior.coords[0], SHAPES[3].exterior.coords[1], SHAPES[3].exterior.coords[0]]
)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def load(path: Path, *options: str) -> str:
    out = StringIO()
    call_command(
        "load_areas",
        str(path),
        "--edition",
        "2026-01",
        "--activate",
        "--yes",
        *options,
        stdout=out,
        stderr=out,
    )
    return out.getvalue()


def contents() -> list[Any]:
    """What is stored of places, each row as it is."""
    return [list(model.objects.order_by("pk").values()) for model in (Edition, Area, MapVersion)]


def geojson(**changes: Any) -> Callable[[Path], Path]:
    return lambda folder: write(villages(**changes), folder / "batas.geojson")


def cut(name: str) -> Callable[[Path], Path]:
    def made(folder: Path) -> Path:
        path = write(villages(), folder / name)
        path.write_bytes(path.read_bytes()[:-300])
        return path

    return made


def huge(folder: Path) -> Path:
    path = write(villages(), folder / "batas.shp")
    with path.open("r+b") as file:
        file.truncate(2 * 1024**3)
    return path


def metres(folder: Path) -> Path:
    path = write(villages().to_crs("EPSG:23836"), folder / "batas.shp")
    path.with_suffix(".prj").unlink()
    return path


WRONG: list[tuple[str, Callable[[Path], Path], list[str]]] = [
    (
        "codes twice",
        geojson(code=[CODES[0], CODES[1], CODES[0], CODES[1]]),
        ["feature 3 (35.75.01.1001, Wirogunan): the code 35.75.01.1001 comes twice, first in feature 1", "feature 4"],
    ),
    ("empty geometry", geojson(geometry=[None, *SHAPES[1:3], shapely.Polygon()]), ["feature 1 (", "feature 4 ("]),
    ("nothing left", geojson(geometry=[*SHAPES[:3], LINE]), ["35.75.02.1002 Purworejo: its polygon cannot be"]),
    (
        "many things at once",
        geojson(code=["", "35", CODES[2], CODES[3]], name=["a", "b", "", "d"], geometry=[*SHAPES[:3], None]),
        ["4 things", "feature 1 (", "has no code", "feature 2 (", "province", "feature 3 (", "no name", "feature 4 ("],
    ),
    (
        "levels that disagree with their codes",
        geojson(code=[*CODES[:2], "35.75.02", "35.75"]),
        ["feature 3 (35.75.02,", "of level kecamatan", "feature 4 (35.75,", "of level kabupaten_kota"],
    ),
    ("lines and points", geojson(geometry=[*SHAPES[:2], SHAPES[2].centroid, SHAPES[3].exterior]),
     ["feature 3 (", "Point", "feature 4 (", "LineString"]),
    ("a cut Shapefile", cut("batas.zip"), ["batas.zip: the archive cannot be opened"]),
    ("a cut GeoPackage", cut("batas.gpkg"), ["batas.gpkg"]),
    ("2 GB", huge, ["batas.shp: it is too large: 2.0 GB"]),
    ("metres of nowhere", metres, ["batas.shp: its coordinates are not on the globe", "--crs EPSG:23836"]),
]  # fmt: skip


@pytest.mark.parametrize(("_what", "made", "told"), WRONG, ids=[what for what, _made, _told in WRONG])
def test_what_is_wrong_is_told_and_nothing_is_loaded(
    city: City, tmp_path: Path, _what: str, made: Callable[[Path], Path], told: list[str]
) -> None:
    before = contents()
    with pytest.raises(CommandError) as caught:
        load(made(tmp_path))
    assert contents() == before
    text = str(caught.value)
    assert text.startswith("batas.")
    places = [text.find(words) for words in told]
    assert -1 not in places, text


def test_of_very_many_faults_the_first_twenty_are_shown_and_all_are_counted(
    city: City, tmp_path: Path
) -> None:
    frame = pd.concat([villages()] * 10, ignore_index=True)
    with pytest.raises(CommandError) as caught:
        load(write(gpd.GeoDataFrame(frame), tmp_path / "batas.geojson"))
    lines = str(caught.value).splitlines()
    assert lines[0] == "batas.geojson: 36 things to put right"
    assert len(lines) == 22
    assert lines[-1].strip() == "… and 16 more"


def test_features_of_other_cities_may_be_wrong(city: City, tmp_path: Path) -> None:
    frame = villages(
        code=[*CODES[:2], "35.76.01.1001", "35.76.01.1001"],
        parent_code=[None] * 4,
        geometry=[*SHAPES[:2], None, SHAPES[3]],
    )
    load(write(frame, tmp_path / "batas.geojson"), "--within", "35.75")
    assert Area.objects.filter(edition__name="2026-01", level=Area.Level.VILLAGE).count() == 2


def test_bow_ties_and_self_crossings_are_loaded_whole_and_told_with_their_places(
    city: City, tmp_path: Path
) -> None:
    west, south, east, north = SHAPES[0].bounds
    bow_tie = shapely.Polygon([(west, south), (east, north), (east, south), (west, north)])
    west, south, east, north = SHAPES[1].bounds
    loop = [(west, south), (east, south), (east, north), (west + 0.004, south - 0.001), (west, north)]
    told = load(
        write(villages(geometry=[bow_tie, shapely.Polygon(loop), *SHAPES[2:]]), tmp_path / "batas.geojson")
    )
    section = told[told.index("What was repaired") : told.index("How the kelurahan meet")]
    assert "35.75.01.1001 Karangketug: its border crosses itself @ -7.695000, 112.905000; " in section
    assert "35.75.01.1002 Gentong: its border crosses itself @ " in section
    decided = told[told.index("What a person must decide") :]
    assert "A repair changed the size by more than 1 %: look at 35.75.01.1001, 35.75.01.1002." in decided
    stored = Area.objects.filter(edition__name="2026-01")
    assert stored.count() == 7
    assert all(area.geom.valid for area in stored)


def test_orphans_are_told_by_name_and_placed_by_their_codes(city: City, tmp_path: Path) -> None:
    district = villages().iloc[:1].assign(
        code="35.75.01", name="Gadingrejo", level="kecamatan", parent_code="35.75",
        geometry=[shapely.union_all(SHAPES[:2])],
    )  # fmt: skip
    told = load(write(gpd.GeoDataFrame(pd.concat([villages(), district])), tmp_path / "batas.geojson"))
    decided = told[told.index("What a person must decide") :]
    assert "2 areas name a parent" in decided
    assert "35.75.02.1001 → 35.75.02, 35.75.02.1002 → 35.75.02" in decided
    assert Area.objects.get(edition__name="2026-01", code="35.75.02").level == Area.Level.DISTRICT


def test_a_polygon_in_the_wrong_row_and_a_kecamatan_without_parts_are_left_to_a_person(
    city: City, tmp_path: Path
) -> None:
    districts = villages().iloc[:3].assign(
        code=["35.75.01", "35.75.02", "35.75.03"], name=["Gadingrejo", "Purworejo", "Bugul"], level="kecamatan",
        parent_code="35.75", geometry=[shapely.union_all(SHAPES[:2]), shapely.union_all(SHAPES[2:]), cell(2, 0)],
    )  # fmt: skip
    swapped = villages(geometry=[SHAPES[2], SHAPES[1], SHAPES[0], SHAPES[3]])
    told = load(write(gpd.GeoDataFrame(pd.concat([swapped, districts])), tmp_path / "batas.geojson"))
    decided = told[told.index("What a person must decide") :]
    assert "35.75.01.1001 → 35.75.01 (0.0 %), 35.75.02.1001 → 35.75.02 (0.0 %)" in decided
    assert "The file has no part of: 35.75.03." in decided


def test_a_wide_gap_and_land_claimed_twice_are_left_to_a_person(city: City, tmp_path: Path) -> None:
    around = cell(0, 0).union(cell(1, 0)).union(cell(2, 0)).union(cell(0, 1)).union(cell(2, 1))
    shapes = [
        around.union(cell(0, 2)).union(cell(1, 2)).union(cell(2, 2)),
        cell(3, 0),
        cell(3, 0),
        cell(3, 1),
    ]
    told = load(write(villages(geometry=shapes), tmp_path / "batas.geojson"))
    met = told[told.index("How the kelurahan meet") : told.index("What a person must decide")]
    assert "@ -7.685000, 112.915000: 35.75.01.1001 Karangketug" in met
    decided = told[told.index("What a person must decide") :]
    assert "Nobody answers in the middle of the gap at -7.685000, 112.915000" in decided
    assert "35.75.01.1002 + 35.75.02.1001 both claim 100.0 % of the smaller one" in decided


def test_gaps_and_overlaps_are_written_as_polygons_to_look_at(
    city: City, tmp_path: Path, shared_data: Path
) -> None:
    out = tmp_path / "celah.geojson"
    path = shared_data / "boundaries" / "35.75_kota-pasuruan.geojson"
    told = load(path, "--dry-run", "--uneven", str(out))
    uneven = gpd.read_file(out)
    gaps, overlaps = uneven[uneven["kind"] == "gap"], uneven[uneven["kind"] == "overlap"]
    assert f"Gaps: {len(gaps)}, {gaps['area_m2'].sum():,.0f} m²" in told
    assert f"Overlaps: {len(overlaps)}, {overlaps['area_m2'].sum():,.0f} m²" in told
    for row in uneven.itertuples():
        assert shapely.intersects(row.geometry.buffer(1e-6), shapely.Point(row.lon, row.lat))
    assert overlaps["codes"].str.count(",").eq(1).all()
    with pytest.raises(CommandError, match="cannot be written"):
        load(path, "--dry-run", "--uneven", str(tmp_path / "tidak" / "ada.geojson"))
