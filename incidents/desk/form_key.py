"""The key of forms that stay open while their person signs in again."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.middleware.csrf import get_token
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@never_cache
@require_safe
def form_key(request: HttpRequest) -> JsonResponse:
    """The CSRF token of now: GET /meja/kunci-formulir → {"csrfmiddlewaretoken": "…"}.

    Signing in changes the token, and the cookie that knows it is closed to scripts. Open to everybody, like the token
    in any page of ours: only a script of this site can read the answer.
    """
    return JsonResponse({"csrfmiddlewaretoken": get_token(request)})
