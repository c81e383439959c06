"""Bahasa Indonesia is whole: every text of the sources is translated, none is doubtful, and placeholders survived."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest

from tests.house.sources import ROOT

CATALOGUE = Path("web/locale/id/LC_MESSAGES/django.po")
ROOMS = ("config", "geo", "incidents", "opendata", "tiles", "web")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
Key = tuple[str | None, str]


def messages(root: Path) -> dict[Key, polib.POEntry]:
    return {
        (entry.msgctxt, entry.msgid): entry
        for entry in polib.pofile(str(root / CATALOGUE))
        if not entry.obsolete
    }


@pytest.fixture(scope="module")
def catalogue() -> dict[Key, polib.POEntry]:
    return messages(ROOT)


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> dict[Key, polib.POEntry]:
    """What `make messages` would find now, collected in a copy of the sources."""
    if shutil.which("xgettext") is None:
        pytest.skip("xgettext (package gettext) is not here")
    copy = tmp_path_factory.mktemp("sources")
    for room in ROOMS:
        shutil.copytree(ROOT / room, copy / room, ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
    for name in ("manage.py", "package-lock.json"):
        shutil.copy(ROOT / name, copy / name)
    argv = [sys.executable, "manage.py", "makemessages", "-l", "id", "--no-location", "--no-obsolete"]
    done = subprocess.run(
        argv, cwd=copy, env=os.environ | {"KENTONGAN_VAR": str(copy / "var")}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return messages(copy)


def test_every_text_of_the_sources_is_in_the_catalogue(
    catalogue: dict[Key, polib.POEntry], collected: dict[Key, polib.POEntry]
) -> None:
    assert [msgid for _context, msgid in collected.keys() - catalogue.keys()] == []


def test_the_catalogue_holds_no_text_that_is_gone(
    catalogue: dict[Key, polib.POEntry], collected: dict[Key, polib.POEntry]
) -> None:
    assert [msgid for _context, msgid in catalogue.keys() - collected.keys()] == []


def test_every_text_is_translated(catalogue: dict[Key, polib.POEntry]) -> None:
    assert [msgid for (_context, msgid), entry in catalogue.items() if not entry.translated()] == []


def test_no_translation_is_doubtful(catalogue: dict[Key, polib.POEntry]) -> None:
    assert [msgid for (_context, msgid), entry in catalogue.items() if entry.fuzzy] == []


def test_placeholders_are_the_same_in_both_languages(catalogue: dict[Key, polib.POEntry]) -> None:
    wrong = []
    for entry in catalogue.values():
        expected = set(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
        for text in entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr]:
            if text and set(PLACEHOLDER.findall(text)) != expected:
                wrong.append(entry.msgid)
    assert wrong == []
