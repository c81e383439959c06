"""Places by what people type: names with typing errors, plus codes, positions. Nothing of it needs the internet.

Exact names come first, then names that begin so, then those of which a word begins so, then those that are alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from geo.candidates import SITES, Row, candidates
from geo.city import current_city
from geo.coordinates import read_point
from geo.globe import way
from geo.locate import Place, Placement
from geo.models import Area
from geo.pluscode import decode, encode
from geo.registry import current_locator
from geo.words import Wanted, plain, understand

LonLat = tuple[float, float]
LEAST_TYPED = 2
# Measured with pairs such as bkir/Bukir (0.39, meant) and balai/Bakalan (0.31, not meant).
ALIKE_ENOUGH = 0.35
EXACT, BEGINS, WORD_BEGINS, ALIKE = range(4)
OUTSIDERS = "luar"  # the kind of agencies to which cases are forwarded
# Of equally good ones, first what a pin is most often about.
TYPES = {Area.Level.VILLAGE: 0, Area.Level.DISTRICT: 1, "facility": 2, "agency": 3, Area.Level.CITY: 4}


@dataclass(frozen=True)
class Hit:
    """A place that may be meant. `type`: a level of Area, `facility`, `agency` or `point`. `detail` says in the
    reader's language what it is and where. `lon`, `lat` are None for an agency whose seat is not known."""

    type: str
    code: str
    name: str
    kind: str
    lon: float | None
    lat: float | None
    kelurahan: Place | None
    kecamatan: Place | None
    detail: str
    distance_m: float | None = None


def search(typed: str, limit: int = 8, near: LonLat | None = None) -> list[Hit]:
    """Places that `typed` may mean, best first; `near` (lon, lat) puts the closer of equally good ones first.

    A plus code or a position gives its point alone. Fewer than two letters or digits give nothing.
    """
    city = current_city()
    point = read_point(typed) or decode(typed, (city.center.x, city.center.y) if city else None)
    if point:
        return [_point(typed.strip(), point, near)]
    wanted = understand(typed)
    if len(wanted.text.replace(" ", "")) < LEAST_TYPED:
        return []
    meant = [(row, _hit(row, near)) for row in candidates(wanted) if _is_meant(row, wanted)]
    best: dict[str, Hit] = {}
    for row, hit in sorted(meant, key=lambda pair: _rank(pair[0], pair[1], wanted)):
        best.setdefault(row.code, hit)  # an agency and its seat are one place
    return list(best.values())[:limit]


def _tier(row: Row, wanted: Wanted) -> int:
    asked = wanted.text if row.type in SITES else wanted.name
    if row.plain == asked or (wanted.code and row.code == wanted.code):
        return EXACT
    if row.plain.startswith(asked) or (wanted.code and row.code.startswith(wanted.code)):
        return BEGINS
    return WORD_BEGINS if f" {asked}" in row.plain else ALIKE


def _is_meant(row: Row, wanted: Wanted) -> bool:
    return _tier(row, wanted) < ALIKE or row.alike >= ALIKE_ENOUGH


def _rank(row: Row, hit: Hit, wanted: Wanted) -> tuple[Any, ...]:
    """The order of hits. With a distance likeness counts in tenths, so that among like names the closer is first."""
    tier = _tier(row, wanted)
    alike = round(row.alike if tier == ALIKE else row.whole, 4 if hit.distance_m is None else 1)
    elsewhere = bool(wanted.within) and not any(
        place and plain(place.name).startswith(wanted.within) for place in (hit.kelurahan, hit.kecamatan)
    )
    other_level = bool(wanted.level) and row.type not in SITES and row.type != wanted.level
    nowhere, distance = hit.lon is None, hit.distance_m or 0.0
    return (
        tier,
        elsewhere,
        other_level,
        nowhere,
        -alike,
        distance,
        TYPES[row.type],
        len(row.plain),
        row.code,
    )


def _hit(row: Row, near: LonLat | None) -> Hit:
    at = (row.lon, row.lat) if row.lon is not None and row.lat is not None else None
    kelurahan, kecamatan, detail = _site(row, at) if row.type in SITES else _area(row)
    distance = way(*near, *at)[0] if near and at else None
    return Hit(
        row.type, row.code, row.name, row.kind, row.lon, row.lat, kelurahan, kecamatan, detail, distance
    )


def _site(row: Row, at: LonLat | None) -> tuple[Place | None, Place | None, str]:
    placed = current_locator().locate(*at) if at else None
    what = (_("Outside agency") if row.kind == OUTSIDERS else _("Agency")) if row.type == "agency" else ""
    where = _where(placed) if placed and placed.inside else ""
    detail = ", ".join(part for part in (what, where) if part)
    return (placed.kelurahan, placed.kecamatan, detail) if placed else (None, None, detail)


def _area(row: Row) -> tuple[Place | None, Place | None, str]:
    own = Place(row.code, row.name)
    if row.type != Area.Level.VILLAGE:
        return (None, own, _("Kecamatan")) if row.type == Area.Level.DISTRICT else (None, None, "")
    locator = current_locator()
    # A moment after a change of edition the locator may be the one before.
    kecamatan = locator.locate_code(row.code).kecamatan if row.code in locator.by_code else None
    # The fourth part of a Kemendagri code begins with 1 for a kelurahan, with 2 for a desa.
    is_desa = row.code.split(".")[-1].startswith("2")
    words = _("Desa in Kecamatan %(kecamatan)s") if is_desa else _("Kelurahan in Kecamatan %(kecamatan)s")
    return own, kecamatan, words % {"kecamatan": kecamatan.name if kecamatan else "?"}


def _where(placed: Placement) -> str:
    if not placed.kelurahan or not placed.kecamatan:
        return _("Outside the city")
    names = {"kelurahan": placed.kelurahan.name, "kecamatan": placed.kecamatan.name}
    return _("%(kelurahan)s, Kecamatan %(kecamatan)s") % names


def _point(typed: str, at: LonLat, near: LonLat | None) -> Hit:
    placed = current_locator().locate(*at)
    distance = way(*near, *at)[0] if near else None
    name = f"{at[1]}, {at[0]}" if read_point(typed) else encode(*at)
    return Hit("point", "", name, "", *at, placed.kelurahan, placed.kecamatan, _where(placed), distance)
