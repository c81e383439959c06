"""The cases that fit a filter, as numbers in their order: everything is read from the lines of one scope.

At most so many are looked up as are counted or as the page needs, never all to the end: what a list costs does not
grow with what the city has ever had.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from django.contrib.gis.geos import Point
from django.db.models import Q, QuerySet

from geo.models import Agency, Facility
from geo.search import Hit, search
from incidents.access import Viewer, left_with
from incidents.desk.filters import Filters
from incidents.desk.search import NEWER, find
from incidents.desk.topics import Topic, topics
from incidents.desk.views import HISTORY, ORDER, View, counts, views_for, within
from incidents.desk.worklist import scope_of, works_for_agency
from incidents.models import InboxLine, Incident

PER_PAGE = 50
COUNTED = 1000
MOST_PAGES = 200
NEAR_METRES = 300
PLACES = 6
OFFERED = ("facility", "kelurahan_desa", "kecamatan")


@dataclass(frozen=True)
class Page:
    """A page of a list whose end may not be known: `count` is at least so many when `more` is true."""

    keys: list[int]
    number: int
    count: int
    more: bool
    has_next: bool

    @property
    def has_previous(self) -> bool:
        return self.number > 1

    @property
    def before(self) -> int:
        return self.number - 1

    @property
    def after(self) -> int:
        return self.number + 1

    @property
    def pages(self) -> int | None:
        """How many pages there are, if that is known."""
        return None if self.more else max(1, -(-self.count // PER_PAGE))


class Listing:
    """The list that a viewer asked for; each property asks the database once at most."""

    def __init__(self, viewer: Viewer, filters: Filters, now: datetime) -> None:
        self.viewer, self.filters, self.now = viewer, filters, now

    @cached_property
    def topics(self) -> list[Topic]:
        return topics()

    @cached_property
    def topic_names(self) -> dict[int, str]:
        return {topic.pk: topic.name for topic in self.topics}

    @cached_property
    def places(self) -> list[Hit]:
        """Known places that the words of a search may mean; each leads to the cases around it."""
        q = self.filters.q
        return (
            [hit for hit in search(q, PLACES) if hit.type in OFFERED]
            if q and q[0] not in "#0123456789"
            else []
        )

    @cached_property
    def near_name(self) -> str:
        """The name of the place around which one looks, its code where it is not known."""
        code = self.filters.near
        named = Facility.objects.filter(code=code).values_list("name", flat=True).first() if code else ""
        return named or code

    @cached_property
    def scope(self) -> int:
        """Whose lines: the viewer's own, or for operators those of the agency that they chose."""
        if not self.filters.agency:
            return scope_of(self.viewer)
        chosen = Agency.objects.filter(code=self.filters.agency).values_list("pk", flat=True).first()
        return chosen or -1

    @cached_property
    def lines(self) -> QuerySet[InboxLine]:
        """The lines of the scope, never one of a case that is about the viewer's agency: not even counted."""
        lines = InboxLine.objects.filter(scope=self.scope)
        agency = self.viewer.agency if works_for_agency(self.viewer) else None
        hidden = left_with(agency) if agency else []
        return lines.exclude(incident__in=hidden) if hidden else lines

    @cached_property
    def narrowed(self) -> QuerySet[InboxLine]:
        """The lines that fit everything but the view."""
        return self.lines.filter(self._limits())

    def keys(self, most: int) -> list[int]:
        """The first cases of the list in its order."""
        lines = self.narrowed.filter(within(self.filters.view, self.now)).order_by(*ORDER[self.filters.sort])
        return list(lines.values_list("incident_id", flat=True)[:most])

    def page(self, wanted: str) -> Page:
        """One page of the list. A number that is none of ours is the nearest page that there is."""
        number = (
            min(int(wanted), MOST_PAGES) if wanted.isascii() and wanted.isdigit() and len(wanted) < 9 else 1
        )
        number = max(number, 1)
        most = max(COUNTED, number * PER_PAGE)
        found = self.keys(most + 1)
        number = min(number, max(1, -(-len(found) // PER_PAGE)))
        start = (number - 1) * PER_PAGE
        return Page(
            keys=found[start : start + PER_PAGE],
            number=number,
            count=min(len(found), most),
            more=len(found) > most,
            has_next=len(found) > start + PER_PAGE and number < MOST_PAGES,
        )

    def counts(self) -> dict[View, int]:
        """How many each view of open cases holds."""
        return counts(self.narrowed, views_for(self.viewer), self.now)

    def batches(self, most: int, size: int) -> Iterator[list[int]]:
        """The cases of the list, some at a time: for what writes all of them out."""
        keys = self.keys(most)
        for start in range(0, len(keys), size):
            yield keys[start : start + size]

    def _limits(self) -> Q:
        wanted = self.filters
        limits = Q()
        if wanted.category or wanted.klass:
            limits &= Q(category_id__in=self._topic_keys())
        if wanted.kelurahan:
            limits &= Q(kelurahan_code=wanted.kelurahan)
        for name in ("role", "channel", "source"):
            if value := getattr(wanted, name):
                limits &= Q(**{name: value})
        if wanted.confidential:
            limits &= Q(confidential=True)
        if wanted.near:
            limits &= Q(incident_id__in=_near(wanted.near))
        if wanted.q:
            open_only = wanted.view not in HISTORY
            limits &= find(
                wanted.q, self.viewer, self.scope, self._quarters(), self.topics, only_open=open_only
            )
        return limits

    def _topic_keys(self) -> list[int]:
        wanted = self.filters
        return [
            topic.pk
            for topic in self.topics
            if wanted.category in ("", topic.code) and wanted.klass in ("", topic.klass)
        ]

    def _quarters(self) -> list[str]:
        """The last quarters of a year, this one first, as the marks of words name them (in UTC)."""
        now = self.now.astimezone(UTC)
        quarter = now.year * 4 + (now.month - 1) // 3
        return [f"{one // 4}{one % 4 + 1}" for one in range(quarter, quarter - NEWER, -1)]


def _near(code: str) -> QuerySet[Incident, int]:
    """The cases within a short walk of a known place."""
    at = Facility.objects.filter(code=code).values_list("location", flat=True).first()
    if at is None:
        return Incident.objects.none().values_list("pk", flat=True)
    return Incident.objects.filter(location_3857__dwithin=(_mercator(at), _stretched(at))).values_list(
        "pk", flat=True
    )


def _mercator(at: Point) -> Point:
    moved = at.transform(3857, clone=True)
    assert isinstance(moved, Point)
    return moved


def _stretched(at: Point) -> float:
    """Metres of the ground as metres of the Mercator map at this latitude."""
    return float(NEAR_METRES / math.cos(math.radians(at.y)))
