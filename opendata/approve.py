"""The last step: a candidate that passed its audit becomes a release, or is discarded. Whose word it was is kept.

Rows, files and the release's own row become public by one commit. The folder gets its final name just before it: killed
before the commit, a release is not there, and its build can be approved again; killed after it, it is there as a whole.
"""

from __future__ import annotations

import logging
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from geo.errors import Conflict, DomainError
from opendata import telling
from opendata.building import close
from opendata.candidates import files_of, move_to_release
from opendata.copying import copy_rows
from opendata.definitions import defined, recipe_of
from opendata.formats import kinds
from opendata.imprint import write_release
from opendata.locks import sole_builder
from opendata.models import Build, Definition
from opendata.orders import digest_now, numbers_of
from opendata.overlaps import refuse_twice
from opendata.policy import in_force
from opendata.standing import is_interrupted
from opendata.versions import version_of

log = logging.getLogger("kentongan.opendata")
State = Build.State


class Overtaken(Exception):
    """What a candidate was built from has changed since, so it may not leave."""


def approve(build: Build, by: User) -> Build:
    """Have the worker release a candidate. Raises Conflict when it does not wait for approval (any more)."""
    with transaction.atomic():
        locked = Build.objects.select_for_update().get(pk=build.pk)
        again = locked.state == State.RELEASING and is_interrupted(locked)
        decide(locked, by, State.RELEASING if again else State.READY)
        app.configure_task("opendata.release", queue="release").defer(build_id=locked.pk)
    return locked


def decide(build: Build, by: User | None, waited: Build.State = State.READY) -> None:
    """Write down who let it leave (nobody: the definition says that it leaves by itself).

    Raises Conflict when it is not (any more) in the state in which it waited.
    """
    decided: dict[str, Any] = {
        "state": State.RELEASING,
        "step": "",
        "decided_by": by,
        "decided_at": timezone.now(),
    }
    if not Build.objects.filter(pk=build.pk, state=waited).update(**decided):
        build.refresh_from_db()
        raise Conflict(_("This candidate does not wait for approval: %(state)s.") % _told(build))
    for name, value in decided.items():
        setattr(build, name, value)


def discard(build: Build, by: User, reason: str) -> Build:
    """Give up an order: its files are removed, the reason is kept. Raises Conflict when it is at work, or over."""
    with transaction.atomic():
        locked = Build.objects.select_for_update().get(pk=build.pk)
        if locked.state not in {State.WAITING, State.READY} and not is_interrupted(locked):
            raise Conflict(_("There is nothing to discard: %(state)s.") % _told(locked))
        return close(locked, State.DISCARDED, reason, decided_by=by, decided_at=timezone.now())


def _told(build: Build) -> dict[str, Any]:
    return {"state": build.get_state_display()}


def release_approved(build_id: int, *, wait: bool = True) -> Build:
    """Release what was approved. A candidate that was overtaken by changes becomes stale instead, and says why."""
    slug = Build.objects.values_list("dataset", flat=True).get(pk=build_id)
    with sole_builder(slug, wait=wait):
        build = Build.objects.select_related("policy").get(pk=build_id)
        if build.state != State.RELEASING:
            return build
        build.step = "release"
        build.save(update_fields=["step"])
        try:
            with transaction.atomic():
                _publish(build)
        except Overtaken:
            return close(build, State.STALE, telling.overtaken())
        except Exception as error:
            return _back(build_id, error)
        return build


def _back(build_id: int, error: Exception) -> Build:
    """The candidate waits on: what stood in the way may pass."""
    build = Build.objects.get(pk=build_id)
    build.state, build.step = State.READY, ""
    if isinstance(error, DomainError):
        build.message = str(error.detail or error.title)
    else:
        log.error("build %s could not be released", build_id, exc_info=error)
        build.message = telling.fault(error)
    build.save(update_fields=["state", "step", "message"])
    return build


def _publish(build: Build) -> None:
    """Everything that makes a release, inside the caller's transaction; the folder's final name comes last."""
    definition = defined(build.dataset)
    recipe = recipe_of(definition)
    refuse_twice(definition, build.period)
    version = version_of(build.period, build.revision)
    folder = files_of(build.dataset, build.folder, version)
    release = write_release(build, definition, folder)
    copied = copy_rows(release, recipe, folder / kinds.PARQUET.file(kinds.stem(recipe.name)))
    if copied != build.rows:
        raise Conflict(_("The candidate’s files are damaged: it has to be built again."))
    if not _is_as_it_was(definition, build):
        raise Overtaken
    build.state, build.release, build.step = State.RELEASED, release, ""
    build.finished_at, build.message = timezone.now(), ""
    build.save(update_fields=["state", "release", "step", "finished_at", "message"])
    move_to_release(build.dataset, build.folder, version)


def _is_as_it_was(definition: Definition, build: Build) -> bool:
    """Whether it would be made of the same now, by the policy in force; what can no longer be made would not."""
    if build.policy != in_force()[0]:
        return False
    try:
        now = digest_now(definition, build.period, build.revision, numbers_of(build))
    except DomainError:
        return False
    return now == build.input_digest
