"""The topics that a case can have: for the choice in a form, and to know which ones a word means. One query."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import F

from incidents.desk.rows import category_name_field
from incidents.models import Category


@dataclass(frozen=True)
class Topic:
    """A leaf of the tree; `names` in all languages, `active` when it can still be chosen."""

    pk: int
    code: str
    name: str
    names: tuple[str, ...]
    group: str
    klass: str
    active: bool


def topics() -> list[Topic]:
    """All of them, by their group."""
    field = category_name_field()
    rows = (
        Category.objects.filter(parent__isnull=False)
        .order_by("parent__position", "parent__code", "position", "code")
        .values_list("pk", "code", field, "name_id", "name_en", F(f"parent__{field}"), "klass", "active")
    )
    return [
        Topic(pk, code, name, (name_id.lower(), name_en.lower()), group, klass, active)
        for pk, code, name, name_id, name_en, group, klass, active in rows
    ]
