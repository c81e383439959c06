"""schema.org Dataset as JSON-LD in the page, for search engines of data."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from opendata.catalogue.downloads import Download
from opendata.models import Release

# As in Django's json_script: what could end the script element or begin markup.
ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def dataset_jsonld(request: HttpRequest, article: dict[str, Any]) -> SafeString:
    """The text of the script element; safe to write into a page as it is."""
    release: Release = article["release"]
    dataset = release.dataset
    said = {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": dataset.title,
        "description": dataset.notes,
        "url": request.build_absolute_uri(reverse("catalogue:dataset", args=[dataset.slug])),
        "version": release.version,
        "license": article["licence"]["url"],
        "isAccessibleForFree": True,
        "creator": {"@type": "GovernmentOrganization", "name": dataset.organization},
        "keywords": dataset.tags,
        "temporalCoverage": f"{release.starts_on}/{release.ends_on}",
        "datePublished": release.released_at.date().isoformat(),
        "citation": article["citation"],
        "variableMeasured": [column["name"] for column in article["columns"]],
        "distribution": [_distribution(request, download) for download in article["downloads"]],
    }
    text = json.dumps(said, ensure_ascii=False, indent=1).translate(ESCAPES)
    return mark_safe(text)  # noqa: S308  # escaped above


def _distribution(request: HttpRequest, download: Download) -> dict[str, Any]:
    return {
        "@type": "DataDownload",
        "name": download.saved_as,
        "contentUrl": request.build_absolute_uri(download.url),
        "encodingFormat": download.resource.media_type.split(";")[0],
        "contentSize": f"{download.resource.size} B",
        "sha256": download.resource.sha256,
    }
