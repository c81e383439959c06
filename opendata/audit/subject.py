"""A candidate for a release as its attackers meet it, beside the truth that only their judge knows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
from shapely.geometry.base import BaseGeometry

from opendata.audit.homes import Homes, Ints, scattered
from opendata.audit.public import as_text
from opendata.recipes.made import Order, Recipe
from opendata.traces.people import Canaries
from opendata.traces.public import Public

Simulate = Callable[[pd.DataFrame], pd.DataFrame]


@dataclass(frozen=True)
class Earlier:
    """A release that everybody holds already. `read` fetches its rows as published, each time anew: attackers take up
    one release after the other, so that there can be any number of them."""

    dataset: str
    version: str
    period: str
    revision: int
    read: Callable[[], pd.DataFrame]

    @property
    def frame(self) -> pd.DataFrame:
        """Its rows; keep them while you need them."""
        return self.read()


@dataclass(frozen=True)
class Subject:
    """What is attacked.

    Seen by attackers: `frame` (read back from the files, all columns, in their order), `shapes` (published or public
    EPSG:4326 polygons by the values that name them, of every level), `lists` (public code lists by name: areas, weeks,
    categories, outcomes …), `earlier`, `homes` (where the city's households are; none known: attackers that need them
    use `areas`, public borders, and scatter homes there), and the recipe itself.

    Known to the judge only: `truth` (row by row as `frame`): `lon`, `lat` of the pin (NaN without one), `reporters`
    (distinct ones behind the row). `silenced`: the rows, with the same columns, that confidential incidents of the
    period would have been. `canaries`: what the scan of all bytes looks for; nothing public is among them;
    `public`: of what else a find may consist.

    `simulate` passes made-up reports through the very functions of the recipe: it takes a frame with lon, lat, reporter
    (who, a number), topic (a number; equal ones are of one category) and at (UTC), and returns the released columns
    under the same index; rows that would be held back may be missing. Each call makes its row ids with a new key.
    """

    recipe: Recipe
    order: Order
    frame: pd.DataFrame
    truth: pd.DataFrame
    homes: Homes | None = None
    shapes: Mapping[str, BaseGeometry] = field(default_factory=dict)
    areas: Mapping[str, BaseGeometry] = field(default_factory=dict)
    lists: Mapping[str, frozenset[str]] = field(default_factory=dict)
    earlier: tuple[Earlier, ...] = ()
    simulate: Simulate | None = None
    silenced: pd.DataFrame | None = None
    folder: Path | None = None
    canaries: Canaries | None = None
    public: Public = field(default_factory=lambda: Public.of(()))
    seed: int = 20261101  # an audit can be repeated

    def rng(self, attack: str) -> np.random.Generator:
        """Chance of an attack: the same at each repetition, and independent of the other attacks."""
        return np.random.default_rng([self.seed, *attack.encode()])

    @cached_property
    def known_homes(self) -> Homes:
        """The city's households; where nobody knows them, points scattered over the public borders."""
        if self.homes is not None and len(self.homes):
            return self.homes
        return scattered(self.areas.values(), self.order.numbers.homes, self.rng("homes"))

    @cached_property
    def rows(self) -> pd.DataFrame:
        """The candidate's values as they stand in a CSV file; those of few kinds as categories of text."""
        text = as_text(self.frame)
        few = [name for name in text.columns if text[name].nunique() <= len(text) / 10]
        return text.astype(dict.fromkeys(few, "category"))

    @cached_property
    def residents(self) -> dict[str, Ints]:
        """The households (units of `homes`) in each published shape."""
        return dict(zip(self.shapes, self.known_homes.inside(self.shapes.values()), strict=True))
