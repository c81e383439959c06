"""What the public map shows: the newest releases' problems by place, for everybody, and nothing live."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from opendata import readers
from opendata.catalogue.period_words import period_words
from opendata.catalogue.pictures import steps_of
from opendata.models import Release
from opendata.readers import Place

SHOWN = 5


@dataclass(frozen=True)
class Shown:
    """The newest month: its releases, the kelurahan with most problems, and the smallest amount of each colour.

    `drawn`: there are shapes to draw, so the tiles hold something; else there is the list alone.
    """

    release: Release
    total: int
    most: list[Place]
    kelurahan_steps: list[float]
    catchment_steps: list[float]
    drawn: bool

    @property
    def period(self) -> str:
        return period_words(self.release)


@dataclass(frozen=True)
class Sources:
    """The releases (keys) that the map is drawn from; `cells` and `areas` give the shapes, where there are any."""

    releases: tuple[int, ...]
    cells: int | None
    areas: int | None

    @property
    def version(self) -> str:
        """What the tiles depend on, as a name: releases never change."""
        return "-".join(str(part) for part in (*self.releases, self.cells or 0, self.areas or 0))


def sources() -> Sources:
    """The newest month's releases of problems that stand, and the newest shapes."""
    newest = readers.newest_of_each("incidents")
    cells, areas = readers.newest_of("catchments"), readers.newest_of("areas")
    return Sources(tuple(one.pk for one in newest), cells.pk if cells else None, areas.pk if areas else None)


def shown() -> Shown | None:
    """The newest month as the front page tells it; None before the first release."""
    return _shown(sources())


@lru_cache(maxsize=4)
def _shown(found: Sources) -> Shown | None:
    releases = [one for one in readers.newest_of_each("incidents") if one.pk in found.releases]
    if not releases:
        return None
    places: dict[str, Place] = {}
    for release in releases:
        for place in readers.places(release):
            before = places[place.code].total if place.code in places else 0
            places[place.code] = Place(place.code, place.name, place.wider, place.total + before)
    cells = readers.catchment_totals(releases)
    ordered = sorted(places.values(), key=lambda place: (-place.total, place.name))
    return Shown(
        release=releases[0],
        total=sum(place.total for place in ordered),
        most=ordered[:SHOWN],
        kelurahan_steps=steps_of([place.total for place in ordered]),
        catchment_steps=steps_of(cells),
        drawn=found.areas is not None or found.cells is not None,
    )
