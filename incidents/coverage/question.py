"""What an administrator asks, "who gets this here?": read from an address, and answered for one topic or for all."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import QueryDict
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from geo.errors import Invalid
from geo.locate import Placement
from geo.query import DECIMAL
from geo.registry import current_locator
from incidents.coverage.answer import Answer, who_answers
from incidents.coverage.survey import leaves
from incidents.filing import Filing
from incidents.models import Category
from incidents.policy import current_policy
from incidents.validate import chosen_category, validated


@dataclass(frozen=True)
class Question:
    """What was typed, as it was typed: shown again in the form. A point goes before a kelurahan."""

    category: str = ""
    kelurahan: str = ""
    lon: str = ""
    lat: str = ""

    @classmethod
    def read(cls, query: QueryDict) -> Question:
        """From an address; a parameter that is given twice counts as its last."""
        names = ("category", "kelurahan", "lon", "lat")
        return cls(**{name: query.get(name, "").replace("\x00", "").strip()[:60] for name in names})

    @property
    def asked(self) -> bool:
        """Whether a place was named; without one the page only shows the category."""
        return bool(self.kelurahan or self.lon or self.lat)

    @property
    def place(self) -> str:
        """The place as a part of an address."""
        named = {"lon": self.lon, "lat": self.lat} if self.by_point else {"kelurahan": self.kelurahan}
        return urlencode(named)

    @property
    def by_point(self) -> bool:
        return bool(self.lon or self.lat)


@dataclass(frozen=True)
class Found:
    """The place, and the answer for one category or, when none was chosen, for each; `address` asks for it again."""

    address: str
    placement: Placement
    answers: list[Answer]
    single: bool


def chosen(question: Question) -> Category | None:
    """The category of the question, None for all. Raises Invalid for one that cannot be chosen."""
    return chosen_category(question.category) if question.category else None


def answered(question: Question) -> Found:
    """Who gets it, by the same checks and the same routing as a report. Raises Invalid with each fault."""
    category = chosen(question)
    topics = [category] if category else leaves(current_policy())
    if not topics:
        raise Invalid.at("category", _("There are no categories yet."))
    lon, lat = (
        (_degrees("lon", question.lon), _degrees("lat", question.lat)) if question.by_point else (None, None)
    )
    village = "" if question.by_point else question.kelurahan
    _topic, placement = validated(
        Filing(topics[0].code, timezone.now(), lon, lat, village), current_locator()
    )
    return Found(
        question.place, placement, [who_answers(topic, placement) for topic in topics], category is not None
    )


def _degrees(field: str, text: str) -> float | None:
    """A number typed with a point or a comma; None when nothing was. Raises Invalid."""
    if not text:
        return None
    if not DECIMAL.fullmatch(text.replace(",", ".")):
        raise Invalid.at(field, _("Expected is a number with a decimal point, such as -7.65."))
    return float(text.replace(",", "."))
