"""An authenticator app for tests, written from RFC 6238 and not from the code that is tried."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time

from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.models import User
from django.test import Client

from tests.conftest import PASSWORD

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def give_app(user: User, secret: str = SECRET) -> User:
    """This person has set up an app."""
    TOTP.activate(user, secret)
    return user


def code(secret: str = SECRET, steps: int = 0) -> str:
    """What the app shows now, or so many half minutes later."""
    counter = int(time.time()) // 30 + steps
    digest = hmac.digest(base64.b32decode(secret), counter.to_bytes(8, "big"), hashlib.sha1)
    offset = digest[-1] & 15
    return f"{(int.from_bytes(digest[offset : offset + 4], 'big') & 0x7FFFFFFF) % 10**6:06}"


def sign_in(user: User, password: str = PASSWORD, secret: str | None = None) -> Client:
    """A browser that has gone through the sign-in page, and through the second step where there is a `secret`."""
    client = Client()
    answer = client.post("/masuk", {"login": user.email, "password": password})
    assert answer.status_code == 302, answer.content
    if secret:
        assert answer["Location"] == "/akun/mfa/kode/"
        answer = client.post("/akun/mfa/kode/", {"code": code(secret)})
        assert answer.status_code == 302, answer.content
    return client
