"""From an order to a release without a pause: for datasets released by themselves, and at the terminal."""

from __future__ import annotations

from contextlib import suppress

from django.utils import timezone

from geo.errors import Conflict, DomainError
from opendata.approve import decide, release_approved
from opendata.building import carry_out, new_build
from opendata.definitions import defined
from opendata.due import Due, due
from opendata.models import Build, Release

State = Build.State


def build_and_release(build_id: int) -> Build:
    """Carry out an order; what passed its audit is released at once where its definition says so."""
    build = carry_out(build_id)
    if build.state != State.READY or not defined(build.dataset).automatic:
        return build
    try:
        decide(build, None)
    except Conflict:  # somebody discarded or approved it meanwhile: theirs is the word
        return build
    return release_approved(build.pk)


def publish_now(one: Due) -> Build:
    """Build, attack and release, here and now; who calls it has decided.

    A candidate of this period that waits for approval already is released. Raises Conflict when another process
    builds this dataset or somebody decided meanwhile, Invalid for a period that cannot be released.
    """
    waiting = Build.objects.filter(
        dataset=one.definition.slug, period=one.period_text, revision=one.revision, state=State.READY
    ).first()
    build = waiting or carry_out(
        new_build(one.definition, one.period_text, one.revision, None).pk, wait=False
    )
    if build.state != State.READY:
        return build
    decide(build, None)
    return release_approved(build.pk, wait=False)


def publish_newest() -> list[Build]:
    """Release the newest due period that has something to tell, of each dataset that has no release yet.

    What cannot be made is left out.
    """
    done = set(Release.objects.values_list("dataset__slug", flat=True))
    builds: list[Build] = []
    for one in reversed(due(timezone.now())):
        if one.definition.slug in done:
            continue
        with suppress(DomainError):
            build = publish_now(one)
            builds.append(build)
            if build.state != Build.State.NOTHING:
                done.add(one.definition.slug)
    return builds
