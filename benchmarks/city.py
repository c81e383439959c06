"""The demo city in an empty database, and points inside it as reports have them: in clusters."""

from __future__ import annotations

import os
import sys

import numpy as np
import shapely
from numpy.typing import NDArray

from setup.common import ROOT


def start() -> None:
    """Make Django, the tables and the demo city."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, stdout=sys.stderr)
    call_command("load_city", str(ROOT / "fixtures" / "pasuruan"), stdout=sys.stderr)


def points(count: int, seed: int = 1) -> NDArray[np.float64]:
    """(count, 2) degrees inside the city: half around sixty busy places (150 m), half anywhere."""
    from geo.registry import current_locator

    locator = current_locator()
    west, south, east, north = shapely.total_bounds([village.geom for village in locator.villages])
    random = np.random.default_rng(seed)
    busy = random.uniform((west, south), (east, north), (60, 2))
    found = np.empty((0, 2))
    while len(found) < count:
        anywhere = random.uniform((west, south), (east, north), (count, 2))
        near = busy[random.integers(0, len(busy), count)] + random.normal(0, 150 / 111_000, (count, 2))
        drawn = np.where(random.random((count, 1)) < 0.5, anywhere, near)
        inside = locator.locate_many(drawn[:, 0], drawn[:, 1]).village >= 0
        found = np.concatenate([found, drawn[inside]])
    return found[:count]
