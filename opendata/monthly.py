"""Every month by itself: what has closed is ordered without anybody asking, once."""

from __future__ import annotations

import logging

from django.utils import timezone

from geo.errors import DomainError
from opendata.building import order
from opendata.due import Due, due, due_revisions
from opendata.models import Build

log = logging.getLogger("kentongan.opendata")
# After these it is built again by itself; what an audit stopped or a steward discarded waits for the steward.
AGAIN = (Build.State.STALE, Build.State.FAILED)


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
    builds = Build.objects.filter(dataset=one.definition.slug, period=one.period_text, revision=0)
    return builds.exclude(state__in=AGAIN).exists()
