"""A real mail server in a test: it speaks SMTP on a local port and can be away, refuse, or die after the message."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message


class Box(socketserver.ThreadingTCPServer):
    """What arrived, and how the server behaves: `refuse` names addresses, `die` how many messages it dies over."""

    allow_reuse_address = daemon_threads = True

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Talk)
        self.mails: list[Message] = []
        self.refuse: set[str] = set()
        self.die = 0
        self.calls = 0


class _Talk(socketserver.StreamRequestHandler):
    server: Box

    def handle(self) -> None:
        self.server.calls += 1
        self.say("220 uji")
        while line := self.rfile.readline().decode().strip():
            word = line.split()[0].upper()
            if word == "QUIT":
                return self.say("221 sampai jumpa")
            if word == "RCPT" and any(one in line for one in self.server.refuse):
                self.say("550 tidak dikenal")
            elif word == "DATA":
                self.say("354 silakan")
                self.server.mails.append(message_from_bytes(self.message()))
                if self.server.die:  # it has the message, but nobody hears that
                    self.server.die -= 1
                    return None
                self.say("250 diterima")
            else:
                self.say("250 baik")
        return None

    def message(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        return b"".join(lines)

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@contextmanager
def mail_server(port: int = 0) -> Iterator[Box]:
    with Box(port) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
