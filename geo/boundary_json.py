"""Look into a GeoJSON before GDAL does: which coordinate system it names, and that it sends nobody anywhere for it.

GDAL fetches what a `crs` of the kinds `link` and `url` names, from whatever computer that is, and takes other JSON than
GeoJSON for orders to read more files. What Python's parser refuses, GDAL never sees.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from geo.refusal import FileRefused

KINDS = {
    "FeatureCollection", "Feature", "Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon",
    "GeometryCollection",
}  # fmt: skip
HARMLESS = ("name", "epsg", "ogc")
KEPT = ("type", "crs", "properties", "name")


class _Linked(ValueError):
    """A coordinate system that is somewhere else."""


class _Members(tuple[tuple[str, Any], ...]):
    """An object's members of KEPT, twice where they are there twice; coordinates are let go at once."""

    def all(self, name: str) -> list[Any]:
        return [value for key, value in self if key == name]


def stated_crs(path: Path, inside: Path) -> str:
    """The name of the coordinate system that the GeoJSON `inside` states, '' for none.

    Raises FileRefused (for `path`): no JSON, no GeoJSON, or the coordinate system of anything in it is a link.
    """
    text = inside.read_bytes().decode("utf-8-sig", "replace")
    try:
        whole = json.loads(text, object_pairs_hook=_members, strict=False)
    except _Linked as error:
        reason = _(
            "its coordinate system is a link to another computer, and nothing is fetched from there:"
            " take “crs” out of the file, and say which it is with --crs"
        )
        raise FileRefused(path, reason) from error
    except json.JSONDecodeError as error:
        reason = _("it is broken or cut short: no JSON goes on like this in line %(line)d, column %(column)d")
        raise FileRefused(path, reason % {"line": error.lineno, "column": error.colno}) from error
    except (ValueError, RecursionError) as error:
        raise FileRefused(path, _("it is broken or cut short")) from error
    if not isinstance(whole, _Members) or whole.all("type")[-1:] not in [[kind] for kind in KINDS]:
        raise FileRefused(path, _("it is JSON, but no GeoJSON"))
    names = [name for name in _inner(_inner([whole], "crs"), "properties", "name") if isinstance(name, str)]
    return names[-1] if names else ""


def _members(pairs: list[tuple[str, Any]]) -> _Members:
    # GDAL looks for its words in capital letters, too.
    kept = _Members((key.lower(), value) for key, value in pairs if key.lower() in KEPT)
    for crs in kept.all("crs"):
        if isinstance(crs, _Members) and not all(_harmless(kind) for kind in crs.all("type")):
            raise _Linked
    return kept


def _harmless(kind: Any) -> bool:
    return isinstance(kind, str) and kind.lower().startswith(HARMLESS)


def _inner(outer: list[Any], *names: str) -> list[Any]:
    for name in names:
        outer = [value for one in outer if isinstance(one, _Members) for value in one.all(name)]
    return outer
