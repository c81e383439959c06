"""What a city's folder says about the city itself: city.toml, population.csv, facilities.csv."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.contrib.gis.geos import Point
from django.utils.translation import gettext as _

from geo.boundary_codes import CITY, level_of, normalise_code
from geo.changes import Changes, upsert
from geo.city import forget_city
from geo.csvfile import Row, demand_unique, read_csv
from geo.models import City, Facility, Population
from geo.refusal import FileRefused

MOST_PEOPLE = 2_000_000_000


def load_city_row(path: Path) -> Changes:
    """Load `city.toml` (name, code, zone, center = [lon, lat]; optional zoom, languages, emergency_number,
    boundaries_licence, demo).

    There is one city: another's row is replaced. Call it inside a transaction. Raises FileRefused.
    """
    values = _city(path, _toml(path))
    changes = upsert(City, ["code"], [values])
    others = City.objects.exclude(code=values["code"])
    changes.removed = sorted(others.values_list("code", flat=True))
    others.delete()
    forget_city()
    return changes


def load_population(path: Path) -> Changes:
    """Load people and households by area and year (area_code, year, people, households). Raises FileRefused."""
    rows = read_csv(path, ("area_code", "year", "people", "households"))
    demand_unique(rows, "area_code", "year")
    return upsert(Population, ["area_code", "year"], [_population(row) for row in rows])


def load_facilities(path: Path) -> Changes:
    """Load facilities (code, name, kind, lon, lat) by their code. Raises FileRefused."""
    rows = read_csv(path, ("code", "name", "kind", "lon", "lat"))
    demand_unique(rows, "code")
    return upsert(Facility, ["code"], [_facility(row) for row in rows])


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise FileRefused(path, _("it cannot be opened")) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise FileRefused(path, _("it cannot be read: %(reason)s") % {"reason": error}) from error


def _city(path: Path, given: dict[str, Any]) -> dict[str, Any]:
    code = normalise_code(_word(path, given, "code"))
    if level_of(code) != CITY:
        raise FileRefused(path, _("must be a regency's or city's code (as in 35.75)"), "code")
    languages = given.get("languages", ["id", "en"])
    if (
        not isinstance(languages, list)
        or not languages
        or not all(isinstance(word, str) for word in languages)
    ):
        raise FileRefused(path, _("must be a list of language codes"), "languages")
    zoom = given.get("zoom", 12)
    if not _is_number(zoom) or not 0 <= zoom <= 22:
        raise FileRefused(path, _("must be between %(low)s and %(high)s") % {"low": 0, "high": 22}, "zoom")
    return {
        "code": code,
        "name": _word(path, given, "name"),
        "zone": _zone(path, given),
        "center": _center(path, given),
        "zoom": float(zoom),
        "languages": languages,
        "emergency_number": _word(path, {"emergency_number": "112"} | given, "emergency_number", 20),
        "boundaries_licence": _licence(path, given),
        "demo": given.get("demo") is True,
    }


def _licence(path: Path, given: dict[str, Any]) -> str:
    """What the borders may be passed on under; nothing where that is not said."""
    if not given.get("boundaries_licence"):
        return ""
    name = _word(path, given, "boundaries_licence", 40)
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9.+-]*", name):
        words = _("must be a licence’s short name after SPDX (as in CC-BY-4.0), or be left out")
        raise FileRefused(path, words, "boundaries_licence")
    return name


def _word(path: Path, given: dict[str, Any], key: str, longest: int = 120) -> str:
    value = given.get(key)
    if not isinstance(value, str) or not 0 < len(value.strip()) <= longest:
        raise FileRefused(
            path, _("must be a text of 1 to %(longest)d characters") % {"longest": longest}, key
        )
    return value.strip()


def _zone(path: Path, given: dict[str, Any]) -> str:
    name = _word(path, given, "zone", 40)
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise FileRefused(
            path, _("“%(name)s” is no time zone (as in Asia/Jakarta)") % {"name": name}, "zone"
        ) from error


def _center(path: Path, given: dict[str, Any]) -> Point:
    value = given.get("center")
    if not (isinstance(value, list) and len(value) == 2 and all(map(_is_number, value))):
        raise FileRefused(path, _("must be [longitude, latitude]"), "center")
    lon, lat = map(float, value)
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise FileRefused(path, _("must be [longitude, latitude]"), "center")
    return Point(lon, lat, srid=4326)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _population(row: Row) -> dict[str, Any]:
    code = normalise_code(row.text("area_code", 20))
    if not level_of(code):
        raise row.refused(
            _("“%(code)s” is no area code (as in 35.75.01.1001)") % {"code": row.cells["area_code"]},
            "area_code",
        )
    return {
        "area_code": code,
        "year": row.whole("year", 1945, 2200),
        "people": row.whole("people", 0, MOST_PEOPLE),
        "households": row.whole("households", 0, MOST_PEOPLE),
    }


def _facility(row: Row) -> dict[str, Any]:
    return {
        "code": row.text("code", 60),
        "name": row.text("name", 200),
        "kind": row.text("kind", 40),
        "location": Point(row.decimal("lon", -180, 180), row.decimal("lat", -90, 90), srid=4326),
    }
