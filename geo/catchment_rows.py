"""Catchments and households in the database: rows in and out, as arrays and plain values."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.db import connection
from shapely.geometry.base import BaseGeometry

from geo.catchment_risk import Demand
from geo.catchments import Cell, Homes, Partition, areas_locator
from geo.locate import Locator
from geo.models import Area, CatchmentVersion, Edition

HOMES = 'SELECT ST_X("location"), ST_Y("location"), "count" FROM "geo_household"'
COPY = 'COPY "geo_catchment" ("version_id", "code", "kelurahan_code", "households", "geom") FROM STDIN'


def read_homes() -> Homes:
    """All households that are known."""
    with connection.cursor() as cursor:
        cursor.execute(HOMES)
        table = np.array(cursor.fetchall(), dtype=np.float64).reshape(-1, 3)
    lon, lat, count = np.ascontiguousarray(table.T)
    return Homes(lon, lat, count.astype(np.int64))


def villages_of(edition: Edition) -> dict[str, BaseGeometry]:
    """The kelurahan of an edition, code → polygon in EPSG:4326."""
    rows = edition.areas.filter(level=Area.Level.VILLAGE).values_list("code", "geom")
    return {code: shape_of(geom) for code, geom in rows}


def shape_of(geom: GEOSGeometry) -> BaseGeometry:
    """The same shape for shapely."""
    return shapely.from_wkb(bytes(geom.wkb))


def read_cells(version: CatchmentVersion) -> tuple[Cell, ...]:
    """The cells of a version, by their codes."""
    rows = version.cells.order_by("code").values_list("code", "kelurahan_code", "households", "geom")
    return tuple(Cell(code, kelurahan, count, shape_of(geom)) for code, kelurahan, count, geom in rows)


def store(
    edition: Edition, demand: Demand, homes: Homes, partition: Partition, before: CatchmentVersion | None
) -> CatchmentVersion:
    """Keep a partition as the next version, not yet in force."""
    newest = CatchmentVersion.objects.order_by("-number").first()
    version = CatchmentVersion.objects.create(
        number=newest.number + 1 if newest else 1,
        edition=edition,
        least=demand.least,
        households=homes.total,
        before=before,
        report=told(partition) | {"demand": asdict(demand)},
    )
    shapes = shapely.set_srid(np.array([cell.geom for cell in partition.cells], dtype=object), 4326)
    keys = shapely.to_wkb(shapes, hex=True, include_srid=True).tolist()
    with connection.cursor() as cursor, cursor.copy(COPY) as copy:
        for cell, key in zip(partition.cells, keys, strict=True):
            copy.write_row((version.pk, cell.code, cell.kelurahan, cell.households, key))
    return version


def told(partition: Partition) -> dict[str, Any]:
    """What the administrator reads of a partition: numbers and codes, no household."""
    sizes = np.array([cell.households for cell in partition.cells], dtype=np.int64)
    return {
        "cells": len(sizes),
        "smallest": int(sizes.min()) if len(sizes) else 0,
        "median": float(np.median(sizes)) if len(sizes) else 0,
        "largest": int(sizes.max()) if len(sizes) else 0,
        "without": dict(partition.without),
        "outside": partition.outside,
        "strong": sorted(partition.strong),
    }


def load_cells() -> Locator:
    """The locator of the cells in force; without any, one for which everything is outside."""
    active = CatchmentVersion.objects.filter(active=True).first()
    return locator_of(active) if active else areas_locator({})


def locator_of(version: CatchmentVersion) -> Locator:
    """The locator of one version's cells, made once: they never change. Its villages are the cells."""
    return _locator(version.pk, version.created_at)


@lru_cache(maxsize=2)
def _locator(version: int, _made: datetime) -> Locator:
    cells = read_cells(CatchmentVersion.objects.get(pk=version))
    return areas_locator({cell.code: cell.geom for cell in cells})
