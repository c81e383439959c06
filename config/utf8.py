"""Everything is read as UTF-8. Django decodes with any codec that a request names, before any of our code runs, and
some of them fail or are no text at all; so the name is taken off here and refused where pages can be drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from email.message import Message
from typing import Any

OTHER_CHARSET = "kentongan.other_charset"
Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


def only_utf8(application: Application) -> Application:
    """A WSGI application that never sees a charset; `environ[OTHER_CHARSET]` tells of one that is not UTF-8."""

    def plain(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        header = Message()
        header["Content-Type"] = environ.get("CONTENT_TYPE", "").replace("\r", " ").replace("\n", " ")
        charset = header.get_param("charset")
        if charset is not None:
            header.del_param("charset")
            environ["CONTENT_TYPE"] = header["Content-Type"]
            if str(charset).lower() not in {"utf-8", "utf8"}:
                environ[OTHER_CHARSET] = True
        return application(environ, start_response)

    return plain
