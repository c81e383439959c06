"""Service areas from a file: a CSV of area codes, or polygons of an agency's own.

A file is the whole truth for the agencies that it names, in its kind: a CSV replaces what they have by area codes and
leaves their polygons, a file of polygons the other way round. Loading a file again changes nothing.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.utils.translation import gettext as _

from geo.boundary_codes import normalise_code
from geo.boundary_read import feature_place, read_layer
from geo.boundary_repair import repair
from geo.boundary_rows import cell_text
from geo.changes import Changes
from geo.csvfile import Row, demand_unique, read_csv
from geo.editions import bump_map_version
from geo.models import Agency, Area, Edition, ServiceArea
from geo.refusal import FileRefused

PRIORITIES = (-1000, 1000)


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


def load_service_areas(path: Path) -> Changes:
    """Load a CSV (agency, category, area_code, priority) or polygons (agency, category, priority, name; see `read_layer`).

    An empty category stands for all. Call it inside a transaction. Raises FileRefused for a row that names an agency or an
    area that is not there, or a polygon outside the city.
    """
    agencies = dict(Agency.objects.values_list("code", "pk"))
    edition = Edition.objects.filter(status=Edition.Status.ACTIVE).first()
    if edition is None:
        raise FileRefused(path, _("no edition of boundaries is active yet; load areas first"))
    drawn = path.suffix.lower() != ".csv"
    wanted = _from_polygons(path, agencies, edition) if drawn else _from_csv(path, agencies, edition)
    changes = _replace(wanted, agencies, drawn)
    if changes:
        bump_map_version()
    return changes


def _from_csv(path: Path, agencies: dict[str, int], edition: Edition) -> list[Wanted]:
    codes = set(edition.areas.values_list("code", flat=True))
    rows = read_csv(path, ("agency", "category", "area_code", "priority"), ("name",))
    demand_unique(rows, "agency", "category", "area_code")
    return [_from_row(row, agencies, codes, edition.name) for row in rows]


def _from_row(row: Row, agencies: dict[str, int], codes: set[str], edition: str) -> Wanted:
    agency, stated = row.text("agency", 60), row.text("area_code", 20)
    if agency not in agencies:
        raise row.refused(_("the agency “%(code)s” is not known") % {"code": agency}, "agency")
    code = normalise_code(stated)
    if code not in codes:
        raise row.refused(
            _("the area “%(code)s” is not in the edition “%(edition)s”") % {"code": stated, "edition": edition},
            "area_code",
        )
    return Wanted(
        agency=agency,
        category=row.text("category", 60, needed=False),
        name=row.text("name", 160, needed=False),
        priority=row.whole("priority", *PRIORITIES, default=0),
        area_code=code,
    )


def _from_polygons(path: Path, agencies: dict[str, int], edition: Edition) -> list[Wanted]:
    layer = read_layer(path).frame
    if "agency" not in layer.columns:
        raise FileRefused(path, _("column missing: %(columns)s") % {"columns": "agency"})
    city = shapely.union_all(
        [shapely.from_wkb(bytes(area.geom.wkb)) for area in edition.areas.filter(level=Area.Level.CITY)]
    )
    found: dict[tuple[Hashable, ...], Wanted] = {}
    for number in range(len(layer)):
        wanted = _from_feature(path, layer, number, agencies)
        if not shapely.intersects(shapely.from_wkb(wanted.shape), city):
            raise FileRefused(path, _("it lies outside the city"), feature_place(layer, number))
        if wanted.key in found:
            raise FileRefused(path, _("it is there twice"), feature_place(layer, number))
        found[wanted.key] = wanted
    return list(found.values())


def _from_feature(path: Path, layer: gpd.GeoDataFrame, number: int, agencies: dict[str, int]) -> Wanted:
    cells = {word: cell_text(layer[word].iloc[number]) for word in layer.columns.drop(layer.geometry.name)}
    row = Row(path, number + 1, {"category": "", "name": "", "priority": ""} | cells)
    try:
        agency, category, name = (
            row.text("agency", 60),
            row.text("category", 60, needed=False),
            row.text("name", 160, needed=False),
        )
        priority = row.whole("priority", *PRIORITIES, default=0)
    except FileRefused as error:
        raise FileRefused(path, error.reason, feature_place(layer, number)) from error
    if agency not in agencies:
        reason = _("the agency “%(code)s” is not known") % {"code": agency}
        raise FileRefused(path, reason, feature_place(layer, number))
    one = layer.iloc[[number]].assign(code=agency, name=name)
    whole, _repairs = repair(path, one)
    return Wanted(agency, category, name, priority, shape=shapely.to_wkb(whole.geometry.iloc[0]))


def _replace(wanted: list[Wanted], agencies: dict[str, int], drawn: bool) -> Changes:
    named = {one.agency for one in wanted}
    there = {
        _as_wanted(row).key: row
        for row in ServiceArea.objects.filter(agency__code__in=named).select_related("agency")
        if bool(row.geom) == drawn
    }
    changes, kept, fresh = Changes(), set[int](), []
    for one in wanted:
        row = there.get(one.key)
        if row is None:
            fresh.append(ServiceArea(**_values(one, agencies)))
            changes.added.append(str(one))
            continue
        kept.add(row.pk)
        if (row.name, row.priority) == (one.name, one.priority):
            changes.same += 1
            continue
        row.name, row.priority = one.name, one.priority
        row.save(update_fields=["name", "priority"])
        changes.changed.append(str(one))
    changes.removed = [str(_as_wanted(row)) for row in there.values() if row.pk not in kept]
    ServiceArea.objects.filter(pk__in=[row.pk for row in there.values() if row.pk not in kept]).delete()
    ServiceArea.objects.bulk_create(fresh, batch_size=500)
    return changes


def _as_wanted(row: ServiceArea) -> Wanted:
    shape = shapely.to_wkb(shapely.from_wkb(bytes(row.geom.wkb))) if row.geom else b""
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
