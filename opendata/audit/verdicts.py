"""What an attack found: how often it was tried, how often it succeeded, what is allowed, and that in plain words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from geo.errors import Conflict


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
        """As it is kept with the release and written to `audit.json`: figures to four decimals."""
        return {**asdict(self), "figure": round(self.figure, 4), "bound": round(self.bound, 4)}

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


def percent(share: float) -> tuple[str, str]:
    """A share in Indonesian and English: `4,7%`, `4.7%`; small ones are never rounded to nothing."""
    text = f"{100 * share:.1f}" if share >= 0.0005 or share == 0 else f"{100 * share:.2g}"
    return text.replace(".", ",") + "%", text + "%"


def told(
    what_id: str, what_en: str, tried: int, successes: int, figure: float, bound: float
) -> tuple[str, str]:
    """What was tried, how often it succeeded, what that means and what is allowed, in both languages."""
    (figure_id, figure_en), (bound_id, bound_en) = percent(figure), percent(bound)
    return (
        f"{what_id}: {tried} kali dicoba, {successes} kali berhasil. Peluang sebenarnya paling tinggi {figure_id}; "
        f"batasnya {bound_id}.",
        f"{what_en}: {tried} tries, {successes} successes. The true chance is at most {figure_en}; "
        f"the limit is {bound_en}.",
    )
