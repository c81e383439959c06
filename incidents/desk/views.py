"""The views that everybody has, and the orders of a list; each is a word in the address."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from incidents.access import Viewer
from incidents.desk.worklist import works_for_agency
from incidents.models import InboxLine, InboxPlace

SOON = timedelta(days=2)
MOST_COUNTED = 100_000  # open cases of one scope; more are said as "100.000+"


class View(TextChoices):
    OPEN = "terbuka", pgettext_lazy("cases", "Open")
    LATE = "terlambat", pgettext_lazy("cases", "Late")
    SOON = "segera", pgettext_lazy("cases", "Due soon")
    NEW = "baru", pgettext_lazy("cases", "New")
    WORKING = "dikerjakan", pgettext_lazy("cases", "In progress")
    WAITING = "menunggu", pgettext_lazy("cases", "Waiting for the reporter")
    OUTSIDE = "luar", pgettext_lazy("cases", "With an outside agency")
    UNLED = "tanpa-penanggung-jawab", pgettext_lazy("cases", "Nobody in charge")
    RETURNED = "dikembalikan", pgettext_lazy("cases", "Returned")
    DONE = "selesai", pgettext_lazy("cases", "Resolved")
    ALL = "semua", pgettext_lazy("cases", "All")


class Sort(TextChoices):
    DUE = "tempo", _("Due first")
    NEWEST = "terbaru", _("Newest first")
    CHANGED = "berubah", _("Changed last")


ORDER = {
    Sort.DUE: ("due_at", "incident_id"),
    Sort.NEWEST: ("-opened_at", "-incident_id"),
    Sort.CHANGED: ("-changed_at", "-incident_id"),
}
FOR_AGENCY = (
    View.OPEN, View.LATE, View.SOON, View.NEW, View.WORKING, View.WAITING, View.OUTSIDE, View.DONE, View.ALL,
)  # fmt: skip
HISTORY = (View.DONE, View.ALL)


def views_for(viewer: Viewer) -> tuple[View, ...]:
    """The views that make sense for somebody: only operators see what belongs to nobody."""
    return FOR_AGENCY if works_for_agency(viewer) else tuple(View)


def usual_sort(view: View) -> Sort:
    return {View.DONE: Sort.CHANGED, View.ALL: Sort.NEWEST}.get(view, Sort.DUE)


def sorts_for(view: View) -> tuple[Sort, ...]:
    """What is over is due no more."""
    return (Sort.NEWEST, Sort.CHANGED) if view in HISTORY else tuple(Sort)


def within(view: View, now: datetime) -> Q:
    """The lines of a view."""
    if view in HISTORY:
        return Q(place=InboxPlace.DONE) if view == View.DONE else ~Q(place=InboxPlace.GONE)
    return Q(open=True) & _among_open(view, now)


def _among_open(view: View, now: datetime) -> Q:
    in_time = Q(late_at=None) | Q(late_at__gte=now)
    return {
        View.LATE: Q(late_at__lt=now),
        View.SOON: Q(late_at__gte=now, late_at__lt=now + SOON),
        View.NEW: Q(place=InboxPlace.NEW) & in_time,
        View.WORKING: Q(place=InboxPlace.WORKING) & in_time,
        View.WAITING: Q(place=InboxPlace.WAITING),
        View.OUTSIDE: Q(place=InboxPlace.OUTSIDE),
        View.UNLED: Q(unled=True),
        View.RETURNED: Q(returned=True),
    }.get(view, Q())


def counts(lines: QuerySet[InboxLine], views: tuple[View, ...], now: datetime) -> dict[View, int]:
    """How many of some lines each view of open cases holds: one range of one index, and one query."""
    first = lines.filter(open=True).order_by("due_at", "incident_id")[:MOST_COUNTED]
    open_views = [view for view in views if view not in HISTORY]
    found = first.aggregate(
        **{view.name: Count("place", filter=_among_open(view, now) or None) for view in open_views}
    )
    return {view: found[view.name] for view in open_views}
