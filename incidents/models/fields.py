"""Columns that the database cannot read: text sealed on the way in and opened on the way out, and its keyed hash."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models

from incidents.privacy import phone_hash
from incidents.seal import open_text, seal_text

if TYPE_CHECKING:
    TextField = models.TextField[str, str]
    CharField = models.CharField[str, str]
else:
    TextField = models.TextField
    CharField = models.CharField


class SealedTextField(TextField):
    """Text encrypted at rest (incidents/seal.py). Cannot be searched; empty stays empty."""

    def get_prep_value(self, value: Any) -> Any:
        return seal_text(value) if value else value

    def from_db_value(self, value: str | None, expression: object, connection: object) -> str | None:
        return open_text(value) if value else value


class PhoneHashField(CharField):
    """The keyed hash of the phone number in the column beside it, so that it can be searched; it follows each save."""

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        digest = phone_hash(getattr(model_instance, "phone", "") or "")
        setattr(model_instance, self.attname, digest)
        return digest
