"""Logs name things by id only. Tracking codes and signed links are keys, addresses and what was searched for are
personal, so all of these are blotted out, also inside an address that was quoted (`?next=%2Flacak%2F…`);
PostgreSQL's DETAIL, CONTEXT and LINE quote rows and statements, so they are left out.
"""

from __future__ import annotations

import logging
import re

# What follows one of these opens something: a case, an outside agency's page, an address to prove, a new password.
KEYED = "lacak|complaints|luar|alamat|sesi|reset/key|reset%2Fkey"
KEYED_PATH = re.compile(rf"((?:/|%2F)(?:{KEYED})(?:/|%2F))[^\s/?&\"']+", re.IGNORECASE)
ASKED = re.compile(r"([?&](?:q|handle|code|state|email|phone)=)[^\s&\"']+", re.IGNORECASE)
ADDRESS = re.compile(r"[\w.+-]+(?:@|%40)[\w-]+(\.[\w-]+)+")
QUOTED = re.compile(r"^(DETAIL:|CONTEXT:|LINE \d+:).*(\n[ \t].*)*", re.MULTILINE)


class QuietFormatter(logging.Formatter):
    """The last word on every line, tracebacks included."""

    def format(self, record: logging.LogRecord) -> str:
        line = ASKED.sub(r"\1…", KEYED_PATH.sub(r"\1…", super().format(record)))
        return QUOTED.sub(r"\1 …", ADDRESS.sub("…@…", line))
