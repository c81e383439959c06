"""What a head has chosen to look at. All of it is in the page's address, so that a view can be kept and sent on."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import TextChoices
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from geo.errors import BadRequest
from geo.models import Agency
from incidents.figures.period import OWN, Period, last_days, read_period
from incidents.models import Category
from tiles.filters import Filters, check_names, parse_filters


class View(TextChoices):
    """How the map shows it."""

    HEAT = "heat", _("Heat")
    AREAS = "areas", _("Kelurahan")
    POINTS = "points", _("Points")


class Measure(TextChoices):
    """What colours the kelurahan."""

    COUNT = "count", _("Number")
    RATE = "rate", _("Per 1,000 people")


NAMES = ("period", "from", "to", "category", "agency", "kind", "view", "measure")
USUAL_VIEW = {"view": View.HEAT.value, "measure": Measure.COUNT.value}


@dataclass(frozen=True)
class Selection:
    """`filters` already carry the days of `period`."""

    filters: Filters
    period: Period
    view: View = View.HEAT
    measure: Measure = Measure.COUNT

    def _what(self) -> dict[str, str]:
        chosen = {"category": self.filters.category, "agency": self.filters.agency, "kind": self.filters.kind}
        return {name: value for name, value in chosen.items() if value}

    def _days(self) -> dict[str, str]:
        return {"from": self.period.since.isoformat(), "to": self.period.until.isoformat()}

    @property
    def tile_query(self) -> str:
        """The filters as the tiles understand them."""
        return urlencode({**self._days(), **self._what()})

    @property
    def page_query(self) -> str:
        """The filters as this page understands them: a preset stays one, so that a kept view moves with the days."""
        preset = self.period.preset
        days = {"period": str(preset)} if preset else {"period": OWN, **self._days()}
        shown = {"view": self.view.value, "measure": self.measure.value}
        shown = {name: value for name, value in shown.items() if value != USUAL_VIEW[name]}
        return urlencode({**days, **self._what(), **shown})


def usual_selection() -> Selection:
    """Everything of the last 30 days, as heat."""
    period = last_days(30)
    return Selection(Filters().during(period.since, period.until), period)


def read_selection(query: QueryDict) -> Selection:
    """Read an address. Raises BadRequest."""
    check_names(query, NAMES)
    filters = parse_filters(query)
    period = read_period(query, filters.since, filters.until)
    if filters.category and not Category.objects.filter(code=filters.category).exists():
        raise BadRequest.at("category", _("There is no such category."))
    if filters.agency and not Agency.objects.filter(code=filters.agency).exists():
        raise BadRequest.at("agency", _("There is no such agency."))
    view = _one_of(View, query, "view")
    measure = _one_of(Measure, query, "measure")
    return Selection(filters.during(period.since, period.until), period, View(view), Measure(measure))


def _one_of(choices: type[TextChoices], query: QueryDict, name: str) -> str:
    value = query.get(name) or USUAL_VIEW[name]
    if value not in choices.values:
        raise BadRequest.at(name, _("This is none of the choices."))
    return value
