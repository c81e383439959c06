"""What a period holds, read from the working tables: the one place where the open-data room looks behind the wall."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import pandas as pd
import shapely
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext_lazy as _
from shapely.geometry.base import BaseGeometry

from geo.errors import Conflict
from geo.models import Area, Edition
from geo.people import people_in_force
from incidents.models import Category, Complaint, Incident
from incidents.series import kelurahan_in_force
from opendata.periods import Month, Window

REPORTS = ["incident", "category", "tier", "confidential", "kelurahan_code", "received_at", "demo"]
AREAS = ["kelurahan_code", "kelurahan", "kecamatan_code", "kecamatan"]
OPEN = Category.Tier.OPEN


@dataclass(frozen=True)
class Borders:
    """The kelurahan of the edition in force: names, shapes (EPSG:4326) and people by code."""

    edition: str
    approximate: bool
    areas: pd.DataFrame
    shapes: dict[str, BaseGeometry]
    people: dict[str, tuple[int, int]]


def received_in(start: datetime, end: datetime) -> QuerySet[Complaint]:
    """All complaints received from start until before end."""
    return Complaint.objects.filter(received_at__gte=start, received_at__lt=end)


def reports_in(window: Window) -> pd.DataFrame:
    """Every complaint of the window as a row of `REPORTS`; also those that must not be counted, flagged.

    `confidential` is true for all reports of an incident to which a confidential one belongs, whenever received.
    `kelurahan_code` is the code in force that goes on with the one under which it happened (incidents/series.py).
    """
    secret = Exists(Complaint.objects.filter(incident=OuterRef("incident"), confidential=True))
    rows = (
        received_in(window.start, window.end)
        .annotate(secret=Q(incident__confidential=True) | secret, now_in=kelurahan_in_force("incident__"))
        .order_by("pk")
        .values_list(
            "incident_id", "incident__category__code", "incident__category__tier", "secret",
            "now_in", "received_at", "demo",
        )
    )  # fmt: skip
    frame = pd.DataFrame.from_records(list(rows), columns=REPORTS)
    return frame.assign(
        received_at=pd.to_datetime(frame["received_at"], utc=True),
        confidential=frame["confidential"].astype(bool),
    )


def eligible(reports: QuerySet[Complaint]) -> QuerySet[Complaint]:
    """Those that may be counted, said a second time and in SQL: the audit compares the release with this."""
    silent = Complaint.objects.filter(confidential=True).values("incident_id")
    return reports.filter(incident__category__tier=OPEN, incident__confidential=False).exclude(
        incident_id__in=silent
    )


def eligible_total(window: Window) -> int:
    """How many reports of the window may be counted."""
    return eligible(received_in(window.start, window.end)).count()


def months_with_reports(zone: ZoneInfo) -> list[Month]:
    """The months in which something was received that may be counted, oldest first."""
    months = (
        eligible(Complaint.objects.all())
        .annotate(month=TruncMonth("received_at", tzinfo=zone))
        .values_list("month", flat=True)
        .distinct()
    )
    return sorted(Month(month.year, month.month) for month in months)


def borders(codes: Iterable[str]) -> Borders:
    """The borders in force, with names also for those `codes` that they no longer have (as their incidents knew them).

    Raises Conflict when no boundaries are loaded.
    """
    edition = Edition.objects.filter(status=Edition.Status.ACTIVE).first()
    if edition is None:
        raise Conflict(_("No boundaries are loaded, so there is no place to count by."))
    names = dict(edition.areas.values_list("code", "name"))
    villages = list(
        edition.areas.filter(level=Area.Level.VILLAGE)
        .order_by("code")
        .values_list("code", "name", "parent_code", "geom")
    )
    rows = [(code, name, parent, names.get(parent, parent)) for code, name, parent, _geom in villages]
    rows += _former(set(codes) - {code for code, *_rest in villages})
    return Borders(
        edition=edition.name,
        approximate=edition.approximate,
        areas=pd.DataFrame.from_records(rows, columns=AREAS),
        shapes={code: shapely.from_wkb(bytes(geom.wkb)) for code, _name, _parent, geom in villages},
        people=people_in_force(),
    )


def _former(codes: set[str]) -> list[tuple[str, str, str, str]]:
    """Places of earlier editions, as the newest incident there names them."""
    return list(
        Incident.objects.filter(kelurahan_code__in=codes)
        .order_by("kelurahan_code", "-opened_at", "-pk")
        .distinct("kelurahan_code")
        .values_list("kelurahan_code", "kelurahan", "kecamatan_code", "kecamatan")
    )


def open_categories(used: Iterable[str]) -> pd.DataFrame:
    """The open tier's leaves and what else of it is `used`: category, category_name, name_en, urusan; by code."""
    rows = (
        Category.objects.filter(Q(children__isnull=True) | Q(code__in=set(used)), tier=OPEN)
        .order_by("code")
        .values_list("code", "name_id", "name_en", "urusan")
        .distinct()
    )
    columns = ["category", "category_name", "name_en", "urusan"]
    return pd.DataFrame.from_records(list(rows), columns=columns)
