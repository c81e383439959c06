"""The filters that tiles and figures share: a period, a category, an agency, and who noticed it."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Self

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from geo.errors import BadRequest, FieldError
from incidents.figures.period import day_start, read_day
from incidents.models import Assignment, CctvEvent, Incident, Rule

CODE = re.compile(r"[A-Za-z0-9._-]{1,60}", re.ASCII)
KINDS = {
    "warga": (Incident.Source.CITIZEN, Incident.Source.BOTH),
    "cctv": (Incident.Source.CCTV, Incident.Source.BOTH),
}
NAMES = ("from", "to", "category", "agency", "kind")


@dataclass(frozen=True)
class Filters:
    """What is wanted; everything empty means all. `since` and `until` are days in the city's zone, both inclusive."""

    since: date | None = None
    until: date | None = None
    category: str = ""
    agency: str = ""
    kind: str = ""

    def during(self, since: date, until: date) -> Self:
        """The same for another period."""
        return replace(self, since=since, until=until)

    def incidents(self, incidents: QuerySet[Incident]) -> QuerySet[Incident]:
        """The incidents that were opened in the period and fit the rest."""
        return self.fitting(incidents).filter(self._within("opened_at"))

    def fitting(self, incidents: QuerySet[Incident]) -> QuerySet[Incident]:
        """The incidents that fit everything but the period. A group's code means all its topics."""
        if self.category:
            incidents = incidents.filter(
                Q(category__code=self.category) | Q(category__parent__code=self.category)
            )
        if self.agency:
            incidents = incidents.filter(pk__in=_held_by(self.agency))
        if self.kind:
            incidents = incidents.filter(source__in=KINDS[self.kind])
        return incidents

    def events(self, events: QuerySet[CctvEvent]) -> QuerySet[CctvEvent]:
        """The camera events of the period. A category means the classes that open a case of it."""
        if self.kind == "warga":
            return events.none()
        if self.category:
            rules = Rule.objects.filter(
                Q(category__code=self.category) | Q(category__parent__code=self.category)
            )
            events = events.filter(klass__in=rules.values("klass"))
        if self.agency:
            events = events.filter(
                Q(camera__agency__code=self.agency) | Q(incident__in=_held_by(self.agency))
            )
        return events.filter(self._within("happened_at"))

    def _within(self, column: str) -> Q:
        within = Q()
        if self.since:
            within &= Q(**{f"{column}__gte": day_start(self.since)})
        if self.until:
            within &= Q(**{f"{column}__lt": day_start(self.until + timedelta(days=1))})
        return within


def _held_by(agency: str) -> QuerySet[Assignment, int]:
    held = Assignment.objects.filter(agency__code=agency).exclude(status__in=Assignment.GONE)
    return held.values_list("incident_id", flat=True)


def check_names(query: QueryDict, known: Collection[str]) -> None:
    """Every parameter is known and given once; raises BadRequest with all faults."""
    errors = [FieldError(name, _("This parameter is not known here.")) for name in query if name not in known]
    errors += [
        FieldError(name, _("This parameter is given more than once."))
        for name in query
        if len(query.getlist(name)) > 1
    ]
    if errors:
        raise BadRequest(_("Please correct the parameters named below."), errors)


def parse_filters(query: QueryDict) -> Filters:
    """Read the filters of an address; an empty value is no filter. Raises BadRequest with all faults."""
    errors: list[FieldError] = []
    since, until = read_day(query, "from", errors), read_day(query, "to", errors)
    if since and until and since > until:
        errors.append(FieldError("to", _("The last day comes before the first day.")))
    category, agency = _code(query, "category", errors), _code(query, "agency", errors)
    kind = query.get("kind", "")
    if kind and kind not in KINDS:
        errors.append(FieldError("kind", _("Expected warga or cctv.")))
    if errors:
        raise BadRequest(_("Please correct the parameters named below."), errors)
    return Filters(since, until, category, agency, kind)


def _code(query: QueryDict, name: str, errors: list[FieldError]) -> str:
    text = query.get(name, "")
    if text and not CODE.fullmatch(text):
        errors.append(FieldError(name, _("Expected a code, such as those in the lists.")))
        return ""
    return text
