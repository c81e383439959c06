"""Metres and directions on the globe (WGS 84), between points in degrees, longitude first."""

from __future__ import annotations

from pyproj import Geod

_WGS84 = Geod(ellps="WGS84")


def way(lon: float, lat: float, to_lon: float, to_lat: float) -> tuple[float, int]:
    """The shortest way from one point to another: metres, and whole degrees from north in which one sets out."""
    azimuth, _back, metres = _WGS84.inv(lon, lat, to_lon, to_lat)
    return float(metres), round(azimuth) % 360
