"""The same input gives the same bytes: in another process, at another moment, whatever order a dict came in."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from opendata.formats.writing import seal, write
from tests.opendata import release_cast as cast

ROOT = Path(__file__).resolve().parents[2]
ELSEWHERE = """
import sys
from pathlib import Path
import django
django.setup()
from tests.opendata.test_formats_bytes import write_all
write_all(Path(sys.argv[1]), -1)
"""


def write_all(folder: Path, step: int) -> None:
    """A whole release, its dicts in their order (1) or backwards (-1)."""
    made, about = cast.incidents(70_000), cast.about()

    def turned(given: Any) -> dict[str, Any]:
        return dict(list(given.items())[::step])

    made = replace(made, shapes=turned(made.shapes))
    about = replace(about, numbers=turned(about.numbers), codes=turned(about.codes))
    folder.mkdir()
    seal(folder, about, write(folder, made, cast.recipe(), about))


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, bytes]]:
    folder = tmp_path_factory.mktemp("twice")
    folders = [folder / "here", folder / "another-name"]
    write_all(folders[0], 1)
    zone = {"TZ": "Asia/Jayapura", "PYTHONHASHSEED": "77", "DJANGO_SETTINGS_MODULE": "config.settings"}
    argv = [sys.executable, "-c", ELSEWHERE, str(folders[1])]
    done = subprocess.run(
        argv, cwd=ROOT, env={**os.environ, **zone}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return [{path.name: path.read_bytes() for path in sorted(one.iterdir())} for one in folders]


def test_two_processes_one_after_the_other_write_the_same_bytes(both: list[dict[str, bytes]]) -> None:
    first, second = (
        {name: hashlib.sha256(content).hexdigest() for name, content in one.items()} for one in both
    )

    assert first == second
    assert {name.partition(".")[2] for name in first} == {
        "csv",
        "geojson",
        "gpkg",
        "json",
        "parquet",
        "pmtiles",
    }


def test_no_file_tells_where_it_was_made(both: list[dict[str, bytes]]) -> None:
    assert not [name for name, content in both[1].items() if b"another-name" in content]
