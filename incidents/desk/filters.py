"""What somebody wants to see of their inbox: read from the address, applied to the worklist."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet, TextChoices
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from incidents.access import Viewer
from incidents.desk.worklist import OPEN_STATES, State, works_for_agency
from incidents.models import Assignment, Incident

LONGEST = 60
NUMBER_DIGITS = 18  # fits PostgreSQL's bigint


class View(TextChoices):
    """The saved views; each is a word in the address."""

    OPEN = "terbuka", pgettext_lazy("cases", "Open")
    LATE = "terlambat", pgettext_lazy("cases", "Late")
    NEW = "baru", pgettext_lazy("cases", "New")
    WORKING = "dikerjakan", pgettext_lazy("cases", "In progress")
    UNLED = "tanpa-penanggung-jawab", pgettext_lazy("cases", "Nobody in charge")
    RETURNED = "dikembalikan", pgettext_lazy("cases", "Returned")
    DONE = "selesai", pgettext_lazy("cases", "Resolved")
    ALL = "semua", pgettext_lazy("cases", "All")


class Sort(TextChoices):
    DUE = "tempo", _("Due first")
    NEWEST = "terbaru", _("Newest first")
    CHANGED = "berubah", _("Changed last")


ORDER = {
    Sort.DUE: ("due_at", "pk"),
    Sort.NEWEST: ("-opened_at", "-pk"),
    Sort.CHANGED: ("-updated_at", "-pk"),
}
FOR_AGENCY = (View.OPEN, View.LATE, View.NEW, View.WORKING, View.DONE, View.ALL)
WITHIN = {
    View.OPEN: Q(state__in=OPEN_STATES),
    View.LATE: Q(state=State.LATE),
    View.NEW: Q(state=State.NEW),
    View.WORKING: Q(state=State.WORKING),
    View.UNLED: Q(unled=True, phase__in=Incident.OPEN),
    View.RETURNED: Q(returned=True, phase__in=Incident.OPEN),
    View.DONE: Q(state=State.DONE),
    View.ALL: Q(),
}


def usual_sort(view: View) -> Sort:
    return Sort.CHANGED if view == View.DONE else Sort.DUE


def views_for(viewer: Viewer) -> tuple[View, ...]:
    """The views that make sense for somebody: only operators see what belongs to nobody."""
    return FOR_AGENCY if works_for_agency(viewer) else tuple(View)


@dataclass(frozen=True)
class Filters:
    """What is wanted; an empty text means no limit. A word that is none of ours counts as not said."""

    view: View = View.OPEN
    sort: Sort = Sort.DUE
    category: str = ""
    kelurahan: str = ""
    role: str = ""
    q: str = ""

    @classmethod
    def read(cls, query: QueryDict, viewer: Viewer) -> Filters:
        """From the address of a page. A search looks through everything unless a view is named."""
        q = _word(query, "q").lstrip("#").strip()
        view = _choice(View, _word(query, "status"), View.ALL if q else View.OPEN)
        view = view if view in views_for(viewer) else View.OPEN
        return cls(
            view=view,
            sort=_choice(Sort, _word(query, "urut"), usual_sort(view)),
            category=_word(query, "kategori"),
            kelurahan=_word(query, "kelurahan"),
            role=_role(_word(query, "peran")),
            q=q,
        )

    def narrowed(self, cases: QuerySet[Incident]) -> QuerySet[Incident]:
        """The cases that fit everything but the view."""
        if self.category:
            cases = cases.filter(category__code=self.category)
        if self.kelurahan:
            cases = cases.filter(kelurahan_code=self.kelurahan)
        if self.role:
            cases = cases.filter(Q(my_role=self.role))
        return cases.filter(_matches(self.q)) if self.q else cases

    def shown(self, cases: QuerySet[Incident]) -> QuerySet[Incident]:
        """The cases of the list, in its order."""
        return self.narrowed(cases).filter(WITHIN[self.view]).order_by(*ORDER[self.sort])

    def for_view(self, view: View) -> Filters:
        """The same in another view; an order that nobody chose follows the view."""
        chosen = self.sort != usual_sort(self.view)
        return replace(self, view=view, sort=self.sort if chosen else usual_sort(view))

    @property
    def address(self) -> str:
        """The same as a query string; what is usual is left out."""
        usual = View.ALL if self.q else View.OPEN
        parts = [
            ("status", self.view.value if self.view != usual else ""),
            ("kategori", self.category),
            ("kelurahan", self.kelurahan),
            ("peran", self.role),
            ("q", self.q),
            ("urut", self.sort.value if self.sort != usual_sort(self.view) else ""),
        ]
        return urlencode([(name, value) for name, value in parts if value])

    @property
    def is_narrow(self) -> bool:
        """Whether anything but the view hides cases."""
        return bool(self.category or self.kelurahan or self.role or self.q)


def counts(cases: QuerySet[Incident], views: tuple[View, ...]) -> dict[View, int]:
    """How many of the (narrowed) cases each view holds, in one query."""
    found = cases.aggregate(**{view.name: Count("pk", filter=WITHIN[view]) for view in views})
    return {view: found[view.name] for view in views}


def _word(query: QueryDict, name: str) -> str:
    return query.get(name, "").replace("\x00", "").strip()[:LONGEST]


def _choice[C: TextChoices](kind: type[C], word: str, usual: C) -> C:
    return kind(word) if word in kind.values else usual


def _role(word: str) -> str:
    return word if word in Assignment.Role.values else ""


def _matches(q: str) -> Q:
    if q.isascii() and q.isdigit():
        return Q(pk=int(q)) if len(q) <= NUMBER_DIGITS else Q(pk__in=[])
    fields = ("kelurahan", "kecamatan", "category__name_id", "category__name_en")
    found = Q()
    for name in fields:
        found |= Q(**{f"{name}__icontains": q})
    return found
