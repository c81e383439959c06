"""News in the browser: /sw.js, which shows it, and /lacak/{code}/kabar, where a browser says that it wants it."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from geo.errors import Invalid, NotFound
from incidents.models import Follower
from incidents.ratelimit import count_request
from incidents.subscriptions import push_public_key, subscribe, unsubscribe
from incidents.tracking import keep_private, owner_of

WORKER = Path("web") / "static" / "js" / "sw.js"


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker. At the root, since it may only act below its own address."""
    program = (Path(settings.BASE_DIR) / WORKER).read_text(encoding="utf-8")
    response = HttpResponse(program, content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


@require_POST
def page(request: HttpRequest, tracking_code: str) -> HttpResponse:
    """Switch news on or off for one browser: `do` (on, off), `endpoint`, `p256dh`, `auth`. Raises Invalid, NotFound."""
    owner = owner_of(request, tracking_code)
    said = {name: request.POST.get(name, "") for name in ("do", "endpoint", "p256dh", "auth")}
    if said["do"] not in ("on", "off"):
        raise Invalid.at("do", _("Please choose what to do."))
    if not push_public_key() or (isinstance(owner, Follower) and owner.ended_at):
        raise NotFound(_("There is no news in the browser here."))
    count_request(f"push|{tracking_code}", None, settings.RATE_LIMIT_WORDS)
    if said["do"] == "on":
        subscribe(owner, said["endpoint"], said["p256dh"], said["auth"])
    else:
        unsubscribe(owner, said["endpoint"])
    response = HttpResponse(status=204)
    keep_private(response)
    return response
