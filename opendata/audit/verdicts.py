"""What an attack found: how often it was tried, how often it succeeded, what is allowed, and that in plain words."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from geo.errors import Conflict

AT_LEAST = frozenset({"crowd", "topics"})  # attacks whose figure may not be smaller than the bound


@dataclass(frozen=True)
class Verdict:
    """One attack on one candidate. It is published, so it holds no number from which held-back reports could follow.

    `figure`: what was measured, mostly an upper bound of the attacker's success between 0 and 1; `bound`: what is
    allowed at most. `tried` and `successes`: of the measurement.
    """

    attack: str
    figure: float
    bound: float
    passed: bool
    tried: int
    successes: int
    words_id: str
    words_en: str

    def as_json(self) -> dict[str, Any]:
        """As it is kept with the release and written to `audit.json`: figures to four decimals, rounded up."""
        return {**asdict(self), "figure": rounded_up(self.figure, 4), "bound": round(self.bound, 4)}

    @classmethod
    def read(cls, stored: dict[str, Any]) -> Verdict:
        """From `as_json`."""
        return cls(**stored)


class AuditFailed(Conflict):
    """The release may not leave; the detail says which checks stopped it, never what they found."""

    slug = "audit-failed"
    title = gettext_lazy("The privacy audit stopped this release")


def require(verdicts: Iterable[Verdict]) -> None:
    """Raises AuditFailed unless every attack was held off."""
    failed = sorted({verdict.attack for verdict in verdicts if not verdict.passed})
    if failed:
        raise AuditFailed(
            _("Nothing was released. Failed checks: %(checks)s.") % {"checks": ", ".join(failed)}
        )


def rounded_up(figure: float, decimals: int) -> float:
    """Never less than was measured: 0.0501 must not look like 0.05 (noise of binary fractions aside)."""
    scale: float = 10.0**decimals
    return math.ceil(round(figure * scale, 6)) / scale


def amount(number: int) -> tuple[str, str]:
    """A whole number in Indonesian and English: `13.542`, `13,542`."""
    return f"{number:,}".replace(",", "."), f"{number:,}"


def percent(share: float) -> tuple[str, str]:
    """A share in Indonesian and English, rounded up: `4,7%`, `4.7%`; small ones are never rounded to nothing."""
    text = f"{100 * rounded_up(share, 3):.1f}" if share >= 0.0005 or share == 0 else f"{100 * share:.2g}"
    return text.replace(".", ",") + "%", text + "%"


def told(
    what_id: str, what_en: str, tried: int, successes: int, figure: float, bound: float
) -> tuple[str, str]:
    """What was tried, how often it succeeded, what that means and what is allowed, in both languages."""
    (figure_id, figure_en), (bound_id, bound_en) = percent(figure), percent(bound)
    (tried_id, tried_en), (right_id, right_en) = amount(tried), amount(successes)
    return (
        f"{what_id}: {tried_id} kali dicoba, {right_id} kali berhasil. Peluang sebenarnya paling tinggi {figure_id}; "
        f"batasnya {bound_id}.",
        f"{what_en}: {tried_en} tries, {right_en} successes. The true chance is at most {figure_en}; "
        f"the limit is {bound_en}.",
    )
