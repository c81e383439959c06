"""A whole city from its folder (fixtures/README.md), in one transaction."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

from django.utils.translation import gettext as _

from geo.agencies import load_agencies
from geo.boundaries import read_boundaries
from geo.boundary_codes import normalise_code
from geo.changes import Changes
from geo.city_facts import load_city_row, load_facilities, load_population
from geo.editions import activate, load_edition
from geo.errors import Conflict
from geo.households import load_households
from geo.models import City, Edition
from geo.refusal import FileRefused
from geo.registry import forget_locator
from incidents.camera_file import load_camera_rules, load_cameras
from incidents.category_file import load_categories
from incidents.days_off_file import load_days_off
from incidents.service_area_file import load_service_area_file

FIRST_EDITION = "awal"
# In the order in which they lean on each other; those that may be missing are marked.
FILES: tuple[tuple[str, Callable[[Path], Changes], bool], ...] = (
    ("agencies.csv", load_agencies, True),
    ("categories.csv", load_categories, True),
    ("service_areas.csv", load_service_area_file, False),
    ("service_areas.geojson", load_service_area_file, False),
    ("days_off.csv", load_days_off, False),
    ("cameras.csv", load_cameras, False),
    ("camera_rules.csv", load_camera_rules, False),
    ("population.csv", load_population, False),
    ("facilities.csv", load_facilities, False),
    ("households.csv", load_households, False),
    ("households.parquet", load_households, False),
)


def load_city_folder(folder: Path) -> Iterator[tuple[str, Changes]]:
    """Load each file of the folder, telling its name and what changed. Call it inside a transaction.

    Raises Conflict when another city is loaded already, FileRefused for a file that is wrong or missing.
    """
    facts = _facts(folder)
    other = City.objects.exclude(code=_code(facts)).first()
    if other:
        text = _("{name} is loaded here already. Another city needs another clone, or `make clean` first.")
        raise Conflict(text.format(name=other.name))
    yield "city.toml", load_city_row(folder / "city.toml")
    yield "areas.geojson", _areas(folder, approximate=facts.get("approximate") is True)
    for name, load, needed in FILES:
        if needed or (folder / name).is_file():
            yield name, load(folder / name)


def is_loaded(folder: Path) -> bool:
    """Whether the folder's city is the one that is loaded, so that what people changed since is left alone."""
    return City.objects.filter(code=_code(_facts(folder))).exists()


def _code(facts: dict[str, object]) -> str:
    return normalise_code(str(facts.get("code", "")))


def _facts(folder: Path) -> dict[str, object]:
    path = folder / "city.toml"
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise FileRefused(path, _("it cannot be read: %(reason)s") % {"reason": error}) from error


def _areas(folder: Path, approximate: bool) -> Changes:
    """The borders, as the first edition; a city that has editions already keeps the active one."""
    if Edition.objects.filter(status=Edition.Status.ACTIVE).exists():
        return Changes(same=1)
    areas, report = read_boundaries(folder / "areas.geojson")
    edition, _written = load_edition(
        areas, report, FIRST_EDITION, approximate=approximate, source=folder.name
    )
    activate(edition)
    forget_locator()
    return Changes(added=[f"{edition.name} ({len(areas)})"])
