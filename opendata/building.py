"""From an order to a candidate: built, written and attacked; what passed waits for the steward's word.

A worker that is killed leaves nothing that anybody is served: files wait in a folder of the build's own, and a release
begins with its rows (opendata/approve.py). The lock that it held is gone with it, by which pages see the interruption.
"""

from __future__ import annotations

import logging

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from geo.city import city_zone
from geo.errors import Conflict, DomainError, Invalid
from opendata import candidates, store, telling
from opendata.definitions import defined, recipe_of
from opendata.due import is_revision_due
from opendata.locks import sole_builder
from opendata.models import Build, Definition, Release
from opendata.overlaps import refuse_twice
from opendata.press import NothingToRelease, Pressed, press
from opendata.progress import told
from opendata.revisions import numbers_stay
from opendata.rolling import refuse_rolling
from opendata.standing import is_interrupted
from opendata.versions import next_revision, period_of, refuse_running, version_of
from opendata.withdraw import sweep_withdrawn

log = logging.getLogger("kentongan.opendata")
State = Build.State


def order(definition: Definition, period: str, revision: int, by: User | None) -> Build:
    """Have a dataset's period built by the worker; `revision` is 0 for the first release of a period.

    Raises Invalid (no such period, or one that has not ended), Conflict (under way, waiting for approval, released, or
    stopped by the audit with nothing changed since).
    """
    with transaction.atomic():
        build = new_build(definition, period, revision, by)
        app.configure_task("opendata.build", queue="release").defer(build_id=build.pk)
    return build


def new_build(definition: Definition, period: str, revision: int, by: User | None) -> Build:
    """The row of an order that nobody has taken up. Raises as `order` does."""
    _refuse_untimely(definition, period, revision)
    refuse_twice(definition, period)
    refuse_rolling(definition, period, revision)
    _close_interrupted(definition.slug, period, revision)
    try:
        with transaction.atomic():
            return Build.objects.create(
                dataset=definition.slug,
                period=period,
                revision=revision,
                requested_by=by,
                requested_at=timezone.now(),
            )
    except IntegrityError:
        raise Conflict(
            _("%(what)s is being built already, or waits for approval.") % {"what": _name(definition, period)}
        ) from None


def _refuse_untimely(definition: Definition, period: str, revision: int) -> None:
    asked = period_of(recipe_of(definition), period)
    refuse_running(asked, city_zone(), timezone.now())
    following = next_revision(definition.slug, period)
    if revision < following:
        version = version_of(period, revision)
        raise Conflict(_("%(version)s was released already. Releases do not change.") % {"version": version})
    if revision > following:
        raise Invalid.at("revision", _("There is no earlier release that this would revise."))
    if revision and asked:
        _refuse_unasked(definition, period, revision)


def _refuse_unasked(definition: Definition, period: str, revision: int) -> None:
    """Revisions wait for each other, whoever orders them: two states close in time tell who came between them."""
    if not recipe_of(definition).is_revised:
        raise Conflict(numbers_stay())
    if not is_revision_due(definition, period, revision, timezone.now()):
        raise Conflict(
            _(
                "Revisions are made only after a quarter’s end, once, for months of the year before that quarter."
            )
        )


def _name(definition: Definition, period: str) -> str:
    return f"{definition.slug} {period}".strip()


def _close_interrupted(slug: str, period: str, revision: int) -> None:
    """An order whose worker died makes room for a new one."""
    for build in Build.objects.filter(dataset=slug, period=period, revision=revision, state__in=Build.OPEN):
        if is_interrupted(build):
            close(build, State.FAILED, _("Interrupted: the worker ended before the build did."))


def carry_out(build_id: int, *, wait: bool = True) -> Build:
    """Build and attack what was ordered, and write down what came of it, also when that is a refusal.

    Raises Conflict when another process builds this dataset and `wait` is off.
    """
    slug = Build.objects.values_list("dataset", flat=True).get(pk=build_id)
    with sole_builder(slug, wait=wait):
        build = Build.objects.get(pk=build_id)
        if build.state not in {State.WAITING, State.BUILDING, State.AUDITING}:
            return build  # carried out, or given up, while this waited
        sweep(slug)
        build.state, build.started_at, build.progress = State.BUILDING, timezone.now(), 0
        build.folder = candidates.candidate_name(build.pk)
        build.save(update_fields=["state", "started_at", "progress", "folder"])
        try:
            with told(build.pk) as step:
                pressed = press(build, defined(slug), step)
        except NothingToRelease as nothing:
            digest, held = nothing.made.input_digest, dict(nothing.made.held)
            return close(build, State.NOTHING, nothing.message, input_digest=digest, held=held)
        except DomainError as error:
            return close(build, State.FAILED, str(error.detail or error.title))
        except Exception as error:
            log.exception("build %s failed", build_id)
            return close(build, State.FAILED, telling.fault(error))
        if pressed.refusal:
            return close(build, State.REFUSED, pressed.refusal, **pressed.kept())
        return _ready(build, pressed)


def _ready(build: Build, pressed: Pressed) -> Build:
    for name, value in pressed.kept().items():
        setattr(build, name, value)
    build.state, build.step, build.progress, build.finished_at = State.READY, "", 100, timezone.now()
    build.save()
    return build


def close(build: Build, state: Build.State, message: str, **more: object) -> Build:
    """End a build without a release: its files go, what became of it stays to be read."""
    candidates.drop_candidate(build.dataset, build.folder)
    version = version_of(build.period, build.revision)
    if not Release.objects.filter(dataset__slug=build.dataset, version=version).exists():
        store.drop_files(build.dataset, version)
    for name, value in {"state": state, "message": message, "finished_at": timezone.now(), **more}.items():
        setattr(build, name, value)
    build.save()
    return build


def sweep(slug: str) -> None:
    """Remove the files of builds that are over and of releases that were withdrawn. Call it while nobody builds."""
    waiting = Build.objects.filter(dataset=slug, state__in=(State.READY, State.RELEASING))
    candidates.sweep_candidates(slug, set(waiting.values_list("folder", flat=True)))
    sweep_withdrawn(slug)
