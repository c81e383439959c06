from __future__ import annotations

import zipfile
from datetime import datetime
from pathlib import Path

import pytest

from geo.refusal import FileRefused
from incidents.imports import limits, sheet
from incidents.imports.sheet import Line, read_lines
from tests.incidents.lists import workbook

NEEDED = ("external_id",)
KNOWN = ("external_id", "received_at", "lon", "anonymous")


def lines(path: Path) -> list[Line]:
    return list(read_lines(path, NEEDED, KNOWN))


def written(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "daftar.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_rows_keep_the_numbers_that_a_spreadsheet_shows_and_blank_ones_are_passed_over(
    tmp_path: Path,
) -> None:
    found = lines(written(tmp_path, "\ufeffExternal_ID;lon;tak dikenal\n1;112.9;x\n;;\n2;;\n"))
    assert [(one.number, one.cells["external_id"], one.cells["lon"]) for one in found] == [
        (2, "1", "112.9"),
        (4, "2", ""),
    ]


def test_a_row_with_too_many_cells_is_told_and_the_next_one_is_read(tmp_path: Path) -> None:
    first, second = lines(written(tmp_path, "external_id,lon\n1,2,3\n2,4\n"))
    assert "tanda kutip" in first.fault
    assert not second.fault


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "kosong"),
        (b"lon,lat\n1,2\n", "external_id"),
        (b"external_id,external_id\n1,2\n", "external_id"),
        (b"external_id\n\xff\xfe\n", "UTF-8"),
        (b'external_id\n"' + b"x" * 200_000, "tanda kutip"),
        (b"PK\x03\x04 nothing of an archive", "XLSX"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(tmp_path: Path, content: bytes, words: str) -> None:
    with pytest.raises(FileRefused, match=words):
        lines(written(tmp_path, content))


def test_a_spreadsheet_reads_as_its_csv_would(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "daftar.xlsx",
        [
            ["external_id", "received_at", "lon", "anonymous"],
            [7, datetime(2026, 3, 2, 8, 30), 112.91, True],
            [None] * 4,
        ],
    )
    (only,) = lines(path)
    assert only.cells == {
        "external_id": "7", "received_at": "2026-03-02T08:30:00", "lon": "112.91", "anonymous": "true"
    }  # fmt: skip


def test_a_spreadsheet_that_unpacks_to_a_flood_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bom.xlsx"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w") as out,
    ):
        for _mb in range(limits.UNPACKED_BYTES // 2**20 + 1):
            out.write(bytes(2**20))
    assert path.stat().st_size < 2**20
    with pytest.raises(FileRefused, match="MB"):
        lines(path)


def test_a_spreadsheet_may_lie_about_its_size(tmp_path: Path) -> None:
    path = workbook(tmp_path / "daftar.xlsx", [["external_id"], ["1"]])
    liar = tmp_path / "bohong.xlsx"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(liar, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(
                name, content.replace(b'<dimension ref="A1:A2"', b'<dimension ref="A1:XFD1048576"')
            )
    assert [one.cells["external_id"] for one in lines(liar)] == ["1"]


def test_a_list_may_not_be_endless(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet, "ROWS", 3)
    path = written(tmp_path, "external_id\n" + "1\n" * 4)
    with pytest.raises(FileRefused, match="3"):
        lines(path)
