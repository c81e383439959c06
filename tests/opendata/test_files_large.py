"""Files as large as a city's: streamed, not read into memory; readable by maps on other sites; a full disk."""

from __future__ import annotations

import hashlib
import resource
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import Client

from opendata import store
from opendata.building import carry_out, new_build
from opendata.formats.columns import places, table
from opendata.formats.geopackage import write_geopackage
from opendata.formats.parquet import write_parquet
from opendata.formats.place_table import place_table
from opendata.formats.pmtiles import write_pmtiles
from opendata.formats.texts import write_csv, write_geojson
from opendata.formats.writing import write
from opendata.models import Build, Definition, Release, Resource
from tests.opendata import release_cast as cast
from tests.opendata.released import release

GIGABYTE = 1 << 30
PART = GIGABYTE // 16
HERE = "/data/dataset/contoh-incidents/rilis/2026-10"


@pytest.fixture
def offering(db: None) -> Release:
    return release("incidents")


def offered(made: Release, name: str, media_type: str, size: int, content: bytes = b"") -> Path:
    """A file of a release, on disk and in its row; the rest of `size` are zeros that take no room."""
    path = store.folder_of(made.dataset.slug, made.version) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    with path.open("r+b") as file:
        file.truncate(size)
    Resource.objects.create(
        release=made, uuid=hashlib.md5(name.encode(), usedforsecurity=False).hexdigest(), file=name, format=name[-7:],
        media_type=media_type, size=size, sha256=hashlib.sha256(name.encode()).hexdigest(), position=9,
    )  # fmt: skip
    return path


@pytest.mark.django_db(databases=["default", "public"], transaction=True)
def test_of_a_gigabyte_no_more_than_a_piece_lies_in_memory(offering: Release, warga: Client) -> None:
    offered(offering, "kejadian.geojson", "application/geo+json", GIGABYTE)
    path = f"{HERE}/kejadian.geojson"
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    arrived = sum(len(chunk) for chunk in warga.get(path, headers={"Range": f"bytes=0-{PART - 1}"}))
    tail = b"".join(warga.get(path, headers={"Range": "bytes=-10"}))

    assert (arrived, tail) == (PART, bytes(10))
    assert int(warga.head(path)["Content-Length"]) == GIGABYTE
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < PART / 2 / 1024  # kB


@pytest.mark.django_db(databases=["default", "public"], transaction=True)
def test_a_map_on_another_site_reads_parts_of_the_tiles(
    offering: Release, warga: Client, tmp_path: Path
) -> None:
    write(tmp_path, cast.incidents(100), cast.recipe(), cast.about())
    content = (tmp_path / "kejadian.pmtiles").read_bytes()
    offered(offering, "kejadian.pmtiles", "application/vnd.pmtiles", len(content), content)
    there = {"Origin": "https://peta.example"}

    asked = warga.options(
        f"{HERE}/kejadian.pmtiles",
        headers={**there, "Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "range"},
    )
    head = warga.get(f"{HERE}/kejadian.pmtiles", headers={**there, "Range": "bytes=0-16383"})

    assert (asked.status_code, asked["Access-Control-Allow-Origin"]) == (204, "*")
    assert "Range" in asked["Access-Control-Allow-Headers"]
    assert (head.status_code, b"".join(head)[:8]) == (206, b"PMTiles\x03")
    assert (head["Content-Type"], head["Access-Control-Allow-Origin"]) == ("application/vnd.pmtiles", "*")
    assert {"ETag", "Content-Range", "Content-Length"} <= set(
        head["Access-Control-Expose-Headers"].split(", ")
    )
    assert "Content-Encoding" not in head
    lasting = warga.options("/data/dataset/contoh-incidents/terbaru/kejadian.pmtiles", headers=there)
    assert lasting.status_code == 204


@pytest.fixture
def little_room() -> Iterator[Callable[[int], None]]:
    """No file may grow beyond so many bytes: the kernel refuses as it does on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield lambda size: resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.fixture(scope="module")
def writers() -> dict[str, Callable[[Path], None]]:
    made, recipe, about = cast.incidents(5000), cast.recipe(), cast.about()
    rows, where = table(made.frame, recipe.columns), places(made)
    assert where
    per_place = place_table(made, recipe, where)
    return {
        "csv": lambda path: write_csv(path, rows),
        "geojson": lambda path: write_geojson(path, rows, where, about),
        "parquet": lambda path: write_parquet(path, rows, where, about),
        "gpkg": lambda path: write_geopackage(path, "kejadian", rows, where, per_place, about),
        "pmtiles": lambda path: write_pmtiles(path, "kejadian", where, per_place, about),
    }


@pytest.mark.parametrize("ending", ["csv", "geojson", "parquet", "gpkg", "pmtiles"])
def test_a_disk_without_room_is_an_os_error_whoever_writes(
    writers: dict[str, Callable[[Path], None]],
    tmp_path: Path,
    little_room: Callable[[int], None],
    ending: str,
) -> None:
    write_it = writers[ending]
    write_it(tmp_path / f"whole.{ending}")
    size = (tmp_path / f"whole.{ending}").stat().st_size

    for share in (0.05, 0.5, 0.95):
        little_room(int(size * share))
        with pytest.raises(OSError):
            write_it(tmp_path / f"{share}.{ending}")
        little_room(GIGABYTE)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "room", [1, 1_000, 40_000]
)  # bytes: in the table, in the dictionary, in the GeoPackage
def test_a_build_that_the_disk_stops_leaves_nothing(
    trial: Definition, little_room: Callable[[int], None], room: int
) -> None:
    wanted = new_build(trial, "2026-10", 0, None)
    little_room(room)
    done = carry_out(wanted.pk)
    little_room(GIGABYTE)

    assert done.state == Build.State.FAILED
    assert "files cannot be written: " in done.message
    assert "None" not in done.message
    assert list(store.folder_of(trial.slug, "x").parent.iterdir()) == []
    assert carry_out(new_build(trial, "2026-10", 0, None).pk).state == Build.State.READY
