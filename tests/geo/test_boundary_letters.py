"""Names in a Shapefile's table, whatever letters it is written in and whatever it says of them."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation

from geo.boundaries import read_boundaries
from geo.boundary_report import Report
from tests.geo.made_files import villages

# 0x92 and 0x96 are where Windows-1252 and Latin-1 differ.
NAMES = ["Ngadirejo Ñ", "Kampung é", "Ma’rang", "Sidomulyo – Barat"]
SAYS = {
    "": None,
    "UTF-8": "UTF-8",
    "1252": "1252",
    "ANSI 1252": "ANSI 1252",
    "8859-1": "ISO-8859-1",
    "?": "Peta",
}


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def shapefile(folder: Path, written: str, says: str, code_page: int = 0) -> Path:
    path = folder / "a.shp"
    frame = villages(name=NAMES)
    short = {column: column[:10] for column in frame.columns}
    frame.rename(columns=short).to_file(path, engine="pyogrio", encoding=written)
    path.with_suffix(".cpg").unlink(missing_ok=True)
    if SAYS[says] is not None:
        path.with_suffix(".cpg").write_text(str(SAYS[says]))
    content = bytearray(path.with_suffix(".dbf").read_bytes())
    content[29] = code_page
    path.with_suffix(".dbf").write_bytes(content)
    return path


def names(path: Path) -> tuple[list[str], Report]:
    areas, report = read_boundaries(path)
    return areas["name"].tolist()[3:], report


@pytest.mark.parametrize(
    ("written", "says", "code_page"),
    [
        ("cp1252", "", 0),
        ("cp1252", "", 0x03),
        ("cp1252", "", 0x57),
        ("cp1252", "1252", 0),
        ("cp1252", "ANSI 1252", 0),
        ("cp1252", "8859-1", 0),
        ("cp1252", "UTF-8", 0),
        ("cp1252", "?", 0),
        ("UTF-8", "", 0),
        ("UTF-8", "", 0x57),
        ("UTF-8", "UTF-8", 0x57),
    ],
)
def test_names_are_read_right(tmp_path: Path, written: str, says: str, code_page: int) -> None:
    read, report = names(shapefile(tmp_path, written, says, code_page))
    assert read == NAMES
    said = (
        says in {"1252", "ANSI 1252", "8859-1"} or code_page == 0x03 or (written, says) == ("UTF-8", "UTF-8")
    )
    # Who does not say, or says it wrongly, is asked to look.
    assert bool(report.notes) is not said
    assert any("Ma’rang" in line for line in report.decisions()) is not said


def test_names_in_a_zip_too(tmp_path: Path) -> None:
    path = shapefile(tmp_path, "cp1252", "")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for part in (".shp", ".shx", ".dbf", ".prj"):
            archive.write(path.with_suffix(part), f"batas{part}")
    read, report = names(tmp_path / "a.zip")
    assert read == NAMES
    assert "Windows-1252" in report.as_text()


def test_plain_letters_need_no_word(tmp_path: Path) -> None:
    path = tmp_path / "a.shp"
    frame = villages()
    frame.rename(columns={column: column[:10] for column in frame.columns}).to_file(path, encoding="cp1252")
    path.with_suffix(".cpg").unlink(missing_ok=True)
    assert not read_boundaries(path)[1].notes
