"""Times as programs send them (RFC 3339), on the database's side of every limit."""

from __future__ import annotations

import re
from datetime import UTC, datetime

RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?([Zz]|[+-]\d\d:\d\d)?", re.ASCII)


def read_moment(text: str) -> datetime | None:
    """The moment in UTC; as it stands (naive) if the text has no offset; None if it is no time.

    PostgreSQL knows no offset beyond ±15:59, so a moment travels in UTC from here on.
    """
    try:
        found = datetime.fromisoformat(text.upper()) if RFC_3339.fullmatch(text) else None
        return found.astimezone(UTC) if found is not None and found.tzinfo else found
    except (ValueError, OverflowError):
        return None
