"""Outside agencies of a case as the operator sees them: whether their link is out, used, over, or asked for anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from geo.models import Agency
from incidents.links import newest_links
from incidents.models import Assignment, Incident, Referral, ReferralLink


@dataclass(frozen=True)
class Passed:
    """An outside agency that has (or had) the case; without a referral nothing was passed on to it yet."""

    agency: Agency
    referral: Referral | None
    link: ReferralLink | None
    has_it: bool
    late: bool

    @property
    def wants_link(self) -> bool:
        return self.link is not None and self.link.wanted_at is not None


def passed_on(incident: Incident, assignments: Sequence[Assignment], now: datetime) -> list[Passed]:
    """The outside agencies of a case; no question to the database where there is none."""
    outside = [one for one in assignments if one.agency.is_outside]
    if not outside:
        return []
    referrals = {one.outsider_id: one for one in incident.referrals.all()}
    links = newest_links(referrals.values())
    found = []
    for one in outside:
        referral = referrals.get(one.agency_id)
        link = links.get(referral.pk) if referral else None
        has_it = incident.is_open and one.status not in (*Assignment.GONE, Assignment.Status.DONE)
        found.append(Passed(one.agency, referral, link, has_it, link is not None and link.expires_at <= now))
    return found
