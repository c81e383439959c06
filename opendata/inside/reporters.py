"""Who reported, as keys that tell persons apart and nobody's name: for the audit and for counting; they never leave.

A person is a verified contact. All reports without one are one reporter: nobody knows whether they are.
"""

from __future__ import annotations

import hashlib

import pandas as pd
from django.core.exceptions import ImproperlyConfigured
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from geo.errors import Conflict
from incidents.models import Complaint, Reporter

NOBODY = ""  # the one key of all without a verified contact


def verified(complaints: QuerySet[Complaint], key: bytes) -> pd.DataFrame:
    """complaint, incident, reporter: of those complaints whose reporter's address is verified.

    `reporter` is a hash of the address under the key of this build. Raises Conflict when contacts cannot be opened:
    who cannot be told apart cannot be counted.
    """
    holders = Reporter.objects.filter(complaint__in=complaints, verified_at__isnull=False).exclude(email="")
    rows = holders.values_list("complaint", "complaint__incident", "email").iterator(10_000)
    try:
        found = [(complaint, case, reporter_key(email, key)) for complaint, case, email in rows]
    except ImproperlyConfigured:
        raise Conflict(
            _("Contacts cannot be opened with FIELD_KEYS, so reporters cannot be told apart.")
        ) from None
    return pd.DataFrame(found, columns=["complaint", "incident", "reporter"])


def reporter_key(email: str, key: bytes) -> str:
    """16 hexadecimal digits, the same for the same address however it is written; BLAKE2b with the build's key."""
    return hashlib.blake2b(email.strip().casefold().encode(), key=key, digest_size=8).hexdigest()


def by_case(found: pd.DataFrame, roots: dict[int, int]) -> pd.Series[str]:
    """The reporters of each case (of what was merged under what stands for it), sorted, with spaces between them."""
    cases = found["incident"].map(lambda pk: roots.get(pk, pk))
    return found.groupby(cases)["reporter"].agg(lambda keys: " ".join(sorted(set(keys))))
