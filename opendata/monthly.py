"""Every month by itself: what has closed is ordered without anybody asking, once."""

from __future__ import annotations

import logging

from django.utils import timezone

from geo.errors import DomainError
from opendata.building import order
from opendata.due import Due, due, due_revisions, settled
from opendata.models import Build

log = logging.getLogger("kentongan.opendata")


def order_what_is_due() -> list[Build]:
    """Order each due release and revision that nobody has ordered yet; gives the new orders."""
    now = timezone.now()
    orders = []
    for one in [*due(now), *due_revisions(now)]:
        if one.period and one.revision == 0 and _ordered_before(one):
            continue
        try:
            orders.append(order(one.definition, one.period_text, one.revision, None))
        except DomainError as error:
            log.info("%s %s is not ordered: %s", one.definition.slug, one.period_text, error)
    return orders


def _ordered_before(one: Due) -> bool:
    return bool(
        settled(Build.objects.filter(dataset=one.definition.slug, period=one.period_text, revision=0))
    )
