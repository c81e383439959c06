"""The alias `public` is a reader of released tables: nothing is ever written or migrated through it."""

from __future__ import annotations

from typing import Any


class PublicReader:
    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db != "public"
