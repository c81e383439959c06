"""What the map draws: GeoJSON of who leads, gaps and overlaps, of one category or of all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import shapely

from incidents.coverage.faces import Ground
from incidents.coverage.leads import Coverage, Overlap
from incidents.coverage.shown import Teller, colours_of
from incidents.coverage.survey import Surveyed

DIGITS = 6  # about a decimetre


def category_features(teller: Teller, coverage: Coverage, ground: Ground) -> dict[str, Any]:
    """Of one category: `kind` led (with `agency`, `colour`), gap, tie or settled; a point of kind name per agency."""
    colours = colours_of(coverage, ground)
    features = []
    for led in coverage.led:
        shape, name = led.piece.shape(), teller.agency(led.agency)
        features.append(_feature(shape, kind="led", agency=name, colour=colours[led.agency]))
        features.append(_feature(_middle(shape), kind="name", agency=name))
    features += [_feature(gap.shape(), kind="gap") for gap in coverage.gaps]
    features += [
        _feature(one.piece.shape(), kind="tie" if one.tie else "settled") for one in coverage.overlaps
    ]
    return _collection(features, ground)


def fixed_features(agency: str, ground: Ground) -> dict[str, Any]:
    """Of a category that one agency leads everywhere."""
    if not ground.faces:
        return _collection([], ground)
    whole = shapely.union_all([face.geom for face in ground.faces])
    led = _feature(whole, kind="led", agency=agency, colour=0)
    return _collection([led, _feature(_middle(whole), kind="name", agency=agency)], ground)


def city_features(surveyed: Iterable[Surveyed], ground: Ground) -> dict[str, Any]:
    """Gaps and ties of all categories; those that share an answer are drawn once."""
    coverages = {id(one.coverage): one.coverage for one in surveyed if one.coverage}
    features = [feature for coverage in coverages.values() for feature in _troubles(coverage)]
    return _collection(features, ground)


def _collection(features: list[dict[str, Any]], ground: Ground) -> dict[str, Any]:
    """A FeatureCollection (RFC 7946) with the box of the whole city, so that every category is looked at alike."""
    city = (
        {"bbox": shapely.total_bounds([face.geom for face in ground.faces]).tolist()} if ground.faces else {}
    )
    return {"type": "FeatureCollection", **city, "features": features}


def _troubles(coverage: Coverage) -> Iterator[dict[str, Any]]:
    for gap in coverage.gaps:
        yield _feature(gap.shape(), kind="gap")
    ties: tuple[Overlap, ...] = coverage.ties
    for tie in ties:
        yield _feature(tie.piece.shape(), kind="tie")


def _middle(shape: Any) -> Any:
    """A point inside the largest part, for a name."""
    return max(shapely.get_parts(shape), key=lambda part: part.area).point_on_surface()


def _feature(shape: Any, **properties: Any) -> dict[str, Any]:
    rounded = shapely.transform(shape, lambda xy: np.round(xy, DIGITS))
    return {"type": "Feature", "geometry": shapely.geometry.mapping(rounded), "properties": properties}
