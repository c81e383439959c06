"""Agencies (OPD) from a CSV file."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from geo.changes import Changes, upsert
from geo.csvfile import Row, demand_unique, read_csv
from geo.models import Agency

# No spaces: categories.csv lists supporting agencies separated by them.
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*", re.ASCII)


def load_agencies(path: Path) -> Changes:
    """Add or change the agencies of `path` (code, name, short_name, kind, email) by their code.

    Agencies that the file does not name stay as they are: cases point to them. Call it inside a transaction.
    Raises FileRefused.
    """
    rows = read_csv(path, ("code", "name", "short_name", "kind", "email"))
    demand_unique(rows, "code")
    return upsert(Agency, ["code"], [_agency(row) for row in rows])


def _agency(row: Row) -> dict[str, Any]:
    code = row.text("code", 60)
    if not _CODE.fullmatch(code):
        raise row.refused(_("a code has letters, digits, dots and dashes only"), "code")
    email = row.text("email", 254, needed=False)
    if email:
        try:
            validate_email(email)
        except ValidationError as error:
            raise row.refused(
                _("“%(email)s” is no e-mail address") % {"email": email[:80]}, "email"
            ) from error
    return {
        "code": code,
        "name": row.text("name", 200),
        "short_name": row.text("short_name", 60, needed=False),
        "kind": row.text("kind", 30),
        "email": email,
    }
