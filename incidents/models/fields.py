"""A text column that the database cannot read: sealed on the way in, opened on the way out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models

from incidents.seal import open_text, seal_text

if TYPE_CHECKING:
    TextField = models.TextField[str, str]
else:
    TextField = models.TextField


class SealedTextField(TextField):
    """Text encrypted at rest (incidents/seal.py). Cannot be searched; empty stays empty."""

    def get_prep_value(self, value: Any) -> Any:
        return seal_text(value) if value else value

    def from_db_value(self, value: str | None, expression: object, connection: object) -> str | None:
        return open_text(value) if value else value
