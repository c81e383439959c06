"""The numbers of the guarantee, versioned: each release names the version it was made by and prints all of them."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any

from opendata.models import Policy


@dataclass(frozen=True)
class Numbers:
    """What a policy sets. Days are calendar days; shares and risks lie between 0 and 1."""

    households: int = 20  # in a catchment, at least
    households_strong: int = 30  # where the first number cannot show the risk that is asked
    risk: float = 0.05  # at most: the upper bound of an attacker's success
    confidence: float = 0.95  # of that bound (Clopper–Pearson, one-sided)
    homes: int = 10_000  # simulated, at least, in each attack on households
    k: int = 10  # distinct reporters in a published cell of counts; events in one of cameras
    categories: int = 3  # distinct ones at a place and in a period, where the category is what is hidden
    share: float = 0.7  # at most, of one category there
    ladder_share: float = 0.9  # of earlier reports that a rung must have been able to publish
    ladder_months: int = 12  # of earlier data that a rung is fixed from
    wait_days: int = 3  # after a period's end until it is built by itself
    outcome_days: tuple[int, ...] = (1, 3, 7, 14, 30, 90)  # upper ends of the bands of a solution's duration
    report_bands: tuple[int, ...] = (1, 2, 5, 10)  # lower ends of the bands of the number of reports

    @classmethod
    def read(cls, stored: dict[str, Any]) -> Numbers:
        """From a policy's JSON; what it does not name has the first version's value."""
        known = {field.name for field in fields(cls)}
        values: dict[str, Any] = {
            name: tuple(v) if isinstance(v, list) else v for name, v in stored.items() if name in known
        }
        return cls(**values)

    def as_json(self) -> dict[str, Any]:
        """For the policy's row and for a release's manifest."""
        return {name: list(v) if isinstance(v, tuple) else v for name, v in asdict(self).items()}


def in_force() -> tuple[Policy, Numbers]:
    """The newest version and its numbers; the first is written when there is none yet."""
    newest = Policy.objects.order_by("-version").first()
    if newest is None:
        newest, _made = Policy.objects.get_or_create(version=1, defaults={"numbers": Numbers().as_json()})
    return newest, Numbers.read(newest.numbers)
