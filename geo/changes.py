"""What a loader would change or has changed: rows by their key, compared field by field; all or nothing."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _


@dataclass
class Changes:
    """Keys as people read them; `same` counts the rows that are already as the file has them.

    `notes`: what was put right or is doubtful in the file, one sentence each.
    """

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    same: int = 0
    notes: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)

    def __add__(self, other: Changes) -> Changes:
        return Changes(
            self.added + other.added,
            self.changed + other.changed,
            self.removed + other.removed,
            self.same + other.same,
            self.notes + other.notes,
        )

    def as_text(self, shown: int = 20) -> str:
        """One line per kind of change, with the first `shown` keys, and one per note."""
        kinds = ((_("added"), self.added), (_("changed"), self.changed), (_("removed"), self.removed))
        lines = [f"{label}: {len(keys)}" + _listed(keys, shown) for label, keys in kinds]
        return "\n".join([*lines, _("unchanged") + f": {self.same}", *(f"! {note}" for note in self.notes)])


@contextmanager
def one_transaction(dry_run: bool) -> Iterator[None]:
    """Do everything, and with `dry_run` take it back: what is told is then what the real run does."""
    with transaction.atomic():
        yield
        if dry_run:
            transaction.set_rollback(True)


def upsert[M: models.Model](
    model: type[M], key: Sequence[str], wanted: Sequence[Mapping[str, Any]]
) -> Changes:
    """Add or change the rows of `model` so that each of `wanted` (field → value, with the `key` fields) is there.

    Rows that are not in `wanted` stay. Call it inside a transaction.
    """
    changes = Changes()
    there: dict[Hashable, M] = {_key(key, row.__dict__): row for row in model._default_manager.all()}
    fresh, touched = [], []
    for values in wanted:
        row = there.get(_key(key, values))
        name = " ".join(str(values[part]) for part in key)
        if row is None:
            fresh.append(model(**values))
            changes.added.append(name)
        elif any(getattr(row, attribute) != value for attribute, value in values.items()):
            for attribute, value in values.items():
                setattr(row, attribute, value)
            touched.append(row)
            changes.changed.append(name)
        else:
            changes.same += 1
    model._default_manager.bulk_create(fresh, batch_size=1000)
    if touched:
        fields = sorted({attribute for values in wanted for attribute in values} - set(key))
        model._default_manager.bulk_update(touched, fields, batch_size=1000)
    return changes


def _key(key: Sequence[str], values: Mapping[str, Any]) -> Hashable:
    return tuple(values[part] for part in key)


def _listed(keys: list[str], shown: int) -> str:
    if not keys:
        return ""
    return f" ({', '.join(keys[:shown])}{' …' if len(keys) > shown else ''})"
