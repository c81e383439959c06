"""The borders by which a release counts and draws: those in force, and what earlier ones called their places."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd
import shapely
from django.utils.translation import gettext_lazy as _
from shapely.geometry.base import BaseGeometry

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
