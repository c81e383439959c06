"""What can be reported, as a person chooses it: the most used topics first, then all of them by group."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.core.cache import cache
from django.db.models import Count
from django.utils import timezone

from incidents.access import counted
from incidents.models import Category

TILES = 6
LOOK_BACK = timedelta(days=90)
COUNT_AGAIN_SECONDS = 600

# The 32 urusan of UU 23/2014 are the same in every city, so their pictures are too (Lucide's names).
ICONS = {
    "1.01": "graduation-cap",
    "1.02": "heart-pulse",
    "1.03": "construction",
    "1.04": "house",
    "1.05": "shield-alert",
    "1.06": "hand-heart",
    "2.07": "briefcase",
    "2.08": "heart-handshake",
    "2.09": "wheat",
    "2.10": "map",
    "2.11": "trash-2",
    "2.12": "id-card",
    "2.13": "users-round",
    "2.14": "baby",
    "2.15": "traffic-cone",
    "2.16": "radio",
    "2.17": "store",
    "2.18": "file-check",
    "2.19": "trophy",
    "2.22": "landmark",
    "2.23": "book-open",
    "3.25": "fish",
    "3.26": "tree-palm",
    "3.27": "sprout",
    "3.28": "trees",
    "3.29": "zap",
    "3.30": "store",
    "3.31": "factory",
    "6.01": "scale",
    "7.01": "building-2",
}


@dataclass(frozen=True)
class Topic:
    """One leaf that can be chosen."""

    code: str
    name: str
    group: str
    icon: str
    closed: bool
    emergency: bool


@dataclass(frozen=True)
class Group:
    name: str
    icon: str
    topics: list[Topic]


def icon_of(category: Category) -> str:
    return ICONS.get(category.urusan, "message-circle")


def groups() -> list[Group]:
    """All topics in use, by group, in the city's order. A category without children stands in a group of its own."""
    every = list(Category.objects.filter(active=True))
    found = []
    for top in (one for one in every if one.parent_id is None):
        leaves = [one for one in every if one.parent_id == top.pk] or [top]
        topics = [
            Topic(
                leaf.code,
                leaf.name,
                top.name,
                icon_of(leaf),
                closed=leaf.tier == Category.Tier.CLOSED,
                emergency=leaf.emergency,
            )
            for leaf in leaves
        ]
        found.append(Group(top.name, icon_of(top), topics))
    return found


def most_used(every: list[Group]) -> list[Topic]:
    """The six topics that people reported most lately; where there are too few, the first of each group fill up."""
    known = {topic.code: topic for group in every for topic in group.topics}
    chosen = [known[code] for code in counted_codes() if code in known][:TILES]
    first = [group.topics[0] for group in every] + list(known.values())
    for topic in first:
        if len(chosen) < TILES and topic not in chosen and not topic.closed:
            chosen.append(topic)
    return chosen


def counted_codes() -> list[str]:
    """Codes of open-tier topics by number of reports in the last 90 days, without confidential ones; kept a while."""
    codes: list[str] | None = cache.get("citizen:most-used")
    if codes is None:
        lately = counted().filter(
            opened_at__gte=timezone.now() - LOOK_BACK,
            category__tier=Category.Tier.OPEN,
            category__active=True,
        )
        numbers = lately.values_list("category__code").annotate(number=Count("pk"))
        codes = [code for code, _number in numbers.order_by("-number", "category__code")[:TILES]]
        cache.set("citizen:most-used", codes, COUNT_AGAIN_SECONDS)
    return codes
