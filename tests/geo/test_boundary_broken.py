"""What is wrong with a file that no reader can open is told in the reader's language, whatever the readers say."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest
from django.utils import translation

from geo.boundaries import read_boundaries
from geo.boundary_broken import why_unreadable
from geo.refusal import FileRefused
from tests.geo.made_files import villages, write

LOCKED, PACKED = 6, 8  # where a ZIP's local header says so; its central directory says it 2 bytes later


@pytest.fixture(autouse=True)
def indonesian() -> Iterator[None]:
    with translation.override("id"):
        yield


def cut(name: str, by: int) -> Callable[[Path], Path]:
    def made(folder: Path) -> Path:
        path = write(villages(), folder / name)
        path.write_bytes(path.read_bytes()[:-by])
        return path

    return made


def zip_that_says(at: int, value: int) -> Callable[[Path], Path]:
    def made(folder: Path) -> Path:
        path = write(villages(), folder / "batas.zip")
        content = bytearray(path.read_bytes())
        content[at] = content[content.index(b"PK\1\2") + at + 2] = value
        path.write_bytes(content)
        return path

    return made


def damaged_zip(folder: Path) -> Path:
    path = write(villages(), folder / "batas.zip")
    content = bytearray(path.read_bytes())
    content[14] ^= 1  # the checksum of the first part …
    content[content.index(b"PK\1\2") + 16] ^= 1  # … twice
    path.write_bytes(content)
    return path


def no_shx(folder: Path) -> Path:
    path = write(villages(), folder / "batas.shp")
    path.with_suffix(".shx").unlink()
    return path


def no_shapes(folder: Path) -> Path:
    path = folder / "batas.parquet"
    pd.DataFrame({"code": ["35.75.01.1001"]}).to_parquet(path)
    return path


def no_geopackage(folder: Path) -> Path:
    path = folder / "batas.gpkg"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE batas (code text)")
    database.close()
    return path


def a_folder(folder: Path) -> Path:
    (folder / "batas").mkdir()
    return folder / "batas"


BROKEN = [
    (cut("batas.gpkg", 2000), "batas.gpkg: rusak atau terpotong"),
    (cut("batas.fgb", 200), "batas.fgb: rusak atau terpotong"),
    (cut("batas.fgb", 2000), "batas.fgb: tidak ada layer berisi bentuk peta, atau berkas rusak atau terpotong"),
    (cut("batas.parquet", 10), "batas.parquet: rusak atau terpotong"),
    (cut("batas.kml", 200), "batas.kml: rusak atau terpotong, pada baris 83"),
    (cut("batas.zip", 200), "batas.zip: arsip tidak dapat dibuka: rusak atau terpotong"),
    (zip_that_says(LOCKED, 1),
     "batas.zip: arsip tidak dapat dibuka: terkunci dengan kata sandi; simpan tanpa kata sandi"),
    (zip_that_says(PACKED, 99),
     "batas.zip: arsip tidak dapat dibuka: dikemas dengan cara yang tidak didukung; kemas ulang sebagai ZIP biasa"),
    (damaged_zip, "batas.zip: arsip tidak dapat dibuka: batas/kelurahan.shp di dalamnya rusak"),
    (no_shx, "batas.shp: berkas .shx-nya tidak ada atau rusak; letakkan di samping berkas .shp"),
    (no_shapes, "batas.parquet: ini berkas Parquet tanpa bentuk peta; yang diperlukan GeoParquet"),
    (no_geopackage, "batas.gpkg: ini basis data SQLite, tetapi bukan GeoPackage"),
    (a_folder, "batas: ini folder; sebutkan satu berkas di dalamnya"),
]  # fmt: skip


@pytest.mark.parametrize(("made", "told"), BROKEN, ids=[told for _made, told in BROKEN])
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_broken_file_is_told_in_plain_indonesian(
    tmp_path: Path, made: Callable[[Path], Path], told: str
) -> None:
    with pytest.raises(FileRefused) as caught:
        read_boundaries(made(tmp_path))
    assert str(caught.value.detail) == told


def test_a_full_disk_is_not_the_files_fault() -> None:
    assert (
        why_unreadable(OSError(errno.ENOSPC, "No space left"))
        == "ruang disk di sini tidak cukup untuk membukanya"
    )
