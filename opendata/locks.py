"""One builder per dataset, in whatever process: an advisory lock of PostgreSQL, let go when its holder dies."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.utils.translation import gettext as _

from geo.errors import Conflict

LOCK_SPACE = 0x6B74  # "kt": our corner of PostgreSQL's advisory locks


@contextmanager
def sole_builder(slug: str, *, wait: bool) -> Iterator[None]:
    """Nobody else builds or releases this dataset meanwhile. Raises Conflict when somebody does, unless it may wait."""
    with connection.cursor() as cursor:
        if wait:
            cursor.execute("SELECT pg_advisory_lock(%s, hashtext(%s))", [LOCK_SPACE, slug])
        else:
            cursor.execute("SELECT pg_try_advisory_lock(%s, hashtext(%s))", [LOCK_SPACE, slug])
            if not cursor.fetchone()[0]:
                raise Conflict(_("A build of “%(slug)s” is under way already.") % {"slug": slug})
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", [LOCK_SPACE, slug])


def is_building(slug: str) -> bool:
    """Does any process build or release this dataset at this moment?"""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2 AND classid = %s "
            "AND objid = hashtext(%s)::bigint & 4294967295 AND granted AND database = "
            "(SELECT oid FROM pg_database WHERE datname = current_database()))",
            [LOCK_SPACE, slug],
        )
        return bool(cursor.fetchone()[0])
