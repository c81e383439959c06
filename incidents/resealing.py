"""Sealed columns brought to the newest of FIELD_KEYS, in batches; who is interrupted begins again where that was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken
from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Model, TextField, Value
from django.db.models.functions import Cast

from incidents.models import Reporter
from incidents.models.fields import SealedTextField
from incidents.privacy import phone_hash
from incidents.seal import open_text, seal_text

BATCH = 500


@dataclass(frozen=True)
class Column:
    """A sealed column of a table."""

    model: type[Model]
    name: str

    @property
    def label(self) -> str:
        return f"{self.model._meta.db_table}.{self.name}"


def sealed_columns() -> Iterator[Column]:
    """Every sealed column of the house, whichever room keeps it."""
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if isinstance(field, SealedTextField):
                yield Column(model, field.name)


def is_newest(sealed: str) -> bool:
    """Whether the first of FIELD_KEYS alone opens it."""
    try:
        Fernet(settings.FIELD_KEYS[0]).decrypt(sealed.encode())
    except InvalidToken:
        return False
    return True


def raw_batches(column: Column, size: int = BATCH) -> Iterator[list[tuple[int, str]]]:
    """Numbers and sealed texts of all rows that hold one, in the order of their numbers."""
    reached = 0
    while True:
        # Read as the database has it: the field itself would open what it gets.
        rows = column.model._default_manager.filter(pk__gt=reached).annotate(
            raw=Cast(column.name, TextField())
        )
        batch = list(rows.exclude(raw="").order_by("pk").values_list("pk", "raw")[:size])
        if not batch:
            return
        yield batch
        reached = batch[-1][0]


def remaining(column: Column) -> int:
    """How many rows of a column still need an older key."""
    return sum(not is_newest(raw) for batch in raw_batches(column) for _pk, raw in batch)


def reseal(column: Column, size: int = BATCH) -> Iterator[int]:
    """Seal with the newest key what an older one holds; tells after each batch how many it changed.

    A row that somebody changed meanwhile keeps the change: it was sealed with the newest key anyway.
    """
    for batch in raw_batches(column, size):
        changed = 0
        with transaction.atomic(), connection.cursor() as cursor:
            for pk, raw in batch:
                if not is_newest(raw):
                    changed += _replace(cursor, column, pk, raw)
        yield changed


def _replace(cursor: object, column: Column, pk: int, raw: str) -> int:
    table, name = (connection.ops.quote_name(one) for one in (column.model._meta.db_table, column.name))
    cursor.execute(  # type: ignore[attr-defined]
        f"UPDATE {table} SET {name} = %s WHERE id = %s AND {name} = %s",  # noqa: S608 (names of our own models)
        [seal_text(open_text(raw)), pk, raw],
    )
    return int(cursor.rowcount)  # type: ignore[attr-defined]


def old_factors() -> list[Authenticator]:
    """Second factors whose secret still needs an older key."""
    return [
        one
        for one in Authenticator.objects.order_by("pk")
        if any(not is_newest(t) for t in _secrets(one).values())
    ]


def _secrets(factor: Authenticator) -> dict[str, str]:
    """What allauth keeps sealed (config/second_factor.py): an app's key, the seed of spare codes."""
    return {name: factor.data[name] for name in ("secret", "seed") if name in factor.data}


def reseal_factors() -> int:
    """Seal second factors with the newest key; returns how many it changed. One row at a time: codes are being used."""
    changed = 0
    for old in old_factors():
        with transaction.atomic():
            factor = Authenticator.objects.select_for_update().filter(pk=old.pk).first()
            if factor is not None:
                factor.data |= {name: seal_text(open_text(text)) for name, text in _secrets(factor).items()}
                factor.save(update_fields=["data"])
                changed += 1
    return changed


def rehash(size: int = BATCH) -> Iterator[int]:
    """Bring the keyed hashes of phone numbers up to date; tells after each batch how many it changed."""
    reached = 0
    while True:
        batch = list(Reporter.objects.filter(pk__gt=reached).order_by("pk")[:size])
        if not batch:
            return
        changed = 0
        for reporter in batch:
            digest = phone_hash(reporter.phone)
            if digest != reporter.phone_hash:
                # Not `save`: the contact itself may be changing at this moment.
                same = Reporter.objects.filter(pk=reporter.pk, phone_hash=reporter.phone_hash)
                changed += same.update(phone_hash=Value(digest))
        yield changed
        reached = batch[-1].pk
