"""Error → answer, in one place: problem+json (RFC 9457) for programs, a page in the house's look for people."""

from __future__ import annotations

import json
import logging
from http import HTTPStatus
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.encoding import force_str
from django.utils.translation import gettext as _
from ninja.errors import AuthenticationError as NinjaAuthenticationError
from ninja.errors import HttpError, ValidationError

from geo.errors import BadRequest, DomainError, FieldError, Invalid, TooLarge, TooMany, Unauthorized
from geo.explain import explain

log = logging.getLogger("kentongan.errors")
PROGRAM_PATHS = ("/api/", "/tiles/", "/data/catalog")


def problem(
    status: int, slug: str, title: str, detail: str = "", errors: list[FieldError] | None = None
) -> HttpResponse:
    """An RFC 9457 answer; keys that do not apply are null."""
    body: dict[str, Any] = {
        "type": f"urn:kentongan:problem:{slug}",
        "title": title,
        "status": status,
        "detail": detail or None,
        "errors": [{"field": e.field, "message": force_str(e.message)} for e in errors] if errors else None,
    }
    content = json.dumps(body, ensure_ascii=False)
    return HttpResponse(content, status=status, content_type="application/problem+json; charset=utf-8")


def is_for_program(request: HttpRequest) -> bool:
    return request.path.startswith(PROGRAM_PATHS)


def is_for_pane(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of a page."""
    return "HX-Request" in request.headers


def answer(request: HttpRequest, error: DomainError) -> HttpResponse:
    """The one answer to a domain error."""
    if is_for_program(request):
        # Tokens are a programmer's word: people are told that they are not signed in.
        title = _("Sign-in or a token is needed") if isinstance(error, Unauthorized) else error.title
        response = problem(error.status, error.slug, force_str(title), force_str(error.detail), error.errors)
    elif isinstance(error, Unauthorized) and request.method in {"GET", "HEAD"} and not is_for_pane(request):
        return redirect_to_login(request.get_full_path())
    else:
        template = "components/refusal.html" if is_for_pane(request) else "error.html"
        response = _page(request, template, error, error.status)
    if isinstance(error, TooMany):
        response["Retry-After"] = str(error.retry_after)
    if isinstance(error, Unauthorized):
        response["WWW-Authenticate"] = "Bearer"
    return response


def field_name(loc: tuple[Any, ...]) -> str:
    """Ninja's location of an error → our dotted field name (`body.data.reporter.email` → `reporter.email`)."""
    parts = [str(part) for part in loc]
    if parts and parts[0] in {"body", "query", "path", "header", "form", "file"}:
        parts = parts[1:]
    return ".".join(parts)


def from_validation(error: ValidationError) -> DomainError:
    """Query and path parameters that do not fit are 400; fields of a body are 422 (CONTRACT.md)."""
    fields = [FieldError(field_name(tuple(e["loc"])), explain(e)) for e in error.errors]
    in_url = any(e["loc"] and e["loc"][0] in {"query", "path", "header"} for e in error.errors)
    kind = BadRequest if in_url else Invalid
    return kind(_("Please correct the fields named below."), fields)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return plain_error(request, 404)


def plain_error(request: HttpRequest, status: int) -> HttpResponse:
    """An error that Django itself found (404, 403, 400, 405)."""
    slug = HTTPStatus(status).phrase.lower().replace(" ", "-")
    titles = {
        400: _("The request cannot be read"),
        403: _("This is not open to you"),
        404: _("Not found"),
        405: _("This address does not do that"),
    }
    title = titles.get(status, HTTPStatus(status).phrase)
    if is_for_program(request):
        return problem(status, slug, title)
    return _page(request, "error.html", {"title": title, "detail": ""}, status)


def _page(request: HttpRequest, template: str, error: object, status: int) -> HttpResponse:
    """A refusal as a page. It may hold the account's name or a tracking code's address: no cache keeps it."""
    response = render(request, template, {"error": error, "status": status}, status=status)
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


def install(api: Any) -> None:
    """Teach a NinjaAPI the house's answers."""
    api.exception_handler(DomainError)(answer)
    api.exception_handler(ValidationError)(lambda request, exc: answer(request, from_validation(exc)))
    api.exception_handler(NinjaAuthenticationError)(lambda request, exc: answer(request, Unauthorized()))
    api.exception_handler(HttpError)(_http_error)


def _http_error(request: HttpRequest, exc: HttpError) -> HttpResponse:
    # Ninja raises 400 for a body that is no JSON.
    error = BadRequest(_("The body is not readable JSON.")) if exc.status_code == 400 else None
    return answer(request, error) if error else plain_error(request, exc.status_code)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        text = _(
            "This is more than can be sent at once. Please go back, where your text still is, and shorten it."
        )
        return answer(request, TooLarge(text))
    return plain_error(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return plain_error(request, 403)
