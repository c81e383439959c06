"""Where files of releases are, and under which names they are saved."""

from __future__ import annotations

from django.urls import reverse

from opendata.formats.kinds import STEMS
from opendata.models import Resource

TABLES = {"laporan", *STEMS.values()}  # the table itself: the dataset's name says what it is


def file_url(resource: Resource) -> str:
    """The permanent path of a file."""
    release = resource.release
    return reverse("catalogue:file", args=[release.dataset.slug, release.version, resource.file])


def saved_as(resource: Resource) -> str:
    """The name under which a browser saves it: it says by itself which dataset and version it is."""
    stem, _dot, ending = resource.file.partition(".")
    part = "" if stem in TABLES else f"-{stem}"
    return f"{resource.release.dataset.slug}-{resource.release.version}{part}.{ending}"
