from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opendata.catalogue.ranges import Part, Range, Unsatisfiable, wanted

SIZE = 1000


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("bytes=0-0", (0, 0)),
        ("bytes=0-99", (0, 99)),
        ("bytes=900-", (900, 999)),
        ("bytes=-100", (900, 999)),
        ("bytes=-5000", (0, 999)),
        ("bytes=500-5000", (500, 999)),
        (" Bytes = 1 - 2 ", (1, 2)),
    ],
)
def test_a_range_is_read(header: str, part: tuple[int, int]) -> None:
    assert wanted(header, SIZE) == Range(*part)


@pytest.mark.parametrize(
    "header",
    ["", "bytes", "bytes=", "bytes=-", "bytes=5-2", "bytes=a-b", "lines=1-2", "bytes=0-1,5-6", "bytes=٠-٩"],
)
def test_what_is_no_single_range_means_the_whole_file(header: str) -> None:
    assert wanted(header, SIZE) is None


@pytest.mark.parametrize("header", ["bytes=1000-", "bytes=5000-6000", "bytes=-0"])
def test_a_range_behind_the_end_cannot_be_served(header: str) -> None:
    with pytest.raises(Unsatisfiable):
        wanted(header, SIZE)


def test_an_empty_file_has_no_ranges() -> None:
    with pytest.raises(Unsatisfiable):
        wanted("bytes=-1", 0)


@given(st.text(max_size=30))
def test_no_header_breaks_it(text: str) -> None:
    try:
        part = wanted(text, SIZE)
    except Unsatisfiable:
        return
    assert part is None or 0 <= part.first <= part.last < SIZE


def test_a_range_of_a_file_is_read_in_chunks(tmp_path: Path) -> None:
    content = bytes(range(256)) * 1024
    (tmp_path / "x").write_bytes(content)

    with contextlib.closing(Part(tmp_path / "x", Range(5, 200_000))) as part:
        assert b"".join(part) == content[5:200_001]
