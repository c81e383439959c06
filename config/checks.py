"""Checks at the start, each with an id and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as CheckWarning
from django.db import connections

# Tables and views of ours that the role can reach, by itself, through another role or by a single column: other than
# released ones at all, released ones otherwise than by reading.
TOO_STRONG = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
  AND (has_any_column_privilege(%(role)s, c.oid, 'INSERT, UPDATE')
       OR has_table_privilege(%(role)s, c.oid, 'DELETE, TRUNCATE')
       OR (c.relname NOT LIKE 'released\\_%%' AND has_any_column_privilege(%(role)s, c.oid, 'SELECT')))
ORDER BY 1
"""


@register(Tags.security)
def contacts_can_be_sealed(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Without a key the first report with a contact would fail."""
    if settings.FIELD_KEYS:
        return []
    hint = "Set FIELD_KEYS; see docs/configuration.md"
    return [
        CheckWarning("Contacts of reporters cannot be kept: there is no key.", hint=hint, id="kentongan.W001")
    ]


@register(Tags.database)
def public_reader_is_weak(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None, **kwargs: Any
) -> list[CheckMessage]:
    """The role of the public readers can read released tables, and can do nothing else."""
    if not databases or "default" not in databases:
        return []
    role = str(settings.DATABASES["public"]["USER"])
    with connections["default"].cursor() as cursor:
        cursor.execute(TOO_STRONG, {"role": role})
        tables = [name for (name,) in cursor.fetchall()]
    if not tables:
        return []
    text = f"The role {role} can do more than read released tables: {', '.join(tables[:5])}."
    return [
        Error(text, hint=f"REVOKE ALL ON {tables[0]} FROM {role}; see docs/privacy.md", id="kentongan.E001")
    ]
