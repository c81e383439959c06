"""Logs name things by id only. Tracking codes are keys to a case and addresses are personal, so both are blotted out;
PostgreSQL's DETAIL, CONTEXT and LINE quote rows and statements, so they are left out.
"""

from __future__ import annotations

import logging
import re

KEYED_PATH = re.compile(r"(/lacak/|/complaints/)[^\s/?\"']+")
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")
QUOTED = re.compile(r"^(DETAIL:|CONTEXT:|LINE \d+:).*(\n[ \t].*)*", re.MULTILINE)


class QuietFormatter(logging.Formatter):
    """The last word on every line, tracebacks included."""

    def format(self, record: logging.LogRecord) -> str:
        line = KEYED_PATH.sub(r"\1…", super().format(record))
        return QUOTED.sub(r"\1 …", ADDRESS.sub("…@…", line))
