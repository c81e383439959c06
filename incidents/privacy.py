"""A phone number as it can be looked for without being kept readable: one form for all spellings, and a keyed hash.

The key is not in the database (it comes from SECRET_KEY), so that nobody who holds a copy of the tables finds numbers
by trying all of them.
"""

from __future__ import annotations

import hmac
import re

from django.conf import settings

COUNTRY = "62"
SHORTEST = 6  # digits: fewer are no number of anybody


def one_form(phone: str) -> str:
    """A number as `+62…` however it was typed, empty for what is none: `0812-3456`, `62 8123456`, `(+62) 0812 3456`."""
    text = phone.strip()
    digits = "".join(str(int(one)) for one in re.findall(r"\d", text))
    if len(digits) < SHORTEST:
        return ""
    abroad = text.lstrip("( ").startswith(("+", "00"))
    digits = digits.removeprefix("00") if not text.lstrip("( ").startswith("+") else digits
    if abroad and not digits.startswith(COUNTRY):
        return f"+{digits}"
    if digits.startswith(COUNTRY):
        digits = digits.removeprefix(COUNTRY)
    return f"+{COUNTRY}{digits.lstrip('0')}"


def phone_hash(text: str) -> str:
    """64 hexadecimal digits, equal for equal numbers however they are written; empty for what is no number."""
    number = one_form(text)
    if not number:
        return ""
    key = hmac.digest(settings.SECRET_KEY.encode(), b"kentongan reporter phone", "sha256")
    return hmac.new(key, number.encode(), "sha256").hexdigest()
