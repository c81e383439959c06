"""Where on the globe the areas of a file are, and whether that is where the city is that is served here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pyproj
import shapely
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from geo.boundary_codes import VILLAGE
from geo.boundary_crs import LonLat

# Few regencies reach so far from their centre; the next UTM zone, or TM-3 zone, is 300 km or 150 km away.
FAR_KM = 100.0
SHOWN = 10


@dataclass(frozen=True)
class Place:
    """`bounds`: west, south, east, north in degrees. `km`: from their middle to the served city's, None without one.

    `far`: the codes of kelurahan of which no part comes within FAR_KM of the served city's centre.
    """

    bounds: tuple[float, float, float, float]
    km: float | None
    far: list[str]

    @property
    def middle(self) -> LonLat:
        west, south, east, north = self.bounds
        return (west + east) / 2, (south + north) / 2

    def __str__(self) -> str:
        west, south, east, north = self.bounds
        (lon, lat), km = self.middle, self.km
        spot = f"{lat:.4f}, {lon:.4f}"
        box = f"{south:.4f} … {north:.4f}, {west:.4f} … {east:.4f}"
        told = _("%(box)s (latitude, longitude), in the middle %(spot)s") % {"box": box, "spot": spot}
        if km is None:
            return told
        return told + "; " + _("%(km)s km from the centre of the city served here") % {"km": _whole(km)}


def place_of(areas: gpd.GeoDataFrame, near: LonLat | None) -> Place:
    """The place of `areas` (AREA_COLUMNS, EPSG:4326) and how it lies to the served city's centre `near` (lon, lat)."""
    west, south, east, north = (float(edge) for edge in areas.total_bounds)
    bounds = (west, south, east, north)
    if near is None:
        return Place(bounds, None, [])
    metres = pyproj.Geod(ellps="WGS84")
    villages = areas[areas["level"] == VILLAGE]
    # The corner of each box that is nearest in degrees is near enough to the nearest in metres.
    boxes = np.asarray(shapely.bounds(villages.geometry.values))
    lon, lat = (np.clip(near[axis], boxes[:, axis], boxes[:, axis + 2]) for axis in (0, 1))
    here = np.full(len(boxes), near[0]), np.full(len(boxes), near[1])
    away = metres.inv(lon, lat, *here)[2] / 1000
    middle = metres.inv((west + east) / 2, (south + north) / 2, *near)[2] / 1000
    return Place(bounds, round(middle, 1), villages["code"][away > FAR_KM].tolist())


def elsewhere(place: Place) -> Iterator[str]:
    """What a person has to decide about it: nothing, unless areas are far away."""
    if not place.far or place.km is None:
        return
    told = ngettext(
        "%(count)d kelurahan or desa lies more than %(far)s km from the centre of the city served here"
        " (the middle of the file: %(km)s km): is the coordinate system right? %(codes)s",
        "%(count)d kelurahan and desa lie more than %(far)s km from the centre of the city served here"
        " (the middle of the file: %(km)s km): is the coordinate system right? %(codes)s",
        len(place.far),
    )
    shown = ", ".join(place.far[:SHOWN]) + (" …" if len(place.far) > SHOWN else "")
    yield told % {"count": len(place.far), "far": _whole(FAR_KM), "km": _whole(place.km), "codes": shown}


def _whole(km: float) -> str:
    return number_format(round(km), force_grouping=True)
