"""Browsers that want news of a report: what they send is checked, sealed and kept; a few for each report."""

from __future__ import annotations

import base64
import hmac
import json
from functools import lru_cache
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from py_vapid import Vapid

from geo.errors import Invalid
from incidents.models import Complaint, Follower, PushSubscription

MOST_BROWSERS = 5
LONGEST = 1000


@lru_cache(maxsize=2)
def _public(private: str) -> str:
    point = Vapid.from_string(private).public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).decode().rstrip("=")


def push_public_key() -> str:
    """What browsers subscribe with; empty when the city sends no push messages."""
    return _public(settings.PUSH_KEY) if settings.PUSH_KEY else ""


def subscribe(owner: Complaint | Follower, endpoint: str, p256dh: str, auth: str) -> PushSubscription:
    """Keep a browser of a reporter or follower; the same browser again is the same row. Raises Invalid."""
    _check_endpoint(endpoint)
    _check_keys(p256dh, auth)
    sealed = json.dumps({"endpoint": endpoint, "keys": {"p256dh": p256dh, "auth": auth}})
    with transaction.atomic():
        kept, _made = PushSubscription.objects.update_or_create(
            digest=_digest(owner, endpoint),
            defaults={"sealed": sealed, "created_at": timezone.now(), **_owner(owner)},
        )
        old = owner.pushes.order_by("-created_at", "-pk").values_list("pk", flat=True)[MOST_BROWSERS:]
        PushSubscription.objects.filter(pk__in=list(old)).delete()
    return kept


def unsubscribe(owner: Complaint | Follower, endpoint: str) -> None:
    """Forget a browser of this report."""
    PushSubscription.objects.filter(digest=_digest(owner, endpoint)).delete()


def _owner(owner: Complaint | Follower) -> dict[str, Complaint | Follower]:
    return {"complaint" if isinstance(owner, Complaint) else "follower": owner}


def _digest(owner: Complaint | Follower, endpoint: str) -> str:
    code = owner.tracking_code if isinstance(owner, Complaint) else owner.code
    return hmac.new(settings.SECRET_KEY.encode(), f"push|{code}|{endpoint}".encode(), "sha256").hexdigest()


def _check_endpoint(endpoint: str) -> None:
    """https and a name with a dot; whether its addresses are public is looked up when something is sent."""
    refused = Invalid.at("endpoint", _("This is no address of a push service."))
    try:
        parts = urlsplit(endpoint)
        host = parts.hostname or ""
        parts.port  # noqa: B018 (reading it is the check)
    except ValueError:
        raise refused from None
    named = "." in host and not host.replace(".", "").isdigit() and ":" not in host and host.isascii()
    plain = endpoint.isascii() and endpoint.isprintable() and " " not in endpoint and len(endpoint) <= LONGEST
    if parts.scheme != "https" or not named or not plain or parts.username or parts.fragment:
        raise refused


def _check_keys(p256dh: str, auth: str) -> None:
    try:
        point, secret = (base64.urlsafe_b64decode(f"{one}==".encode("ascii")) for one in (p256dh, auth))
        EllipticCurvePublicKey.from_encoded_point(SECP256R1(), point)
    except ValueError:
        raise Invalid.at("keys", _("These are no keys of a browser.")) from None
    if len(secret) != 16 or len(p256dh) > 100 or len(auth) > 40:
        raise Invalid.at("keys", _("These are no keys of a browser."))
