"""A boundary file as a city has it → areas as we need them, and a report. No ORM, no HTTP: file in, frame out.

Examples
--------
>>> areas, report = read_boundaries(Path("35.75_kota-pasuruan.geojson"))  # doctest: +SKIP
>>> report.counts  # doctest: +SKIP
{'kabupaten_kota': 1, 'kecamatan': 4, 'kelurahan_desa': 34}
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import shapely
from django.utils.translation import gettext as _

from geo.boundary_codes import LEVELS, VILLAGE, Numbering, normalise_code
from geo.boundary_crs import LonLat
from geo.boundary_place import elsewhere, place_of
from geo.boundary_read import Layer, read_polygons
from geo.boundary_repair import Repair, repair
from geo.boundary_report import Report
from geo.boundary_rows import Rows, rows_from
from geo.boundary_topology import GAP, OVERLAP, summed, uneven_borders
from geo.boundary_tree import Tree, complete
from geo.refusal import FileRefused

AREA_COLUMNS = ["code", "name", "level", "parent_code", "foreign_code", "geometry"]


def read_boundaries(
    path: Path,
    mapping: Mapping[str, str] | None = None,
    *,
    layer: str = "",
    within: str = "",
    names: Mapping[str, str] | None = None,
    crs: str = "",
    near: LonLat | None = None,
) -> tuple[gpd.GeoDataFrame, Report]:
    """Read, recognise, repair and measure the areas of one file.

    Parameters
    ----------
    path : GeoJSON, GeoPackage, Shapefile, GeoParquet, FlatGeobuf or KML (each also zipped; KMZ), in any CRS.
    mapping : our word → the file's column, where it is not recognised by itself (see `boundary_fields.MAPPABLE`).
    layer : which layer, where the file has several.
    within : keep only the areas of this code (one city out of a country).
    names : code → name, for parents that the file does not name.
    crs : the coordinate system (`EPSG:32749`), where the file states none or a wrong one.
    near : where the city lies (lon, lat): to suggest a coordinate system when the file states none, and to tell how far
        from it the areas are.

    Returns
    -------
    The areas (AREA_COLUMNS, EPSG:4326 MultiPolygons, sorted by level from the city down, then by code) and the report.

    Raises
    ------
    FileRefused : with file, feature and reason; see the modules `boundary_*`.
    """
    part = _part(path, within)
    source = read_polygons(path, layer, crs=crs, near=near)
    rows = rows_from(path, source, mapping or {}, part)
    if not (rows.frame["level"] == VILLAGE).any():
        raise FileRefused(path, _("it has no kelurahan or desa; only they can tell where a point lies"))
    whole, repairs = repair(path, rows.frame)
    tree = complete(whole, names or {})
    areas = _sorted(tree.frame)
    return areas, _report(path, source, rows, repairs, tree, areas, near)


def _part(path: Path, within: str) -> str:
    part = normalise_code(within)
    if within and not part:
        reason = _("“%(code)s” is no area code (as in 35.75.01.1001)") % {"code": within}
        raise FileRefused(path, reason, "--within")
    return part


def _report(
    path: Path,
    source: Layer,
    rows: Rows,
    repairs: list[Repair],
    tree: Tree,
    areas: gpd.GeoDataFrame,
    near: LonLat | None,
) -> Report:
    place = place_of(areas, near)
    uneven = uneven_borders(areas, tree.dissolved)
    return Report(
        file=path.name,
        format=source.format,
        layer=source.name,
        crs=source.crs,
        style=rows.fields.style,
        bps=rows.numbering is Numbering.BPS,
        counts={level: int((areas["level"] == level).sum()) for level in LEVELS},
        notes=source.notes,
        doubts=source.doubts,
        place=place,
        elsewhere=list(elsewhere(place)),
        repaired=repairs,
        gaps=summed(uneven, GAP),
        overlaps=summed(uneven, OVERLAP),
        orphans=tree.orphans,
        astray=tree.astray,
        childless=tree.childless,
        dissolved=tree.dissolved,
        unnamed=tree.unnamed,
        digest=_digest(areas),
    )


def _sorted(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    order = {level: rank for rank, level in enumerate(LEVELS)}
    ranked = frame.assign(rank=frame["level"].map(order)).sort_values(["rank", "code"], ignore_index=True)
    return ranked[AREA_COLUMNS]


def _digest(areas: gpd.GeoDataFrame) -> str:
    summed = hashlib.sha256()
    for column in AREA_COLUMNS[:-1]:
        summed.update("\x1f".join(areas[column]).encode())
        summed.update(b"\x1e")
    for blob in shapely.to_wkb(areas.geometry.values):
        summed.update(blob)
    return f"sha256:{summed.hexdigest()}"
