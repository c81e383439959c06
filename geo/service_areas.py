"""Service areas from a file: a CSV of area codes, or polygons of an agency's own.

A file is the whole truth for the agencies that it names, in its kind: a CSV replaces what they have by area codes and
leaves their polygons, a file of polygons the other way round. Loading a file again changes nothing.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
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
    """Load a CSV (agency, category, area_code, priority) or polygons (agency, category, priority, name; `read_layer`).

    An empty category stands for all. Call it inside a transaction. Raises FileRefused for a row that names an agency or
    an area that is not there, or a polygon outside the city.
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
    return [replace(_wanted(row, agencies), area_code=_area_code(row, codes, edition.name)) for row in rows]


def _wanted(row: Row, agencies: dict[str, int]) -> Wanted:
    agency = row.text("agency", 60)
    if agency not in agencies:
        raise row.refused(_("the agency “%(code)s” is not known") % {"code": agency}, "agency")
    return Wanted(
        agency=agency,
        category=row.text("category", 60, needed=False),
        name=row.text("name", 160, needed=False),
        priority=row.whole("priority", *PRIORITIES, default=0),
    )


def _area_code(row: Row, codes: set[str], edition: str) -> str:
    stated = row.text("area_code", 20)
    if (code := normalise_code(stated)) in codes:
        return code
    reason = _("the area “%(code)s” is not in the edition “%(edition)s”") % {
        "code": stated,
        "edition": edition,
    }
    raise row.refused(reason, "area_code")


def _from_polygons(path: Path, agencies: dict[str, int], edition: Edition) -> list[Wanted]:
    layer = read_layer(path).frame
    columns = layer.columns.drop(layer.geometry.name)
    if "agency" not in columns:
        raise FileRefused(path, _("column missing: %(columns)s") % {"columns": "agency"})
    shapes = _whole_shapes(path, layer)
    city = shapely.union_all([_shape(area.geom) for area in edition.areas.filter(level=Area.Level.CITY)])
    found: dict[tuple[Hashable, ...], Wanted] = {}
    for number, shape in enumerate(shapes):
        cells = {str(word): cell_text(layer[word].iloc[number]) for word in columns}
        row = Row(path, feature_place(layer, number), {"category": "", "name": "", "priority": ""} | cells)
        if not shapely.intersects(shape, city):
            raise row.refused(_("it lies outside the city"))
        wanted = replace(_wanted(row, agencies), shape=shapely.to_wkb(shape))
        if wanted.key in found:
            raise row.refused(_("it is there twice"))
        found[wanted.key] = wanted
    return list(found.values())


def _whole_shapes(path: Path, layer: gpd.GeoDataFrame) -> Any:
    named = layer.assign(code=[feature_place(layer, number) for number in range(len(layer))], name="")
    whole, _repairs = repair(path, named)
    return whole.geometry.values


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
