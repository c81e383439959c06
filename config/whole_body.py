"""Requests whose body nobody wants: refused in words that arrive.

A server that answers and closes while the client is still sending breaks the line, and the client reports a broken
connection instead of reading "too large" or "too many". What was not read is therefore taken off the line first.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, UnreadablePostError
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from config.errors import answer
from config.utf8 import OTHER_CHARSET
from geo.errors import TooLarge, UnsupportedMedia

CHUNK = 256 * 1024


class WholeBodyMiddleware:
    """Stands last, where the language is known and nobody has read the body yet."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if announced_bytes(request) > settings.UPLOAD_MAX_BYTES:
            text = _("This is more than can be sent at once: at most {n} MB.")
            refused = TooLarge(text.format(n=settings.UPLOAD_MAX_BYTES // 2**20))
            response: HttpResponseBase = answer(request, refused)
        elif OTHER_CHARSET in request.META:
            response = answer(request, UnsupportedMedia(_("Only UTF-8 is read.")))
        else:
            response = self.get_response(request)
        if announced_bytes(request):
            read_the_rest(request)
        return response


def announced_bytes(request: HttpRequest) -> int:
    text = request.META.get("CONTENT_LENGTH") or "0"
    return int(text) if text.isascii() and text.isdecimal() else 0


def read_the_rest(request: HttpRequest) -> None:
    """Take what is left of the body off the line, up to twice what could be sent at once."""
    left = 2 * settings.UPLOAD_MAX_BYTES
    try:
        while left > 0 and (chunk := request.read(CHUNK)):
            left -= len(chunk)
    except UnreadablePostError:
        return  # the client has gone
