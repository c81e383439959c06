"""The borders by which a release counts and draws: those in force, and what earlier ones called their places."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import shapely
from django.utils.translation import gettext_lazy as _
from shapely.geometry.base import BaseGeometry

from geo.catchment_rows import read_homes
from geo.catchment_versions import active_version
from geo.errors import Conflict
from geo.models import Area, Edition
from geo.people import people_in_force
from incidents.models import Incident

AREAS = ["kelurahan_code", "kelurahan", "kecamatan_code", "kecamatan"]


@dataclass(frozen=True)
class Borders:
    """The kelurahan of the edition in force: names, shapes (EPSG:4326) and people by code."""

    edition: str
    approximate: bool
    areas: pd.DataFrame
    shapes: dict[str, BaseGeometry]
    people: dict[str, tuple[int, int]]

    @cached_property
    def thin(self) -> frozenset[str]:
        """Kelurahan in which households are known, but too few for a catchment; none where no catchments are in force.

        The kelurahan itself would be the place of a report there, and its few homes could be guessed from it. Homes on
        its border count, as they do for who looks from outside.
        """
        version = active_version()
        if version is None:
            return frozenset()
        whole = set(self.shapes) - set(version.cells.values_list("kelurahan_code", flat=True).distinct())
        if not whole:
            return frozenset()
        homes = read_homes()
        tree = shapely.STRtree(np.asarray(shapely.points(homes.lon, homes.lat)))
        codes = sorted(whole)
        which, _home = tree.query([self.shapes[code] for code in codes], predicate="intersects")
        return frozenset(codes[at] for at in set(which.tolist()))


def borders(codes: Iterable[str]) -> Borders:
    """The borders in force, with names also for those `codes` that they no longer have (as their incidents knew them).

    Raises Conflict when no boundaries are loaded.
    """
    edition = Edition.objects.filter(status=Edition.Status.ACTIVE).first()
    if edition is None:
        raise Conflict(_("No boundaries are loaded, so there is no place to count by."))
    names = dict(edition.areas.values_list("code", "name"))
    villages = list(
        edition.areas.filter(level=Area.Level.VILLAGE)
        .order_by("code")
        .values_list("code", "name", "parent_code", "geom")
    )
    rows = [(code, name, parent, names.get(parent, parent)) for code, name, parent, _geom in villages]
    rows += _former(set(codes) - {code for code, *_rest in villages})
    return Borders(
        edition=edition.name,
        approximate=edition.approximate,
        areas=pd.DataFrame.from_records(rows, columns=AREAS),
        shapes={code: shapely.from_wkb(bytes(geom.wkb)) for code, _name, _parent, geom in villages},
        people=people_in_force(),
    )


def _former(codes: set[str]) -> list[tuple[str, str, str, str]]:
    """Places of earlier editions, as the newest incident there names them."""
    return list(
        Incident.objects.filter(kelurahan_code__in=codes)
        .order_by("kelurahan_code", "-opened_at", "-pk")
        .distinct("kelurahan_code")
        .values_list("kelurahan_code", "kelurahan", "kecamatan_code", "kecamatan")
    )
