"""The files of a release as its page offers them: what each is good for, its size, and both of its addresses."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from opendata.catalogue.addresses import file_url, saved_as
from opendata.models import Resource


@dataclass(frozen=True)
class Download:
    """A file as the page offers it. `main`: a table or map; else what explains it."""

    resource: Resource
    title: Promise | str
    use: Promise | str
    url: str
    newest_url: str
    saved_as: str
    main: bool


DICTIONARY = _("Dictionary"), _("What each column and code means")
EXPLAINING: dict[str, tuple[Promise, Promise]] = {
    "kamus.csv": DICTIONARY,
    "kamus.json": DICTIONARY,
    "audit.json": (_("Audit"), _("Every attack with its figure and bound, for programs")),
    "audit.html": (_("Audit"), _("Every attack with its figure and bound, to read")),
    "manifest.json": (_("Manifest"), _("Checksums, sizes and the numbers of the policy")),
}
BY_ENDING: dict[str, tuple[Promise, Promise]] = {
    "csv": (_("Table"), _("For spreadsheets, R and Python")),
    "geojson": (_("Map"), _("The same rows with their places’ shapes, for web maps")),
    "gpkg": (_("Map"), _("One file with table and shapes, for QGIS and ArcGIS")),
    "parquet": (_("Table with shapes"), _("Small and fast, for Python, R and DuckDB")),
    "pmtiles": (_("Map tiles"), _("To draw on a web map without a server")),
}


def downloads(resources: list[Resource]) -> list[Download]:
    """Files as they are offered, with their permanent address and the one that follows the newest version."""
    return [_download(resource) for resource in resources]


def _download(resource: Resource) -> Download:
    ending = resource.file.rpartition(".")[2]
    main = resource.file not in EXPLAINING
    title, use = (BY_ENDING.get(ending) if main else EXPLAINING[resource.file]) or (resource.file, "")
    return Download(
        resource=resource,
        title=title,
        use=use,
        url=file_url(resource),
        newest_url=reverse("catalogue:newest_file", args=[resource.release.dataset.slug, resource.file]),
        saved_as=saved_as(resource),
        main=main,
    )
