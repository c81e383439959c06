"""What happens around every request: errors into answers, the language, the city's time."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone, translation

from config.errors import answer, is_for_program, plain_error
from geo.city import city_zone
from geo.errors import DomainError
from incidents.ratelimit import is_trusted_proxy

HEALTH = ("/healthz", "/readyz")
Handler = Callable[[HttpRequest], HttpResponseBase]


class ProxyMiddleware:
    """Only the city's own proxies may say that a request came by HTTPS."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not is_trusted_proxy(request.META.get("REMOTE_ADDR") or ""):
            request.META.pop("HTTP_X_FORWARDED_PROTO", None)
        return self.get_response(request)


class HeadMiddleware:
    """HEAD under /api is GET without the body; Ninja knows only the methods that it was told."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method != "HEAD" or not request.path.startswith("/api/v1/"):
            return self.get_response(request)
        request.method = "GET"
        response = self.get_response(request)
        if isinstance(response, HttpResponse):
            response.headers["Content-Length"] = str(len(response.content))
            response.content = b""
        return response


class ProblemMiddleware:
    """Domain errors become problem+json under /api and a page elsewhere; nothing else in the code answers errors."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.status_code == 405 and is_for_program(request):
            # Ninja and Django answer a wrong method by themselves, in plain text.
            refusal = plain_error(request, 405)
            refusal["Allow"] = response["Allow"]
            return refusal
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return answer(request, error) if isinstance(error, DomainError) else None


def wanted_language(request: HttpRequest) -> str:
    """Bahasa Indonesia first: pages follow only the switch (a cookie); programs may ask by Accept-Language."""
    if request.path.startswith("/api/"):
        return (
            translation.get_language_from_request(request) if "Accept-Language" in request.headers else "id"
        )
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


class LanguageMiddleware:
    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        language = wanted_language(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class CityTimeMiddleware:
    """Times are stored in UTC and shown in the city's zone."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path in HEALTH:
            return self.get_response(request)  # has to answer without a database
        with timezone.override(city_zone()):
            return self.get_response(request)
