"""How many reports may be counted, said a second time and in another way: the audit compares a table with it."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, DateTimeField, Exists, ExpressionWrapper, F, OuterRef, Value
from django.db.models.functions import TruncMonth, TruncWeek

from incidents.models import Category, Complaint, Incident
from incidents.series import kelurahan_in_force
from opendata.weeks import Period

Key = tuple[str, str, str]  # category, month, kelurahan
TO_THURSDAY = Value(timedelta(days=3))


def eligible(first: Period, last: Period, zone: ZoneInfo) -> Counter[Key]:
    """Reports about aggregate categories received in these months, but for confidential cases.

    Counted by the database; what was merged is counted where the case that stands for it is.
    """
    secret = Complaint.objects.filter(incident=OuterRef("incident"), confidential=True)
    said = (
        Complaint.objects.filter(received_at__gte=first.start(zone), received_at__lt=last.end(zone))
        .filter(~Exists(secret), incident__confidential=False)
        .annotate(week=TruncWeek("received_at", tzinfo=zone))
        .annotate(thursday=ExpressionWrapper(F("week") + TO_THURSDAY, output_field=DateTimeField()))
        .annotate(month=TruncMonth("thursday", tzinfo=zone))
        .order_by()
    )
    own = (
        said.filter(incident__merged_into=None, incident__category__tier=Category.Tier.AGGREGATE)
        .annotate(now_in=kelurahan_in_force("incident__"))
        .values_list("incident__category__code", "month", "now_in")
        .annotate(n=Count("pk"))
    )
    found = Counter({(code, f"{month:%Y-%m}", place): n for code, month, place, n in own})
    for case, month in said.filter(incident__merged_into__isnull=False).values_list("incident", "month"):
        code, place = _stands(case)
        found[code, f"{month:%Y-%m}", place] += 1
    return found


def _stands(case: int) -> tuple[str, str]:
    """Category and kelurahan of the case that stands for a merged one."""
    while (into := Incident.every.values_list("merged_into", flat=True).get(pk=case)) is not None:
        case = into
    rows = Incident.objects.filter(pk=case).annotate(now_in=kelurahan_in_force())
    return rows.values_list("category__code", "now_in").get()
