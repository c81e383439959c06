"""What somebody wants to see of their inbox: read from the address of a page, and written as one again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.db.models import TextChoices
from django.http import QueryDict

from incidents.access import Viewer
from incidents.desk.views import Sort, View, sorts_for, usual_sort, views_for
from incidents.desk.worklist import works_for_agency
from incidents.models import Assignment, Category, Complaint, Incident

LONGEST = 60
NARROWING = (
    "category",
    "klass",
    "kelurahan",
    "role",
    "agency",
    "channel",
    "source",
    "confidential",
    "near",
    "q",
)


@dataclass(frozen=True)
class Filters:
    """What is wanted; an empty text means no limit. A word that is none of ours counts as not said."""

    view: View = View.OPEN
    sort: Sort = Sort.DUE
    category: str = ""
    klass: str = ""
    kelurahan: str = ""
    role: str = ""
    agency: str = ""  # operators only: the list as this agency has it
    channel: str = ""
    source: str = ""
    confidential: str = ""  # "ya" or empty
    near: str = ""  # the code of a known place
    q: str = ""

    @classmethod
    def read(cls, query: QueryDict, viewer: Viewer) -> Filters:
        """From the address of a page. A search looks through everything unless a view is named."""
        q = _word(query, "q")
        for_agency = works_for_agency(viewer)
        view = _choice(View, _word(query, "status"), View.ALL if q else View.OPEN)
        view = view if view in views_for(viewer) else View.OPEN
        sort = _choice(Sort, _word(query, "urut"), usual_sort(view))
        agency = "" if for_agency else _word(query, "opd")
        return cls(
            view=view,
            sort=sort if sort in sorts_for(view) else usual_sort(view),
            category=_word(query, "kategori"),
            klass=_one_of(Category.Class, _word(query, "kelas")),
            kelurahan=_word(query, "kelurahan"),
            role=_one_of(Assignment.Role, _word(query, "peran")) if for_agency or agency else "",
            agency=agency,
            channel=_one_of(Complaint.Channel, _word(query, "kanal")),
            source=_one_of(Incident.Source, _word(query, "sumber")),
            confidential="ya" if _word(query, "rahasia") == "ya" else "",
            near=_word(query, "dekat"),
            q=q,
        )

    def for_view(self, view: View) -> Filters:
        """The same in another view; an order that nobody chose, or that it has not, follows the view."""
        chosen = self.sort != usual_sort(self.view) and self.sort in sorts_for(view)
        return replace(self, view=view, sort=self.sort if chosen else usual_sort(view))

    @property
    def address(self) -> str:
        """The same as a query string; what is usual is left out."""
        usual = View.ALL if self.q else View.OPEN
        parts = [
            ("status", self.view.value if self.view != usual else ""),
            ("kategori", self.category),
            ("kelas", self.klass),
            ("kelurahan", self.kelurahan),
            ("peran", self.role),
            ("opd", self.agency),
            ("kanal", self.channel),
            ("sumber", self.source),
            ("rahasia", self.confidential),
            ("dekat", self.near),
            ("q", self.q),
            ("urut", self.sort.value if self.sort != usual_sort(self.view) else ""),
        ]
        return urlencode([(name, value) for name, value in parts if value])

    @property
    def is_narrow(self) -> bool:
        """Whether anything but the view hides cases."""
        return any(getattr(self, name) for name in NARROWING)

    @property
    def is_detailed(self) -> bool:
        """Whether one of the less common fields hides cases."""
        return bool(self.klass or self.channel or self.source or self.confidential or self.near)


def _word(query: QueryDict, name: str) -> str:
    return query.get(name, "").replace("\x00", "").strip()[:LONGEST].strip()


def _choice[C: TextChoices](kind: type[C], word: str, usual: C) -> C:
    return kind(word) if word in kind.values else usual


def _one_of(kind: type[TextChoices], word: str) -> str:
    return word if word in kind.values else ""
