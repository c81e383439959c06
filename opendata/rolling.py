"""A candidate that an attack stopped is not built again until the dice fall better: only from something else."""

from __future__ import annotations

from django.utils.translation import gettext as _

from geo.errors import Conflict, DomainError
from opendata.audit.canaries import ATTACK as CANARIES
from opendata.models import Build, Definition
from opendata.orders import digest_now
from opendata.policy import in_force


def refuse_rolling(definition: Definition, period: str, revision: int) -> None:
    """Raises Conflict when the audit stopped a build of the same input by the policy in force.

    What only the search for personal data stopped may be tried again: it finds by no chance, and what it found may have
    stood in the dataset's own words, which the digest does not know.
    """
    policy, numbers = in_force()
    stopped = Build.objects.filter(
        dataset=definition.slug, period=period, revision=revision, policy=policy, state=Build.State.REFUSED
    )
    digests = {one.input_digest for one in stopped if _attacked(one)}
    if not digests:
        return
    try:
        same = digest_now(definition, period, revision, numbers) in digests
    except DomainError:
        return  # it cannot be made now: the build itself says why
    if same:
        raise Conflict(
            _(
                "The audit stopped this already, and nothing has changed since. It can be built again when its input, "
                "the dataset’s topics or the policy has changed."
            )
        )


def _attacked(build: Build) -> bool:
    return any(not verdict["passed"] and verdict["attack"] != CANARIES for verdict in build.audit)
