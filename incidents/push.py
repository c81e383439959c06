"""Outbox → browsers (Web Push, RFC 8030, 8291, 8292). Sealed for the browser: the service reads nothing.

Where a push service lives comes from a stranger's browser: only https, only public addresses, no redirects, and the
connection goes to the very address that was checked.
"""

from __future__ import annotations

import json
import socket
import ssl
import time
from collections.abc import Sequence
from email.utils import parseaddr
from http.client import HTTPException, HTTPSConnection
from ipaddress import IPv6Address, ip_address
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from py_vapid import Vapid
from pywebpush import WebPusher

from incidents.audience import may_be_followed
from incidents.models import Category, Notice, PushSubscription

TIMEOUT = 10
KEPT_SECONDS = 3 * 86400  # how long a push service keeps it for a browser that is off
GONE = (404, 410)


class PushFailed(Exception):
    """A push service did not take it now."""


class _Checked(HTTPSConnection):
    """A connection to one of the addresses that were looked up and checked before; the certificate is the name's."""

    def __init__(self, host: str, port: int, addresses: Sequence[str]) -> None:
        super().__init__(host, port, timeout=TIMEOUT, context=tls())
        self.addresses = addresses

    def connect(self) -> None:
        self.sock = tls().wrap_socket(self._reached(), server_hostname=self.host)

    def _reached(self) -> socket.socket:
        """A connection to the first address that answers: a house may have no way to those of IPv6."""
        ends = time.monotonic() + TIMEOUT
        failed = OSError("no address")
        for others, address in zip(range(len(self.addresses), 0, -1), self.addresses, strict=True):
            share = (
                max(ends - time.monotonic(), 1) / others
            )  # one that says nothing leaves time for the others
            try:
                plain = socket.create_connection((address, self.port), share)
            except OSError as failure:
                failed = failure
                continue
            plain.settimeout(TIMEOUT)
            return plain
        raise failed


def tls() -> ssl.SSLContext:
    return ssl.create_default_context()


def addresses_of(host: str, port: int) -> list[str]:
    """The addresses of a push service. Raises PushFailed when one of them is not public, or there is none."""
    try:
        found = {str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except OSError:
        raise PushFailed("no such host") from None
    if not found or not all(is_public(one) for one in found):
        raise PushFailed("not a public address")
    return sorted(found)


def is_public(address: str) -> bool:
    """Whether an address belongs to the internet at large."""
    parsed = ip_address(address.split("%")[0])
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    return parsed.is_global and not parsed.is_multicast


def send_push(notice: Notice) -> bool:
    """Send a notice to its browser; one that is no longer there is forgotten. Raises PushFailed."""
    kept = notice.push
    payload = payload_of(notice)
    if kept is None or not settings.PUSH_KEY or payload is None:
        return False
    status = _post(json.loads(kept.sealed), payload)
    if status in GONE:
        PushSubscription.objects.filter(pk=kept.pk).delete()
        return False
    if not 200 <= status < 300:
        raise PushFailed(f"status {status}")
    return True


def payload_of(notice: Notice) -> dict[str, str] | None:
    """What the browser shows: the topic where it may be known, else only that there is news; None for who left."""
    assert notice.entry
    incident = notice.entry.incident
    follower = notice.follower
    if follower and (follower.ended_at or not may_be_followed(incident)):
        return None
    code = follower.code if follower else notice.complaint and notice.complaint.tracking_code
    if not code:
        return None
    with translation.override(settings.LANGUAGE_CODE):
        title = _("News of a problem that you follow") if follower else _("There is news about your report")
        open_topic = incident.category.tier == Category.Tier.OPEN and not incident.confidential
        body = incident.category.name if open_topic else ""
    return {"title": title, "body": body, "url": reverse("citizen:follow", args=[code])}


def _post(browser: dict[str, Any], payload: dict[str, str]) -> int:
    """Seal the payload for the browser and hand it to its push service; gives the service's status."""
    parts = urlsplit(browser["endpoint"])
    host, port = parts.hostname or "", parts.port or 443
    if parts.scheme != "https" or not host:
        raise PushFailed("not https")
    sealed = WebPusher(browser).encode(json.dumps(payload).encode(), content_encoding="aes128gcm")
    headers = {
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(KEPT_SECONDS),
        **_signed(f"https://{parts.netloc}"),
    }
    connection = _Checked(host, port, addresses_of(host, port))
    try:
        connection.request(
            "POST", parts.path + (f"?{parts.query}" if parts.query else ""), sealed["body"], headers
        )
        return connection.getresponse().status
    except (OSError, HTTPException) as failure:
        raise PushFailed(type(failure).__name__) from None
    finally:
        connection.close()


def _signed(audience: str) -> dict[str, str]:
    """The header by which a push service knows who sends (VAPID); valid for twelve hours, py-vapid's half a day."""
    mailbox = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    signed: dict[str, str] = Vapid.from_string(settings.PUSH_KEY).sign(
        {"aud": audience, "sub": f"mailto:{mailbox}"}
    )
    return signed
