"""What the readers of files say of a broken one, in words for the person who brought it.

GDAL, Arrow, SQLite and zipfile each have an English and a style of their own. What is known here is told with what to
do; all the rest means a file that is broken, and the reader's own words stay with the exception as its cause.
"""

from __future__ import annotations

import errno
import re

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

KNOWN: tuple[tuple[re.Pattern[str], str | Promise], ...] = (
    (re.compile(r"\.shx"), gettext_lazy("its .shx file is missing or broken; it must lie beside the .shp")),
    (
        re.compile("Missing geo metadata"),
        gettext_lazy("it is a Parquet file without shapes; it must be GeoParquet"),
    ),
    (re.compile("gpkg_contents.*missing"), gettext_lazy("it is an SQLite database, but no GeoPackage")),
    (re.compile("closed linestring"), gettext_lazy("it is broken: a border in it does not close")),
    (re.compile(r"on line (?P<line>\d+)"), gettext_lazy("it is broken or cut short, in line %(line)s")),
    (
        re.compile("is encrypted"),
        gettext_lazy("it is locked with a password; save it without one"),
    ),
    (
        re.compile("compression method"),
        gettext_lazy("it is packed in a way that is not read; pack it again as an ordinary ZIP"),
    ),
    (re.compile("Bad CRC-32 for file '(?P<part>[^']+)'"), gettext_lazy("%(part)s in it is damaged")),
)


def why_unreadable(error: Exception) -> str:
    """The reason in words, in the current language; that it is broken where nothing better is known."""
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return _("there is no room left on the disk here to unpack it")
    for pattern, words in KNOWN:
        if found := pattern.search(str(error)):
            return str(words) % found.groupdict()
    return _("it is broken or cut short")
