"""Sessions in the database (`SESSION_ENGINE`), listed and ended per account."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_network
from typing import Any

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.backends import db
from django.http import HttpRequest
from django.utils import timezone

from incidents.models import Session
from incidents.ratelimit import client_address

SEEN_PRECISION = timedelta(minutes=5)
DEVICE = "device"
AGENT_LENGTH = 300
# An address says where somebody sits; its network says enough to know one's own office.
SHORTENED = {4: 24, 6: 48}


class SessionStore(db.SessionStore):
    """Django's store in a table that knows whose session it is."""

    seen_at: datetime | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        row = super().create_model_instance(data)
        assert isinstance(row, Session)
        row.account_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        row.seen_at = timezone.now()
        return row

    def load(self) -> dict[str, Any]:
        row = self._get_session_from_db()  # type: ignore[attr-defined]  # Django's, unknown to the stubs
        self.seen_at = row.seen_at if row else None
        return self.decode(row.session_data) if row else {}


@dataclass(frozen=True)
class SignedIn:
    """One browser in which somebody is signed in. `handle` names it without telling its secret key."""

    handle: str
    agent: str
    network: str
    since: datetime | None
    seen_at: datetime
    current: bool


def note_device(request: HttpRequest) -> None:
    """Keep with a new session what its owner will know it by: browser, network (never the whole address), time."""
    request.session[DEVICE] = {
        "agent": request.headers.get("User-Agent", "")[:AGENT_LENGTH],
        "network": _network(client_address(request)),
        "since": timezone.now().isoformat(),
    }


def _network(address: str) -> str:
    try:
        whole = ip_network(address)
    except ValueError:
        return ""
    return str(whole.supernet(new_prefix=SHORTENED[whole.version]))


def note_seen(session: Any) -> None:
    """Keep when a session was last used, to five minutes. Its end is not put off by that."""
    seen, now = getattr(session, "seen_at", None), timezone.now()
    if seen and now - seen > SEEN_PRECISION:
        Session.objects.filter(pk=session.session_key).update(seen_at=now)


def sessions_of(user: User, current: str | None = None) -> list[SignedIn]:
    """Where this account is signed in, the last used first."""
    rows = Session.objects.filter(account=user, expire_date__gt=timezone.now()).order_by("-seen_at")
    opened = [(row, SessionStore().decode(row.session_data)) for row in rows]
    return [_shown(row, data, current) for row, data in opened if _still_counts(data, user)]


def _still_counts(data: dict[str, Any], user: User) -> bool:
    """Sessions from before a change of password are over, though their rows are still there."""
    kept = str(data.get(HASH_SESSION_KEY, ""))
    return kept in {user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()}


def _handle(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:32]


def _shown(row: Session, data: dict[str, Any], current: str | None) -> SignedIn:
    device = data.get(DEVICE) or {}
    since = device.get("since")
    return SignedIn(
        _handle(row.session_key),
        device.get("agent", ""),
        device.get("network", ""),
        datetime.fromisoformat(since) if since else None,
        row.seen_at,
        row.session_key == current,
    )


def end_session(user: User, handle: str) -> bool:
    """Sign one of the account's browsers out; false when it was no longer signed in."""
    keys = Session.objects.filter(account=user).values_list("session_key", flat=True)
    mine = [key for key in keys if _handle(key) == handle]
    return bool(Session.objects.filter(pk__in=mine).delete()[0])


def end_sessions(user: User, but: str | None = None) -> int:
    """Sign the account out everywhere (`but`: except in this session). Returns in how many browsers."""
    return Session.objects.filter(account=user).exclude(pk=but or "").delete()[0]


def forget_sessions() -> int:
    """Delete sessions whose time is over; returns how many."""
    return Session.objects.filter(expire_date__lt=timezone.now()).delete()[0]
