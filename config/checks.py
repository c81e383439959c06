"""Checks at the start, each with an id and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

TOO_STRONG = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'v', 'm') AND c.relname NOT LIKE 'released\\_%%'
  AND c.relname NOT IN ('spatial_ref_sys', 'geometry_columns', 'geography_columns')
  AND has_table_privilege(%(role)s, c.oid, 'SELECT, INSERT, UPDATE, DELETE')
ORDER BY 1
"""


@register(Tags.database)
def public_reader_is_weak(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None, **kwargs: Any
) -> list[CheckMessage]:
    """The role of the public readers can reach released tables only."""
    if not databases or "default" not in databases:
        return []
    role = settings.DATABASES["public"]["USER"]
    with connections["default"].cursor() as cursor:
        cursor.execute(TOO_STRONG, {"role": role})
        tables = [name for (name,) in cursor.fetchall()]
    if not tables:
        return []
    text = f"The role {role} can reach {', '.join(tables[:5])}, which are not released."
    return [
        Error(text, hint=f"REVOKE ALL ON {tables[0]} FROM {role}; see docs/privacy.md", id="kentongan.E001")
    ]
