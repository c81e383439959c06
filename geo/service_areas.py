"""Service areas from a file: a CSV of area codes, or polygons of an agency's own.

A file is the whole truth for the agencies that it names, in its kind: a CSV replaces what they have by area codes and
leaves their polygons, a file of polygons the other way round. Loading a file again changes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from geo.boundary_codes import normalise_code
from geo.boundary_read import feature_place, read_polygons
from geo.boundary_repair import repair
from geo.boundary_report import told
from geo.boundary_rows import cell_text
from geo.changes import Changes
from geo.csvfile import Row, demand, read_csv, repeated
from geo.map_version import bump_map_version
from geo.models import Agency, Area, Edition, ServiceArea
from geo.refusal import Fault, FileRefused

PRIORITIES = (-1000, 1000)
MOSTLY = 0.5


@dataclass(frozen=True)
class Wanted:
    """One service area as the file has it; `shape` is WKB (EPSG:4326), or `area_code` is given."""

    agency: str
    category: str
    name: str
    priority: int
    area_code: str = ""
    shape: bytes = b""

    @property
    def key(self) -> tuple[Hashable, ...]:
        return (self.agency, self.category, self.area_code, self.shape)

    def __str__(self) -> str:
        return " ".join(filter(None, (self.agency, self.category, self.area_code or self.name)))


@dataclass(frozen=True)
class Known:
    """What a service area may name. `categories`: None when there are none yet, so that any is taken."""

    agencies: dict[str, int]
    categories: Collection[str] | None
    areas: Collection[str]
    edition: Edition

    def agency(self, row: Row) -> str:
        code = row.text("agency", 60)
        if code not in self.agencies:
            raise row.refused(_("the agency “%(code)s” is not known") % {"code": code}, "agency")
        return code

    def category(self, row: Row) -> str:
        code = row.text("category", 60, needed=False)
        if code and self.categories is not None and code not in self.categories:
            raise row.refused(_("no category has the code “%(code)s”") % {"code": code}, "category")
        return code

    def area(self, row: Row) -> str:
        stated = row.text("area_code", 20)
        if (code := normalise_code(stated)) in self.areas:
            return code
        reason = _("the area “%(code)s” is not in the edition “%(edition)s”") % {
            "code": stated,
            "edition": self.edition.name,
        }
        raise row.refused(reason, "area_code")

    def wanted(self, row: Row) -> Wanted:
        return Wanted(self.agency(row), self.category(row), _name(row), _priority(row))


def load_service_areas(
    path: Path, categories: Collection[str] | None = None, *, layer: str = "", crs: str = ""
) -> Changes:
    """Load a CSV (agency, category, area_code, priority) or polygons (agency, category, priority, name; `read_layer`).

    An empty category stands for all; `categories` are the codes that there are, None if they are not known yet; `layer`
    and `crs` are for polygons, as in `read_layer`. Call it inside a transaction. Raises FileRefused, naming them all,
    for rows with an agency, a category or an area that is not there, and for polygons outside the city.
    """
    edition = Edition.objects.filter(status=Edition.Status.ACTIVE).first()
    if edition is None:
        raise FileRefused(path, _("no edition of boundaries is active yet; load areas first"))
    agencies = dict(Agency.objects.values_list("code", "pk"))
    known = Known(agencies, categories, set(edition.areas.values_list("code", flat=True)), edition)
    drawn = path.suffix.lower() != ".csv"
    notes: list[str] = []
    if drawn:
        wanted, notes = _from_polygons(path, known, layer, crs)
    else:
        wanted = _from_csv(path, known)
    changes = _replace(wanted, agencies, drawn)
    changes.notes = notes
    if changes:
        bump_map_version()
    return changes


def _name(row: Row) -> str:
    return row.text("name", 160, needed=False)


def _priority(row: Row) -> int:
    return row.whole("priority", *PRIORITIES, default=0)


def _from_csv(path: Path, known: Known) -> list[Wanted]:
    rows = read_csv(path, ("agency", "category", "area_code", "priority"), ("name",))
    twice = repeated(rows, "agency", "category", "area_code")
    demand(rows, twice, known.agency, known.category, known.area, _name, _priority)
    return [replace(known.wanted(row), area_code=known.area(row)) for row in rows]


def _from_polygons(path: Path, known: Known, named: str, crs: str) -> tuple[list[Wanted], list[str]]:
    """The service areas, and what was put right or is doubtful."""
    layer = read_polygons(path, named, crs=crs, near=_middle(known.edition))
    columns = layer.frame.columns.drop(layer.frame.geometry.name)
    cells = {str(word).lower(): [cell_text(value) for value in layer.frame[word]] for word in columns}
    if "agency" not in cells:
        raise FileRefused(path, _("column missing: %(columns)s") % {"columns": "agency"})
    places = [feature_place(layer.frame, number) for number in range(len(layer.frame))]
    rows = [
        Row(
            path,
            place,
            {"category": "", "name": "", "priority": ""} | {word: cells[word][at] for word in cells},
        )
        for at, place in enumerate(places)
    ]
    shapeless = [Fault(places[row], reason) for row, reason in layer.faults]
    demand(rows, shapeless, known.agency, known.category, _name, _priority)
    whole, repairs = repair(path, layer.frame.assign(code=places, name=""))
    shapes = whole.geometry.values
    wanted = [
        replace(known.wanted(row), shape=shape)
        for row, shape in zip(rows, shapely.to_wkb(shapes), strict=True)
    ]
    demand(rows, [*_outside(rows, shapes, known.edition), *_drawn_twice(rows, wanted)])
    beyond = _mostly_beyond(rows, shapes, known.edition)
    return wanted, [*layer.notes, *(told(item) for item in repairs), *beyond, *layer.doubts]


def _middle(edition: Edition) -> tuple[float, float] | None:
    city = edition.areas.filter(level=Area.Level.CITY).first()
    return (city.label_point.x, city.label_point.y) if city else None


def _outside(rows: list[Row], shapes: Any, edition: Edition) -> list[Fault]:
    inside = shapely.intersects(shapes, _city(edition))
    return [
        Fault(row.place, _("it lies outside the city"))
        for row, here in zip(rows, inside, strict=True)
        if not here
    ]


def _mostly_beyond(rows: list[Row], shapes: Any, edition: Edition) -> Iterator[str]:
    """What has the smaller part of its surface in the city: a province's file, or a neighbour's."""
    # A share needs no square metres: degrees stretch the whole and the part alike.
    shares = shapely.area(shapely.intersection(shapes, _city(edition))) / shapely.area(shapes)
    for row, share in zip(rows, shares.tolist(), strict=True):
        if share < MOSTLY:
            told = _("%(place)s: only %(share)s %% of it lies in the city; is it meant for this city?")
            yield told % {"place": row.place, "share": number_format(share * 100, 1)}


def _city(edition: Edition) -> Any:
    return shapely.union_all([_shape(area.geom) for area in edition.areas.filter(level=Area.Level.CITY)])


def _drawn_twice(rows: list[Row], wanted: list[Wanted]) -> list[Fault]:
    first: dict[tuple[Hashable, ...], int] = {}
    numbers = enumerate(wanted)
    again = [number for number, one in numbers if first.setdefault(one.key, number) != number]
    return [Fault(rows[number].place, _("it is there twice")) for number in again]


def _replace(wanted: list[Wanted], agencies: dict[str, int], drawn: bool) -> Changes:
    named = {one.agency for one in wanted}
    rows = ServiceArea.objects.filter(agency__code__in=named, geom__isnull=not drawn).select_related("agency")
    there = {_as_wanted(row).key: row for row in rows}
    changes, kept = Changes(), set[int]()
    for one in wanted:
        row = there.get(one.key)
        if row is None:
            kept.add(ServiceArea.objects.create(**_values(one, agencies)).pk)
            changes.added.append(str(one))
            continue
        kept.add(row.pk)
        if (row.name, row.priority) == (one.name, one.priority):
            changes.same += 1
            continue
        row.name, row.priority = one.name, one.priority
        row.save(update_fields=["name", "priority"])
        changes.changed.append(str(one))
    changes.removed = [str(_as_wanted(row)) for row in rows if row.pk not in kept]
    ServiceArea.objects.filter(pk__in=[row.pk for row in rows if row.pk not in kept]).delete()
    return changes


def _shape(geom: GEOSGeometry) -> Any:
    return shapely.from_wkb(bytes(geom.wkb))


def _as_wanted(row: ServiceArea) -> Wanted:
    shape = shapely.to_wkb(_shape(row.geom)) if row.geom else b""
    return Wanted(row.agency.code, row.category, row.name, row.priority, row.area_code, shape)


def _values(one: Wanted, agencies: dict[str, int]) -> dict[str, Any]:
    return {
        "agency_id": agencies[one.agency],
        "category": one.category,
        "name": one.name,
        "area_code": one.area_code,
        "priority": one.priority,
        "geom": GEOSGeometry(memoryview(one.shape), srid=4326) if one.shape else None,
    }
