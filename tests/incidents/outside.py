"""PLN and others outside the city, as tests forward cases to them and open their links."""

from __future__ import annotations

import re
from typing import Any

from django.contrib.auth.models import User

from geo.models import Agency
from incidents.models import Assignment, Entry, Incident, ReferralLink
from incidents.referrals import Forwarding, forward
from tests.incidents.made import viewer

WORDS = "Mohon kabel yang menjuntai diamankan."
LINK = re.compile(r"/luar/([\w-]{43})")


def outsider(code: str = "pln", name: str = "PT PLN (Persero)", short: str = "PLN") -> Agency:
    return Agency.objects.create(
        code=code, name=name, short_name=short, kind=Agency.OUTSIDE, email=f"{code}@contoh.example"
    )


def forwarded(operator: User, incident: Incident, agency: Agency, **more: Any) -> Entry:
    """The case passed on with the words of all its reports, the outside agency in charge unless said otherwise."""
    usual: dict[str, Any] = {
        "role": Assignment.Role.LEAD,
        "text": WORDS,
        "complaints": list(incident.complaints.values_list("pk", flat=True)),
    }
    return forward(Forwarding(incident=incident, outsider=agency, by=viewer(operator), **usual | more))


def address(incident: Incident) -> str:
    """The newest link as its e-mail will carry it."""
    link = ReferralLink.objects.filter(referral__incident=incident).latest("pk")
    assert link.sealed
    return f"/luar/{link.sealed}"
