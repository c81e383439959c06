"""Which coordinate system a file's numbers are in, and the way to WGS 84. What a file does not say is not guessed."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import pyproj
import shapely
from django.utils.translation import gettext as _

from geo.refusal import FileRefused

WGS84 = "EPSG:4326"
INDONESIA = (94.0, -12.0, 142.0, 8.0)
GLOBE = (-180.0, -90.0, 180.0, 90.0)
MARGIN = 0.5
NEAR_M = 150_000.0
# What Indonesian cities measure in: UTM south and north of the equator, TM-3 (BPN's 3° zones), and web maps' metres.
# DGN95's and SRGI2013's own UTM zones have the numbers of WGS 84's.
METRIC = (*range(32746, 32755), *range(23830, 23846), *range(32646, 32655), 3857)

LonLat = tuple[float, float]


@dataclass(frozen=True)
class Placed:
    """`frame` in EPSG:4326. `crs`: what was taken, '' when the file states none and its numbers are degrees.

    `faults`: (row, reason) of features that no map can hold; `notes` what was put right, `doubts` what to look at.
    """

    frame: gpd.GeoDataFrame
    crs: str
    faults: list[tuple[int, str]]
    notes: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)


class Fit(NamedTuple):
    """A coordinate system that would put a file's middle on Indonesia, and where."""

    crs: str
    name: str
    at: LonLat

    def __str__(self) -> str:
        return _("--crs %(crs)s (%(name)s) puts it at %(lon).4f, %(lat).4f") % {
            "crs": self.crs,
            "name": self.name,
            "lon": self.at[0],
            "lat": self.at[1],
        }


def demanded_crs(path: Path, text: str) -> pyproj.CRS | None:
    """The system that a person names (`EPSG:32749`, WKT); None for ''. FileRefused for what no map can use."""
    if not text:
        return None
    try:
        crs = pyproj.CRS.from_user_input(text)
    except pyproj.exceptions.CRSError:
        crs = None
    if crs is None or not _usable(crs):
        reason = _("“%(crs)s” is no coordinate system (as in EPSG:32749)") % {"crs": text[:60]}
        raise FileRefused(path, reason, "--crs")
    return crs


def to_wgs84(
    path: Path, frame: gpd.GeoDataFrame, unknown: str, given: pyproj.CRS | None, near: LonLat | None
) -> Placed:
    """Turn `frame` (its own CRS set, or none) into WGS 84, longitude first.

    Parameters
    ----------
    unknown : a coordinate system that the file names and nobody knows; '' if there is none.
    given : the one that a person named; it goes before the file's own.
    near : where the city lies, to suggest what fits when the file does not say.

    Raises
    ------
    FileRefused : the numbers are metres and it is not known in which system, or the system leads nowhere.
    """
    stated, doubts = frame.crs, []
    if given is not None:
        if unknown or (stated is not None and not _same(stated, given)):
            said = {"file": unknown or crs_name(stated), "given": crs_name(given)}
            doubts.append(_("The file says %(file)s; --crs %(given)s was taken instead.") % said)
        stated = given
    elif unknown or (stated is not None and not _usable(stated)):
        reason = _("its coordinate system is not known: %(crs)s") % {"crs": unknown or stated.name}
        raise FileRefused(path, _with_fits(reason, frame, near))
    if (stated is None or stated.is_geographic) and _in_metres(frame):
        reason = _("its coordinates are not on the globe: they are metres, not degrees")
        if stated is None:
            reason += "; " + _("the file states no coordinate system (a .prj file is missing?)")
        raise FileRefused(path, _with_fits(reason, frame, near))
    if stated is None:
        doubts.append(
            _("The file states no coordinate system: compare a known place on the map before activating.")
        )
    turned = _turned_around(frame.set_crs(stated or WGS84, allow_override=True))
    return Placed(turned.frame, crs_name(stated), turned.faults, turned.notes, doubts)


def crs_name(crs: pyproj.CRS | None) -> str:
    """`EPSG:32749`, or the system's own name where no authority has a number for it; '' for none."""
    if crs is None:
        return ""
    authority = crs.to_authority()
    return ":".join(authority) if authority else str(crs.name)


def _turned_around(frame: gpd.GeoDataFrame) -> Placed:
    """To WGS 84; when all places are at home only with their axes swapped, they are swapped back.

    No place is at home both ways: neither in degrees nor in metres do Indonesia's two axes have numbers in common where
    the system is made for. Some features swapped and others not is nobody's export: those are faults.
    """
    plain = _transformed(frame)
    there = _has_shape(frame)
    home = _home(frame.crs)
    at_home = _within(plain, home)
    lost = there & ~at_home
    if not lost.any():
        return Placed(plain, "", [])
    other = _transformed(frame.set_geometry(_swapped(frame.geometry.values), crs=frame.crs))
    abroad = lost & _within(other, home)
    notes, faults = [], []
    if abroad.any() and not at_home.any():
        plain = other
        notes.append(_("Its axes were swapped (latitude first); they were turned around."))
    else:
        swapped = _("its axes are swapped (latitude first), others' are not")
        faults = [(row, swapped) for row in np.flatnonzero(abroad).tolist()]
    off = there & ~_within(plain, GLOBE)
    named = {row for row, _reason in faults}
    nowhere = _("its coordinates are not on the globe")
    faults += [(row, nowhere) for row in np.flatnonzero(off).tolist() if row not in named]
    return Placed(plain, "", faults, notes)


def _home(crs: pyproj.CRS) -> tuple[float, float, float, float]:
    """The part of Indonesia that a system is made for, and a little around it."""
    area = crs.area_of_use
    if area is None:
        return INDONESIA
    low = max(area.west - MARGIN, INDONESIA[0]), max(area.south - MARGIN, INDONESIA[1])
    return (*low, min(area.east + MARGIN, INDONESIA[2]), min(area.north + MARGIN, INDONESIA[3]))


def _transformed(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    # Comparing first keeps the coordinates of a WGS 84 file exactly as they are.
    if _same(frame.crs, pyproj.CRS(WGS84)):
        return frame.set_crs(WGS84, allow_override=True)
    return frame.to_crs(WGS84)


def _same(one: pyproj.CRS, other: pyproj.CRS) -> bool:
    return bool(one.equals(other, ignore_axis_order=True))


def _swapped(shapes: Any) -> Any:
    return shapely.transform(shapes, lambda xy: xy[:, ::-1])


def _usable(crs: pyproj.CRS) -> bool:
    """Whether there is a way from it to WGS 84: not for a drawing's own axes, or a projection nobody knows."""
    try:
        pyproj.Transformer.from_crs(crs, WGS84)
    except pyproj.exceptions.ProjError:
        return False
    return True


def _in_metres(frame: gpd.GeoDataFrame) -> bool:
    """Whether most features have numbers that no degrees have."""
    bounds = np.asarray(shapely.bounds(frame.geometry.values), dtype=float)
    large = (np.abs(bounds) > 1000).any(axis=1)
    return bool(large.sum() * 2 > np.isfinite(bounds).all(axis=1).sum())


def _has_shape(frame: gpd.GeoDataFrame) -> Any:
    shapes = np.asarray(frame.geometry.values)
    return ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))


def _within(frame: gpd.GeoDataFrame, box: tuple[float, float, float, float]) -> Any:
    """Per feature: all coordinates are numbers and in `box`; bounds alone would pass over a NaN."""
    shapes = frame.geometry.values
    coordinates, owner = shapely.get_coordinates(shapes, return_index=True)
    sums = np.bincount(owner, weights=coordinates.sum(axis=1), minlength=len(frame))
    west, south, east, north = np.asarray(shapely.bounds(shapes), dtype=float).reshape(-1, 4).T
    inside = (west >= box[0]) & (south >= box[1]) & (east <= box[2]) & (north <= box[3])
    return inside & np.isfinite(sums)


def _with_fits(reason: str, frame: gpd.GeoDataFrame, near: LonLat | None) -> str:
    """`reason`, and which systems a person may choose from."""
    west, south, east, north = frame.total_bounds
    fits, close = fitting(((west + east) / 2, (south + north) / 2), near)
    if not fits:
        return reason + ". " + _("Ask where it is from, and say it with --crs (as in --crs EPSG:32749)")
    asked = (
        _("Say which it is; these put it near the city that is served here:")
        if close
        else _("Say which it is; these would fit:")
    )
    return reason + ". " + asked + "".join(f"\n    {fit}" for fit in fits)


def fitting(middle: LonLat, near: LonLat | None) -> tuple[list[Fit], bool]:
    """The systems of METRIC in which `middle` is in Indonesia; only those near the city, if any is (then True)."""
    fits = [fit for code in METRIC if (fit := _fit(code, middle))]
    if near is None:
        return fits, False
    metres = pyproj.Geod(ellps="WGS84")
    close = [fit for fit in fits if metres.inv(*fit.at, *near)[2] <= NEAR_M]
    return close or fits, bool(close)


def _fit(code: int, middle: tuple[float, float]) -> Fit | None:
    to_degrees, name, (west, south, east, north) = _system(code)
    lon, lat = to_degrees.transform(*middle)
    inside = west <= lon <= east and south <= lat <= north
    return Fit(f"EPSG:{code}", name, (lon, lat)) if inside else None


@cache
def _system(code: int) -> tuple[pyproj.Transformer, str, tuple[float, float, float, float]]:
    crs = pyproj.CRS.from_epsg(code)
    return pyproj.Transformer.from_crs(crs, WGS84, always_xy=True), crs.name, _home(crs)
