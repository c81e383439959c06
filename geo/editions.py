"""Editions of boundaries in the database: load one beside the others, make one the active one.

An edition's areas never change once it has been active, because old incidents point to them: a draft may be loaded
again, anything later needs a new name.
"""

from __future__ import annotations

from collections.abc import Iterator

import geopandas as gpd
import shapely
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon, Point
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from geo.boundary_report import Report
from geo.catchment_versions import follow
from geo.edition_links import link_to_used
from geo.errors import Conflict
from geo.map_version import bump_map_version
from geo.models import Area, Edition, ServiceArea

BATCH = 500


def load_edition(
    areas: gpd.GeoDataFrame, report: Report, name: str, *, approximate: bool = False, source: str = ""
) -> tuple[Edition, bool]:
    """Store `areas` (as `read_boundaries` gives them) as the edition `name`, all or nothing.

    Returns the edition and whether anything was written: the same areas under the same name are left as they are. A
    draft of that name is replaced. Raises Conflict when the name belongs to other areas that are or were active.
    """
    with transaction.atomic():
        bump_map_version()
        there = Edition.objects.select_for_update().filter(name=name).first()
        if there and there.report.get("digest") == report.digest and there.approximate == approximate:
            return there, False
        if there and there.status != Edition.Status.DRAFT:
            raise Conflict(
                _("The edition “%(name)s” is or was in use and holds other areas: choose a new name.")
                % {"name": name}
            )
        if there:
            there.delete()
        edition = Edition.objects.create(
            name=name, approximate=approximate, source=source or report.file, report=report.as_json()
        )
        Area.objects.bulk_create(_rows(edition, areas), batch_size=BATCH)
        link_to_used(edition)
        return edition, True


def _rows(edition: Edition, areas: gpd.GeoDataFrame) -> Iterator[Area]:
    shapes = areas.geometry.values
    inner = shapely.get_point(shapely.maximum_inscribed_circle(shapes), 0)
    for row, shape, label in zip(
        areas.itertuples(index=False), shapely.to_wkb(shapes), shapely.to_wkb(inner), strict=True
    ):
        geom, point = GEOSGeometry(memoryview(shape)), GEOSGeometry(memoryview(label))
        assert isinstance(geom, MultiPolygon)
        assert isinstance(point, Point)
        geom.srid = point.srid = 4326
        yield Area(
            edition=edition,
            code=row.code,
            name=row.name,
            level=row.level,
            parent_code=row.parent_code,
            foreign_code=row.foreign_code,
            geom=geom,
            label_point=point,
        )


def activate(edition: Edition) -> None:
    """Make `edition` the active one and retire the one before, in one transaction. Doing it twice changes nothing.

    Catchments follow. Open cases keep the place that they have: `relocate` moves them.
    """
    with transaction.atomic():
        # First the lock of the map's version: of two at once the later one sees what the first has done.
        bump_map_version()
        active, retired = Edition.Status.ACTIVE, Edition.Status.RETIRED
        left = Edition.objects.filter(status=active).exclude(pk=edition.pk).first()
        if left:
            left.status = retired
            left.save(update_fields=["status"])
        edition.refresh_from_db()
        if edition.status != active:
            edition.status, edition.activated_at = active, timezone.now()
            if left and edition not in earlier_editions(left):
                edition.before = left
            edition.save(update_fields=["status", "activated_at", "before"])
        link_to_used(edition)
        follow()


def earlier_editions(edition: Edition) -> list[Edition]:
    """The editions that were in force before this one, the last first: one after the other a roll back leads there.

    Going back to one of them takes those after it away again, so it leads further back, not forward.
    """
    found: list[Edition] = []
    while edition.before and edition.before not in found:
        edition = edition.before
        found.append(edition)
    return found


def service_areas_without_place(edition: Edition) -> list[str]:
    """Area codes that service areas name and `edition` does not have: there nobody answers any more."""
    named = ServiceArea.objects.exclude(area_code="").values_list("area_code", flat=True)
    return sorted(set(named) - set(edition.areas.values_list("code", flat=True)))
