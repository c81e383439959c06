"""The calendar of releases: for each dataset its last periods with their state, and the day of the next one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from opendata.catalogue.period_words import period_told
from opendata.definitions import in_use
from opendata.due import Due
from opendata.models import Build, Definition, Release
from opendata.policy import in_force
from opendata.recipes.registry import RECIPES
from opendata.weeks import Period

SHOWN = 4  # closed periods of a dataset
TONES: Mapping[str, tuple[str, str]] = {  # state of a build → tone and icon
    Build.State.WAITING: ("baru", "clock"),
    Build.State.BUILDING: ("dikerjakan", "loader"),
    Build.State.AUDITING: ("dikerjakan", "shield-check"),
    Build.State.READY: ("baru", "hand"),
    Build.State.RELEASING: ("dikerjakan", "loader"),
    Build.State.RELEASED: ("selesai", "circle-check-big"),
    Build.State.NOTHING: ("", "circle-minus"),
    Build.State.REFUSED: ("terlambat", "circle-x"),
    Build.State.STALE: ("terlambat", "history"),
    Build.State.FAILED: ("terlambat", "circle-x"),
    Build.State.DISCARDED: ("", "trash-2"),
}


@dataclass(frozen=True)
class Slot:
    """A period of a dataset and how it stands; `url` leads to the release or the build."""

    period: str
    words: str | Promise
    tone: str = ""
    icon: str = "circle-dashed"
    url: str = ""


@dataclass(frozen=True)
class Line:
    """A dataset in the calendar. `next_on`: the day on which its running period is built by itself."""

    definition: Definition
    slots: list[Slot]
    next_period: str
    next_on: date | None


def calendar(now: datetime, zone: ZoneInfo, waiting: list[Due]) -> list[Line]:
    """All datasets in use; `waiting` is what is due now."""
    due = {(one.definition.slug, one.period_text) for one in waiting}
    wait = in_force()[1].wait_days
    return [_line(one, now, zone, due, wait) for one in in_use() if one.recipe in RECIPES]


def _line(one: Definition, now: datetime, zone: ZoneInfo, due: set[tuple[str, str]], wait: int) -> Line:
    rhythm = RECIPES[one.recipe].rhythm
    if rhythm == "change":
        newest = Release.objects.filter(dataset__slug=one.slug).order_by("-revision").first()
        return Line(one, [_slot(one, newest.period if newest else "", due)], "", None)
    running = Period.month_of(now, zone)
    if rhythm == "quarter":
        running = running.quarter
    slots, period = [], running
    for _step in range(SHOWN):
        period = period.before()
        slots.append(_slot(one, str(period), due))
    return Line(one, slots, period_told(str(running)), running.last_day + timedelta(days=1 + wait))


def _slot(one: Definition, period: str, due: set[tuple[str, str]]) -> Slot:
    told = period_told(period)
    build = Build.objects.filter(dataset=one.slug, period=period).first()
    if build and build.state != Build.State.RELEASED and build.state not in {Build.State.NOTHING}:
        tone, icon = TONES[build.state]
        return Slot(told, build.get_state_display(), tone, icon, reverse("steward:build", args=[build.pk]))
    release = (
        Release.objects.filter(dataset__slug=one.slug, period=period)
        .select_related("withdrawal")
        .order_by("-revision")
        .first()
    )
    if release:
        url = reverse("catalogue:version", args=[one.slug, release.version])
        if hasattr(release, "withdrawal"):
            return Slot(told, _("withdrawn"), "terlambat", "circle-x", url)
        return Slot(told, _("released"), "selesai", "circle-check-big", url)
    if (one.slug, period) in due:
        return Slot(told, _("due"), "baru", "calendar-days")
    return Slot(told, _("nothing to release"), "", "circle-minus")
