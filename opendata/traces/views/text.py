"""Text as people read it: without the escapes of JSON (\\u0061, \\/), of HTML (&amp;) and of addresses (%20)."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from urllib.parse import unquote

from opendata.traces.search import Readable
from opendata.traces.views.view import View

BLOCK, OVERLAP = 4 << 20, 4096
ESCAPES = re.compile(rb"[\\&%]")
OF_JSON = re.compile(r'(?:\\u[0-9a-fA-F]{4})+|\\["\\/bfnrt]')


def is_text(content: Readable) -> bool:
    """Whether the content is UTF-8 without zeros, as its first 64 KB have it."""
    head = bytes(content[: 1 << 16])
    try:
        head[: len(head) - 4 if len(head) > 4 else None].decode()
    except UnicodeDecodeError as wrong:
        if wrong.end < len(head) - 8:
            return False
    return b"\0" not in head


def unescaped(content: Readable) -> Iterator[View]:
    """Those parts of a text that hold escapes, written out."""
    for start in range(0, len(content), BLOCK):
        block = bytes(content[start : start + BLOCK + OVERLAP])
        if ESCAPES.search(block):
            yield View(written_out(block.decode(errors="replace")).encode(errors="replace"), text=True)


def written_out(text: str) -> str:
    """A text without escapes, one kind after the other."""
    plain = OF_JSON.sub(lambda found: str(json.loads(f'"{found[0]}"')), text)
    return unquote(html.unescape(plain), errors="replace")
