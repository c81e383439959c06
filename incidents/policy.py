"""What the city has decided, kept per process for a short while: each report needs it, and it changes once a month."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

from geo.models import Agency
from incidents.models import Category

KEEP_SECONDS = 2.0


@dataclass(frozen=True)
class Policy:
    """Active categories by code with parent, lead and support at hand, and active agencies by code. Shared: read only.

    `groups` holds the keys of categories that have active ones inside: those cannot be chosen themselves.
    """

    categories: Mapping[str, Category]
    groups: frozenset[int]
    agencies: Mapping[str, Agency]


_kept: tuple[float, Policy] | None = None


def current_policy() -> Policy:
    """The policy, at most `KEEP_SECONDS` old."""
    global _kept
    kept = _kept
    if kept is None or time.monotonic() - kept[0] > KEEP_SECONDS:
        kept = _kept = (time.monotonic(), _read())
    return kept[1]


def forget_policy() -> None:
    """Read it again at the next call."""
    global _kept
    _kept = None


def _read() -> Policy:
    active = Category.objects.filter(active=True).select_related("parent", "lead").prefetch_related("support")
    categories = {one.code: one for one in active}
    groups = frozenset(one.parent_id for one in categories.values() if one.parent_id is not None)
    return Policy(categories, groups, {one.code: one for one in Agency.objects.filter(active=True)})
