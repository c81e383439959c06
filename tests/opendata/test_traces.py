"""A canary is found wherever in a release it sits; a clean release holds none, though reports quote public words."""

from __future__ import annotations

import gzip
import json
import shutil
import sqlite3
import struct
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
from geopandas import GeoDataFrame
from hypothesis import given, settings
from hypothesis import strategies as st

from opendata.traces.needles import Gathering
from opendata.traces.people import Canaries
from opendata.traces.pieces import FOLD
from opendata.traces.pins import Pins
from opendata.traces.public import Public
from opendata.traces.release import scan
from opendata.traces.search import CHUNK, search

TEXT = "Tumpukan karung goni di bawah jembatan gantung sudah berbau."
NAME, PHONE, CODE = "Siti Rahmawati", "081234567890", "7G2M-XK4Q-90TV-HB3E"
PIN = (112.9134567, -7.6698765)
QUOTED = ["Kebonsari Mayangan", "sampah", '99.01.01.1001,Kebonsari,sampah,2026-W42,"2-4"', "Kepel"]
ROWS = pd.DataFrame(
    {
        "id": ["5f0c1d", "a77e20", "c3b1f9"],
        "category": ["sampah", "banjir", "sampah"],
        "kelurahan_code": ["99.01.01.1001", "99.01.01.1002", "99.01.02.1002"],
        "kelurahan": ["Kebonsari", "Mayangan", "Kepel"],
        "week": ["2026-W42", "2026-W43", "2026-W44"],
        "reports": ["1", "2-4", "1"],
    }
)
SHAPES = [
    shapely.box(112.90, -7.68, 112.92, -7.66),
    shapely.box(112.90, -7.66, 112.92, -7.64),
    shapely.Polygon(
        [(112.94, -7.66), (112.94, -7.64), (112.92, -7.64), (112.92, -7.6612), (112.9237, -7.6605)]
    ),
]
CORNER = (112.92, -7.66)  # somebody stood exactly on a corner of the border
BETWEEN = (112.9237, -7.6612)  # and another where one corner's longitude meets the latitude of the next


def write_tiles(path: Path, shapes: GeoDataFrame, **options: Any) -> None:
    path.unlink(missing_ok=True)
    pyogrio.write_dataframe(shapes, path, driver="PMTiles", MINZOOM=12, MAXZOOM=13, **options)


def write_all(folder: Path, rows: pd.DataFrame) -> None:
    """The files of a release, each as its library writes it."""
    shapes = GeoDataFrame(rows, geometry=SHAPES, crs=4326)
    rows.to_csv(folder / "kejadian.csv", index=False)
    pyogrio.write_dataframe(shapes, folder / "kejadian.geojson", driver="GeoJSON")
    pyogrio.write_dataframe(shapes, folder / "kejadian.gpkg", driver="GPKG")
    write_tiles(folder / "kejadian.pmtiles", shapes)
    shapes.to_parquet(folder / "kejadian.parquet", write_covering_bbox=True, compression="zstd")
    (folder / "manifest.json").write_text(json.dumps({"license": "CC-BY-4.0", "rows": len(rows)}))


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release with nothing in it that it should not hold."""
    folder = tmp_path_factory.mktemp("clean")
    write_all(folder, ROWS)
    return folder


@pytest.fixture
def release(clean: Path, tmp_path: Path) -> Path:
    """A copy of the clean release, to be spoiled."""
    return Path(shutil.copytree(clean, tmp_path / "release"))


@pytest.fixture(scope="module")
def canaries() -> Canaries:
    """One report with a reporter and a pin, and some that only say what anybody may read."""
    gathering = Gathering()
    words = [TEXT, NAME, PHONE, CODE, "Budi", "Cak Nun", "Ning Ayu & Cak Sénthot 'Gendhing'", *QUOTED]
    gathering.add("".join(f"{word}\n" for word in words).encode())
    return Canaries(gathering.needles(), Pins.of(np.array([PIN, CORNER, BETWEEN])))


@pytest.fixture(scope="module")
def public() -> Public:
    """What anybody may read: the cells of the columns that come from lists, names of columns, borders."""
    cells = ROWS.drop(columns="id").to_numpy().ravel()
    return Public.of([*cells, *ROWS.columns, "license", "CC-BY-4.0"], SHAPES)


@pytest.fixture
def found(release: Path, canaries: Canaries, public: Public, clean: Path) -> Callable[[], dict[str, int]]:
    """How many canaries which file holds."""
    names = {path.name for path in clean.iterdir()}
    return lambda: dict(scan(release, names, public.left_of(canaries), public).found)


def test_a_clean_release_holds_none_though_reports_quote_public_words(
    found: Callable[[], dict[str, int]], clean: Path, canaries: Canaries, public: Public
) -> None:
    result = scan(clean, {path.name for path in clean.iterdir()}, public.left_of(canaries), public)

    assert found() == {}
    assert result.figure == 0
    assert result.tried > sum(path.stat().st_size for path in clean.iterdir())


@pytest.mark.parametrize("words", [TEXT, TEXT[5:40].upper(), NAME, f"tel {PHONE}", CODE.lower(), "Budi"])
def test_words_in_a_renamed_column_are_found_in_every_format(
    release: Path, found: Callable[[], dict[str, int]], words: str
) -> None:
    write_all(release, ROWS.rename(columns={"week": "minggu"}).assign(minggu=["2026-W42", words, "2026-W44"]))

    endings = ("csv", "geojson", "gpkg", "pmtiles", "parquet")
    assert set(found()) == {f"kejadian.{ending}" for ending in endings}


def change(path: Path, make: Callable[[pa.Table], pa.Table], **options: Any) -> None:
    """A Parquet file, written anew."""
    pq.write_table(make(pq.read_table(path)), path, **options)


def test_words_in_the_metadata_of_parquet_are_found(
    release: Path, found: Callable[[], dict[str, int]]
) -> None:
    change(
        release / "kejadian.parquet",
        lambda table: table.replace_schema_metadata({"catatan": json.dumps({"isi": TEXT})}),
    )

    assert set(found()) == {"kejadian.parquet"}


def test_words_in_the_statistics_of_parquet_alone_are_found(
    release: Path, found: Callable[[], dict[str, int]]
) -> None:
    rows = ROWS.assign(week=["2026-W42", TEXT, "2026-W44"])
    pq.write_table(pa.table(rows), release / "kejadian.parquet", compression="gzip", use_dictionary=False)
    path = release / "kejadian.parquet"
    footer = len(path.read_bytes()) - int.from_bytes(path.read_bytes()[-8:-4], "little") - 8
    content = bytearray(path.read_bytes())
    content[4:footer] = bytes(footer - 4)  # the pages are gone, the footer with its statistics stays
    path.write_bytes(content)

    assert TEXT.encode() in path.read_bytes()
    assert set(found()) == {"kejadian.parquet"}


@pytest.mark.parametrize("compression", ["zstd", "gzip", "snappy"])
def test_words_in_a_packed_page_of_parquet_are_found_also_where_no_row_uses_them(
    release: Path, found: Callable[[], dict[str, int]], compression: str
) -> None:
    words = pd.Categorical(["a", "b", "a"], categories=["a", "b", *[TEXT + TEXT.upper()] * 1])
    table = pa.table(ROWS.assign(week=words))
    path = release / "kejadian.parquet"
    pq.write_table(table, path, compression=compression, write_statistics=False, store_schema=False)

    assert set(found()) == {"kejadian.parquet"}


def test_words_in_a_freed_page_of_a_geopackage_are_found(
    release: Path, found: Callable[[], dict[str, int]]
) -> None:
    with closing(sqlite3.connect(release / "kejadian.gpkg")) as database:
        database.execute("PRAGMA secure_delete = OFF")
        database.execute("CREATE TABLE sementara (isi TEXT)")
        database.execute("INSERT INTO sementara VALUES (?)", [TEXT])
        database.commit()
        database.execute("DROP TABLE sementara")
        database.commit()

    assert found()["kejadian.gpkg"] >= 3  # the freed page, and pieces of its text


def test_a_page_that_was_freed_is_found_though_it_was_wiped(
    release: Path, found: Callable[[], dict[str, int]]
) -> None:
    with closing(sqlite3.connect(release / "kejadian.gpkg")) as database:
        database.execute("PRAGMA secure_delete = ON")
        database.execute("CREATE TABLE sementara (isi TEXT)")
        database.execute("DROP TABLE sementara")
        database.commit()

    assert found() == {"kejadian.gpkg": 1}


def test_words_in_a_table_of_a_geopackage_that_describes_it_are_found(
    release: Path, found: Callable[[], dict[str, int]]
) -> None:
    with closing(sqlite3.connect(release / "kejadian.gpkg")) as database:
        database.execute("UPDATE gpkg_contents SET description = ?", [NAME])
        database.commit()

    assert set(found()) == {"kejadian.gpkg"}


def test_words_in_the_metadata_of_tiles_are_found(release: Path, found: Callable[[], dict[str, int]]) -> None:
    write_tiles(release / "kejadian.pmtiles", GeoDataFrame(ROWS, geometry=SHAPES, crs=4326), DESCRIPTION=TEXT)

    assert TEXT.encode() not in (release / "kejadian.pmtiles").read_bytes()
    assert set(found()) == {"kejadian.pmtiles"}


def test_a_tile_that_no_directory_names_is_found(release: Path, found: Callable[[], dict[str, int]]) -> None:
    with (release / "kejadian.pmtiles").open("ab") as file:
        file.write(gzip.compress(TEXT.encode()))

    assert set(found()) == {"kejadian.pmtiles"}


def test_escaped_words_of_json_and_html_are_found(release: Path, found: Callable[[], dict[str, int]]) -> None:
    escaped = "".join(f"\\u{ord(letter):04x}" for letter in NAME)
    member = (release / "kejadian.geojson").read_text().replace("{", f'{{"penulis":"{escaped}",', 1)
    (release / "kejadian.geojson").write_text(member)
    (release / "manifest.json").write_text("<p>Ning Ayu &amp; Cak S&eacute;nthot &#39;Gendhing&#39;</p>")

    assert set(found()) == {"kejadian.geojson", "manifest.json"}


def test_the_name_of_a_file_and_a_file_that_should_not_be_there_are_found(
    release: Path, found: Callable[[], dict[str, int]]
) -> None:
    (release / f"{NAME}.csv").write_text("")
    (release / "kejadian.gpkg-wal").write_bytes(b"")

    assert found() == {f"{NAME}.csv": 2, "kejadian.gpkg-wal": 1}


def test_a_file_that_is_not_what_it_says_is_found(release: Path, found: Callable[[], dict[str, int]]) -> None:
    (release / "kejadian.parquet").write_bytes(b"PAR1" + bytes(100) + b"PAR1")
    (release / "kejadian.pmtiles").write_bytes(b"PMTiles\x03" + b"\xff" * 400)

    assert set(found()) == {"kejadian.parquet", "kejadian.pmtiles"}


PINNED = {
    "double, little": struct.pack("<2d", *PIN),
    "double, big, north first": struct.pack(">2d", PIN[1], PIN[0]),
    "single": struct.pack("<2f", *PIN),
    "4 decimals": b"112.9135,-7.6699",
    "5 decimals, north first": b"-7.66988 112.91346",
    "6 decimals": b"[112.913457, -7.669877]",
    "7 decimals": b"112.9134567\t-7.6698765",
    "15 decimals": f"{PIN[0]:.15f};{PIN[1]:.15f}".encode(),
    "apart": b'{"x":112.91346,"kelurahan":"Kepel","y":-7.66988}',
}


@pytest.mark.parametrize("pinned", PINNED.values(), ids=PINNED.keys())
@pytest.mark.parametrize("file", ["kejadian.csv", "kejadian.gpkg"])
def test_a_pin_is_found_as_text_and_as_numbers(
    release: Path, found: Callable[[], dict[str, int]], pinned: bytes, file: str
) -> None:
    with (release / file).open("ab") as spoiled:
        spoiled.write(b"\n" + pinned + b"\n")

    assert set(found()) == {file}


def test_a_pin_as_the_geometry_of_a_row_is_found_in_every_format(
    release: Path, found: Callable[[], dict[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.opendata.test_traces.SHAPES", [*SHAPES[:2], shapely.Point(PIN)])
    write_all(release, ROWS)

    assert set(found()) == {f"kejadian.{ending}" for ending in ("geojson", "gpkg", "pmtiles", "parquet")}


@pytest.mark.parametrize("kind", ["float64", "float32", "int32"])
def test_a_pin_in_two_columns_that_stand_apart_is_found(
    release: Path, found: Callable[[], dict[str, int]], kind: str
) -> None:
    scale = 10**6 if kind == "int32" else 1
    lon, lat = ([0, round(round(value, 6) * scale, 6), 0] for value in PIN)
    rows = ROWS.assign(a=np.array(lon).astype(kind), week="2026-W42", b=np.array(lat).astype(kind))
    pq.write_table(pa.table(rows), release / "kejadian.parquet")

    assert set(found()) == {"kejadian.parquet"}


def test_canaries_are_found_across_the_chunks_of_the_search() -> None:
    gathering = Gathering()
    gathering.add(f"{TEXT}\n{NAME}\n".encode())
    needles = gathering.needles()

    for at in (0, 1, CHUNK - 20, CHUNK - 8, CHUNK - 1, CHUNK, CHUNK + 3):
        content = b"." * at + f"{NAME.upper()} {TEXT}".encode()
        assert len(search(needles, content).texts) == 5
    assert not search(needles, b"").texts
    assert not search(needles, TEXT[:15].encode()).texts


WORDS = st.text(alphabet="ab1é ,", min_size=0, max_size=40)


def slow_pieces(text: str) -> set[bytes]:
    """The long and short pieces of a text, cut one by one."""
    found: set[bytes] = set()
    for form in {text, *((text.lower(), text.upper()) if not text.isascii() else ())}:
        run = form.encode().translate(FOLD)
        if len(run) >= 16:
            found |= {run[min(at, len(run) - 16) :][:16] for at in range(0, len(run), 16)}
        elif len(run) >= (10 if run.isdigit() else 8):
            found.add(run)
    return found


def stands(piece: bytes, content: bytes) -> bool:
    """Whether a piece occurs; a short one of hexadecimal digits only where no other is beside it."""
    if len(piece) == 16 or set(piece) - set(b"0123456789abcdef"):
        return piece in content
    ends = range(len(content) - len(piece) + 1)
    around = [
        (content[at - 1 : at], content[at + len(piece) :][:1])
        for at in ends
        if content[at:].startswith(piece)
    ]
    return any(not set(before + behind) & set(b"0123456789abcdef") for before, behind in around)


@given(st.lists(WORDS, max_size=5), WORDS, st.integers(0, 4), st.booleans())
@settings(max_examples=200, deadline=None)
def test_an_independent_reading_finds_the_same(
    texts: list[str], around: str, which: int, upper: bool
) -> None:
    planted = texts[which] if which < len(texts) else ""
    content = f"{around}{planted.upper() if upper else planted}{around}".encode()
    gathering = Gathering()
    gathering.add("".join(f"{text}\n" for text in texts).encode())

    low = content.lower()
    slow = {piece for text in texts for piece in slow_pieces(text) if stands(piece, low)}
    assert set(search(gathering.needles(), content).texts.values()) == slow
