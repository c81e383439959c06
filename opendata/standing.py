"""How orders stand, as pages and the terminal tell it; also that a worker died over one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from opendata.locks import is_building
from opendata.models import Build

PATIENCE = timedelta(
    minutes=15
)  # an order that nobody took up until then, while nobody was busy, is not waited for
State = Build.State


@dataclass(frozen=True)
class Standing:
    """A build and how it stands. `words` says its state; `moving`: it will change by itself, so look again."""

    build: Build
    interrupted: bool

    @property
    def words(self) -> str | Promise:
        return (
            _("interrupted; it can be ordered again") if self.interrupted else self.build.get_state_display()
        )

    @property
    def moving(self) -> bool:
        return not self.interrupted and self.build.state in Build.OPEN and self.build.state != State.READY


def standings(builds: Iterable[Build]) -> list[Standing]:
    """How each stands, in their order."""
    return [Standing(build, is_interrupted(build)) for build in builds]


def latest(slug: str, limit: int = 5) -> list[Standing]:
    """The newest orders for a dataset, the newest first."""
    found = Build.objects.filter(dataset=slug).select_related("requested_by", "decided_by", "release")
    return standings(found[:limit])


def is_interrupted(build: Build) -> bool:
    """A worker that died holds no lock: what was begun while nobody builds this dataset was interrupted."""
    if build.state not in Build.OPEN or build.state == State.READY:
        return False
    begun = build.state in {State.BUILDING, State.AUDITING} or build.step == "release"
    if begun:
        return not is_building(build.dataset) and _still(build)
    asked = build.decided_at if build.state == State.RELEASING else build.requested_at
    return asked is not None and timezone.now() - asked > PATIENCE and not is_building(build.dataset)


def _still(build: Build) -> bool:
    """It may have ended between the look at the row and the look at the lock."""
    return Build.objects.filter(pk=build.pk, state=build.state).exists()
