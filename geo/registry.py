"""Locators of the active edition and its catchments: loaded once per process, replaced soon after the map changes."""

from __future__ import annotations

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import shapely
from django.db import connection, transaction

from geo.catchment_rows import load_cells
from geo.locate import Locator, Place, Service, Village
from geo.models import Area, Edition, MapVersion, ServiceArea

CHECK_SECONDS = 1.0

logger = logging.getLogger(__name__)


class LocatorHolder:
    """Holds one locator and the version of the map it was made from; asks the database at most once a second.

    While one thread makes the next locator, the others go on with the one they have; so do all where it cannot be made
    or the database is away.
    """

    def __init__(self, load: Callable[[], Locator]) -> None:
        self._load = load
        self._lock = threading.Lock()
        self._locator: Locator | None = None
        self._version = -1
        self._checked = 0.0
        self._editions: dict[str, int] = {}

    def get(self) -> Locator:
        locator = self._locator
        if locator is not None and time.monotonic() - self._checked <= CHECK_SECONDS:
            return locator
        if self._lock.acquire(blocking=locator is None):
            try:
                self._refresh()
            except Exception:
                if locator is None:
                    raise
                self._checked = (
                    time.monotonic()
                )  # not again at once: who asks should not wait for another failure
                logger.exception("the map could not be loaded again; the one before is used")
            finally:
                self._lock.release()
            locator = self._locator or locator
        assert locator is not None
        return locator

    def forget(self) -> None:
        """Load again at the next call."""
        self._locator, self._version, self._editions = None, -1, {}

    def edition_id(self, name: str) -> int:
        """The key of an edition; remembered, since every case that is opened names the same one."""
        if name not in self._editions:
            self._editions[name] = Edition.objects.values_list("pk", flat=True).get(name=name)
        return self._editions[name]

    def _refresh(self) -> None:
        # Read before loading: a change that comes in between is seen as a newer version at the next check.
        version = MapVersion.objects.values_list("version", flat=True).first() or 0
        if self._locator is None or version != self._version:
            self._locator = self._load()
            self._version, self._editions = version, {}
        self._checked = time.monotonic()


def current_locator() -> Locator:
    """The locator of the active edition; without one, a locator for which everything is outside."""
    return _holder.get()


def current_cells() -> Locator:
    """The locator of the catchments in force (geo/cells.py asks it); its villages are the cells."""
    return _cells.get()


def edition_id(name: str) -> int:
    """The key of the edition of this name, as placements name it. Raises Edition.DoesNotExist."""
    return _holder.edition_id(name)


def forget_locator() -> None:
    """Make this process load the map again (tests, loaders)."""
    _holder.forget()
    _cells.forget()


@contextmanager
def one_state() -> Iterator[None]:
    """All that is read inside is of one moment, whatever is changed meanwhile."""
    if connection.in_atomic_block:  # whoever began it has chosen what is seen
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def load_locator(edition: Edition | None = None) -> Locator:
    """Build a locator from the database: of the given edition, else of the active one."""
    with one_state():
        name, approximate, villages, services = _read(edition)
    return Locator(name, villages, services, approximate=approximate)


def _read(edition: Edition | None) -> tuple[str, bool, list[Village], list[Service]]:
    edition = edition or Edition.objects.filter(status=Edition.Status.ACTIVE).first()
    if edition is None:
        return "", False, [], []
    rows = list(edition.areas.values_list("code", "name", "level", "parent_code"))
    names = {code: Place(code, name) for code, name, _, _ in rows}
    shapes = dict(edition.areas.filter(level=Area.Level.VILLAGE).values_list("code", "geom"))
    villages = [
        Village(
            Place(code, name),
            names.get(parent, Place(parent, parent)),
            shapely.from_wkb(bytes(shapes[code].wkb)),
        )
        for code, name, level, parent in rows
        if level == Area.Level.VILLAGE
    ]
    return edition.name, edition.approximate, villages, _services(rows)


def _services(rows: list[tuple[str, str, str, str]]) -> list[Service]:
    below: dict[str, set[str]] = defaultdict(set)
    parents = {code: parent for code, _, _, parent in rows}
    for code, _, level, _ in rows:
        if level == Area.Level.VILLAGE:
            above: str | None = code
            while above:
                below[above].add(code)
                above = parents.get(above)
    found = []
    for area in ServiceArea.objects.filter(agency__active=True).select_related("agency"):
        villages = frozenset(below[area.area_code]) if area.area_code else None
        geom = shapely.from_wkb(bytes(area.geom.wkb)) if area.geom else None
        found.append(
            Service(area.agency.code, area.category, area.name, area.priority, villages, geom, area.pk)
        )
    return found


_holder = LocatorHolder(lambda: load_locator())
_cells = LocatorHolder(load_cells)
