"""Released files over HTTP: immutable, checksummed, resumable. A file is found by its row, never by a path."""

from __future__ import annotations

import base64
import logging

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, quote_etag
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from geo.errors import NotFound
from opendata import readers
from opendata.catalogue.addresses import file_url, saved_as
from opendata.catalogue.article import withdrawn
from opendata.catalogue.ranges import Part, Range, Unsatisfiable, wanted
from opendata.catalogue.tombstone import PROBLEM, tombstone
from opendata.models import Resource
from opendata.store import folder_of

log = logging.getLogger("kentongan.opendata")
FOREVER = "public, max-age=31536000, immutable"
READABLE_ELSEWHERE = "ETag, Accept-Ranges, Content-Length, Content-Range, Repr-Digest, Digest"
METHODS = "GET, HEAD, OPTIONS"
ASKED_ELSEWHERE = "Range, If-Range, If-Match, If-None-Match, If-Modified-Since"
readable = require_http_methods(METHODS.split(", "))


@readable
def file(request: HttpRequest, slug: str, version: str, name: str) -> HttpResponseBase:
    """One file of one version; conditional and partial requests as RFC 9110 says. 410 once it was withdrawn."""
    if request.method == "OPTIONS":
        return _open_to_maps()
    resource = readers.file(slug, version, name)
    if withdrawn(resource.release):
        return tombstone(request, resource.release, PROBLEM)
    etag = quote_etag(resource.sha256)
    released = int(resource.release.released_at.timestamp())
    met = get_conditional_response(request, etag=etag, last_modified=released)
    return _described(met or _content(request, resource, etag, released), resource, etag, released)


@readable
def newest_file(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """The address that stays: it leads to the file of the newest version that was not withdrawn."""
    if request.method == "OPTIONS":
        return _open_to_maps()
    resource = readers.file(slug, readers.newest(slug).version, name)
    response = HttpResponseRedirect(file_url(resource))
    response["Cache-Control"] = "no-cache"
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _open_to_maps() -> HttpResponse:
    """The answer to a browser that asks whether a map on another site may fetch parts of a file."""
    response = HttpResponse(status=204)
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Allow-Methods"] = METHODS
    response["Access-Control-Allow-Headers"] = ASKED_ELSEWHERE
    response["Access-Control-Max-Age"] = "86400"
    return response


def _content(request: HttpRequest, resource: Resource, etag: str, released: int) -> HttpResponseBase:
    part = None
    if "Range" in request.headers and request.headers.get("If-Range", etag) in {etag, http_date(released)}:
        try:
            part = wanted(request.headers["Range"], resource.size)
        except Unsatisfiable:
            return HttpResponse(status=416, headers={"Content-Range": f"bytes */{resource.size}"})
    span = part or Range(0, resource.size - 1)
    response = _body(request, resource, span)
    response["Content-Length"] = str(span.length)
    if part:
        response.status_code = 206
        response["Content-Range"] = f"bytes {part.first}-{part.last}/{resource.size}"
    return response


def _body(request: HttpRequest, resource: Resource, span: Range) -> HttpResponseBase:
    if request.method == "HEAD":
        return HttpResponse(content_type=resource.media_type)
    release = resource.release
    path = folder_of(release.dataset.slug, release.version) / resource.file
    try:
        return StreamingHttpResponse(Part(path, span), content_type=resource.media_type)
    except OSError:
        log.exception("resource %s of release %s cannot be read", resource.pk, release.pk)
        raise NotFound(_("This file cannot be read at the moment; the fault is on our side.")) from None


def _described(response: HttpResponseBase, resource: Resource, etag: str, released: int) -> HttpResponseBase:
    digest = base64.b64encode(bytes.fromhex(resource.sha256)).decode()
    response["ETag"] = etag
    response["Last-Modified"] = http_date(released)
    response["Cache-Control"] = FOREVER
    response["Accept-Ranges"] = "bytes"
    response["Repr-Digest"] = f"sha-256=:{digest}:"
    response["Digest"] = f"sha-256={digest}"
    response["Content-Disposition"] = f'attachment; filename="{saved_as(resource)}"'
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Expose-Headers"] = READABLE_ELSEWHERE
    return response
