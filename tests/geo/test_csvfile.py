from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation

from geo.csvfile import Row, demand_unique, read_csv
from geo.refusal import FileRefused


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def csv_file(tmp_path: Path, content: str | bytes) -> Path:
    path = tmp_path / "a.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_rows_are_read_with_their_numbers_and_without_blank_ones(tmp_path: Path) -> None:
    path = csv_file(tmp_path, "\ufeffcode, name ,extra\r\na,Satu,x\r\n\r\n,,\r\nb, Dua \r\n")
    rows = read_csv(path, ("code", "name"), ("note",))
    assert [(row.place, row.cells["code"], row.cells["name"], row.cells["note"]) for row in rows] == [
        ("row 2", "a", "Satu", ""),
        ("row 5", "b", "Dua", ""),
    ]


def test_semicolons_and_quotes_are_read_as_spreadsheets_write_them(tmp_path: Path) -> None:
    [row] = read_csv(csv_file(tmp_path, 'code;name\na;"Dinas; Kota, ""A"""\n'), ("code", "name"))
    assert row.cells["name"] == 'Dinas; Kota, "A"'


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b"code\na\n", "column missing: name"),
        (b"code,name,code\n", "column twice: code"),
        (b"code,name\na,b,c\n", "row 2: has more cells"),
        ("code,name\na,é\n".encode("latin-1"), "not UTF-8"),
        (b"code,name\na,\x00\n", "no text file"),
        (b'code,name\na,"b\n', "no CSV file"),
        (b'code,name\na,"b"c\n', "no CSV file"),
        (b"code,name\na," + b"x" * 10_001, "row 2: a cell is too long"),
        (b"code,name\na," + b"x" * 200_000, "no CSV file"),
    ],
)
def test_a_broken_file_is_refused_with_the_reason(tmp_path: Path, content: bytes, reason: str) -> None:
    with pytest.raises(FileRefused, match=reason):
        read_csv(csv_file(tmp_path, content), ("code", "name"))


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="cannot be opened"):
        read_csv(tmp_path / "b.csv", ("code",))


def row(**cells: str) -> Row:
    return Row(Path("a.csv"), "row 7", cells)


@pytest.mark.parametrize(
    "cell", ["", "abc", "1,5", "٣", "nan", "inf", "1e3", "0x1", "1 000", "--1", "9" * 400]
)
def test_what_is_no_number_is_refused(cell: str) -> None:
    with pytest.raises(FileRefused, match=r"^a.csv, row 7: lon: "):
        row(lon=cell).decimal("lon", -180, 180)


def test_numbers_are_held_to_their_bounds() -> None:
    assert row(lon="-7.65").decimal("lon", -180, 180) == -7.65
    assert row(priority="").whole("priority", 0, 10, default=3) == 3
    assert row(priority="10").whole("priority", 0, 10) == 10
    for cell in ("11", "-1", "2.5"):
        with pytest.raises(FileRefused, match="row 7: priority"):
            row(priority=cell).whole("priority", 0, 10)


def test_texts_are_held_to_their_length() -> None:
    assert row(name="abc").text("name", 3) == "abc"
    assert row(name="").text("name", 3, needed=False) == ""
    for cell in ("", "abcd"):
        with pytest.raises(FileRefused, match="row 7: name"):
            row(name=cell).text("name", 3)


def test_the_second_of_two_equal_keys_is_refused(tmp_path: Path) -> None:
    rows = read_csv(csv_file(tmp_path, "code,year\na,1\na,2\na,1\n"), ("code", "year"))
    with pytest.raises(FileRefused, match="row 4: a, 1 is already in row 2"):
        demand_unique(rows, "code", "year")
