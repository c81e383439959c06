"""So many requests per client and time, counted in PostgreSQL so that all processes share it."""

from __future__ import annotations

import hmac
import time
from datetime import UTC, datetime
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from geo.errors import TooMany
from incidents.models import RateWindow

COUNT = """
INSERT INTO incidents_ratewindow AS w (key, hits, resets_at) VALUES (%s, 1, %s)
ON CONFLICT (key) DO UPDATE SET hits = w.hits + 1 RETURNING hits
"""
FIRST = """
INSERT INTO incidents_ratewindow AS w (key, hits, resets_at) VALUES (%s, 1, %s)
ON CONFLICT (key) DO UPDATE SET resets_at = excluded.resets_at WHERE w.resets_at < now() RETURNING hits
"""


def client_address(request: HttpRequest) -> str:
    """The socket's address, or behind a trusted proxy the last address in X-Forwarded-For that is not one itself."""
    address = request.META.get("REMOTE_ADDR") or "local"
    trusted = [ip_network(one, strict=False) for one in settings.TRUSTED_PROXIES]
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    while trusted and hops and _within(address, trusted):
        address = hops.pop()
    return address


def _within(address: str, networks: list[IPv4Network | IPv6Network]) -> bool:
    try:
        return any(ip_address(address) in network for network in networks)
    except ValueError:
        return False


def _client_network(address: str) -> str:
    """What counts as one client: a household has one IPv4 address, but 2⁶⁴ of IPv6."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        parsed = parsed.ipv4_mapped or ip_network(f"{address}/64", strict=False).network_address
    return str(parsed)


def is_trusted_proxy(address: str) -> bool:
    """Whether the address is one of the city's own proxies (`TRUSTED_PROXIES`)."""
    return _within(address, [ip_network(one, strict=False) for one in settings.TRUSTED_PROXIES])


def count_request(name: str, request: HttpRequest | None, limit: tuple[int, int]) -> None:
    """Count one request of this client (None: of all clients together) in the current window.

    Raises TooMany above `limit` (number, seconds).
    """
    key, ends = _window(name, request, limit[1])
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [key, datetime.fromtimestamp(ends, UTC)])
        (hits,) = cursor.fetchone()
    _refuse_above(hits, limit[0], ends)


def forgive_requests(name: str, request: HttpRequest | None, limit: tuple[int, int]) -> None:
    """Begin this client's current window anew: what was counted turned out to be no misuse."""
    RateWindow.objects.filter(key=_window(name, request, limit[1])[0]).delete()


def _window(name: str, request: HttpRequest | None, seconds: int) -> tuple[str, int]:
    """The key of this client's current window (a keyed hash, never an address) and when it ends (Unix time)."""
    window = int(time.time()) // seconds
    client = _client_network(client_address(request)) if request else "all"
    return _key(f"{name}|{client}|{window}"), (window + 1) * seconds


def _key(text: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), text.encode(), "sha256").hexdigest()


def is_first(name: str, seconds: int) -> bool:
    """Whether this has not happened within so many seconds, in any process; from now on it has."""
    with connection.cursor() as cursor:
        cursor.execute(FIRST, [_key(f"once|{name}"), datetime.fromtimestamp(time.time() + seconds, UTC)])
        return cursor.fetchone() is not None


def _refuse_above(hits: int, most: int, ends: int) -> None:
    if hits > most:
        wait = max(1, ends - int(time.time()))
        raise TooMany(_("Too many requests from your network in a short time. Please try again later."), wait)


def forget_past_windows() -> int:
    """Delete the counters whose window has ended; returns how many."""
    deleted, _rows = RateWindow.objects.filter(resets_at__lt=timezone.now()).delete()
    return deleted
