"""Encryption at rest of contact fields, and of lists that hold them: Fernet (AES-128-CBC with HMAC-SHA256).

Keys are from the environment: the first of `FIELD_KEYS` seals, all of them open, so that keys can be rotated.
"""

from __future__ import annotations

from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


@lru_cache(maxsize=4)
def _keys(names: tuple[str, ...]) -> MultiFernet:
    if not names:
        raise ImproperlyConfigured("FIELD_KEYS is not set: contact details cannot be stored")
    return MultiFernet([Fernet(name) for name in names])


def seal_text(value: str) -> str:
    return _keys(tuple(settings.FIELD_KEYS)).encrypt(value.encode()).decode()


def seal_bytes(content: bytes) -> bytes:
    return _keys(tuple(settings.FIELD_KEYS)).encrypt(content)


def open_bytes(sealed: bytes) -> bytes:
    """The sealed content; raises ImproperlyConfigured when none of the keys fits."""
    try:
        return _keys(tuple(settings.FIELD_KEYS)).decrypt(sealed)
    except InvalidToken:
        raise ImproperlyConfigured("FIELD_KEYS does not hold the key of a sealed file") from None


def open_text(value: str) -> str:
    """The sealed text; raises ImproperlyConfigured when none of the keys fits."""
    try:
        return _keys(tuple(settings.FIELD_KEYS)).decrypt(value.encode()).decode()
    except InvalidToken:
        raise ImproperlyConfigured("FIELD_KEYS does not hold the key of a sealed field") from None
