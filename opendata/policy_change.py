"""A new version of the policy: never weaker than what the guarantee promises, always with the reason why."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from geo.catchment_risk import Demand
from geo.catchment_versions import follow
from geo.errors import Conflict, FieldError, Invalid
from opendata.models import Policy
from opendata.policy import Numbers, in_force

FLOOR = Numbers()  # the first version's numbers are the guarantee's; nothing may promise less
MOST_WAIT = 60
MOST_MONTHS = 36

# name → (is it refused?, the sentence that says so)
WEAKER: dict[str, tuple[Callable[[Numbers], bool], Promise]] = {
    "households": (
        lambda n: n.households < FLOOR.households,
        gettext_lazy("The guarantee promises at least 20 households in a catchment; fewer would point at homes."),
    ),
    "households_strong": (
        lambda n: n.households_strong < max(n.households, FLOOR.households_strong),
        gettext_lazy("This is the larger number: at least 30, and not below the first."),
    ),
    "risk": (
        lambda n: not 0 < n.risk <= FLOOR.risk,
        gettext_lazy("An attacker may be right in at most 5 of 100 guesses; the guarantee allows no more."),
    ),
    "confidence": (
        lambda n: not FLOOR.confidence <= n.confidence < 1,
        gettext_lazy("The bound has to hold with at least 95 % confidence, and below 100 %."),
    ),
    "homes": (
        lambda n: not FLOOR.homes <= n.homes <= 1_000_000,
        gettext_lazy("Each attack has to be tried on at least 10,000 simulated homes, and at most on a million."),
    ),
    "k": (
        lambda n: not FLOOR.k <= n.k <= 1000,
        gettext_lazy("Behind a number there have to be at least 10 different people; more than 1,000 cannot be asked."),
    ),
    "categories": (
        lambda n: not FLOOR.categories <= n.categories <= 20,
        gettext_lazy("A place has to show at least 3 topics (and at most 20 can be asked), or the topic is known."),
    ),
    "share": (
        lambda n: not 0.3 <= n.share <= FLOOR.share,
        gettext_lazy("One topic may be at most 70 % of what a place shows; below 30 % nothing would be left."),
    ),
    "ladder_share": (
        lambda n: not 0.5 <= n.ladder_share <= 1,
        gettext_lazy("Choose between 50 % and 100 %."),
    ),
    "ladder_months": (
        lambda n: not 3 <= n.ladder_months <= MOST_MONTHS,
        gettext_lazy("Choose between 3 and 36 months."),
    ),
    "wait_days": (
        lambda n: not 0 <= n.wait_days <= MOST_WAIT,
        gettext_lazy("Choose between 0 and 60 days."),
    ),
    "outcome_days": (
        lambda n: not _ascends(n.outcome_days, len(FLOOR.outcome_days)),
        gettext_lazy("Write one to six whole numbers of days from the smallest to the largest: more bands tell more."),
    ),
    "report_bands": (
        lambda n: not _ascends(n.report_bands, len(FLOOR.report_bands)) or n.report_bands[0] != 1,
        gettext_lazy("Write one to four whole numbers that begin with 1 and grow: more bands tell more."),
    ),
}  # fmt: skip


def faults(numbers: Numbers) -> list[FieldError]:
    """What makes these numbers no policy: weaker than the guarantee, or out of all reason."""
    return [FieldError(name, sentence) for name, (refused, sentence) in WEAKER.items() if refused(numbers)]


def put_in_force(numbers: Numbers, note: str, by: User, *, instead_of: int) -> Policy:
    """A new version, in force at once for every build that begins after it. Releases keep theirs.

    Raises Invalid (numbers, note), Conflict (the same numbers, or somebody changed them since `instead_of`).
    """
    wrong = faults(numbers)
    if not note.strip():
        wrong.append(FieldError("note", _("Say why: whoever reads a release later wants to know.")))
    if wrong:
        raise Invalid(_("These numbers cannot be put in force."), wrong)
    with transaction.atomic():
        list(Policy.objects.select_for_update().values_list("pk", flat=True))
        newest, before = in_force()
        if newest.version != instead_of:
            raise Conflict(_("Somebody changed the policy meanwhile. Look at its numbers again."))
        if numbers == before:
            raise Conflict(_("These are the numbers that are in force already."))
        made = Policy.objects.create(
            version=newest.version + 1, numbers=numbers.as_json(), note=note.strip(), created_by=by
        )
        if _demand(numbers) != _demand(before):
            follow(_demand(numbers))  # cells that show more risk are merged at once; what was merged stays so
        return made


def _demand(numbers: Numbers) -> Demand:
    """What a policy asks of catchments."""
    return Demand(
        numbers.households, numbers.households_strong, numbers.risk, numbers.confidence, numbers.homes
    )


def differences(before: Numbers, after: Numbers) -> dict[str, tuple[Any, Any]]:
    """What differs between two policies: name → (before, after)."""
    old, new = before.as_json(), after.as_json()
    return {name: (old[name], new[name]) for name in old if old[name] != new[name]}


def _ascends(values: tuple[int, ...], most: int) -> bool:
    return 0 < len(values) <= most and list(values) == sorted(set(values)) and values[0] > 0
