"""A small OpenID provider that speaks HTTP: discovery, authorisation code with PKCE, signed ID tokens, userinfo."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "kentongan", "rahasia-klien"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Provider(ThreadingHTTPServer):
    """`person` are the claims about whoever is signed in there; `factors` how the provider asked them."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.person: dict[str, Any] = {}
        self.factors = ["pwd"]
        self.audience = CLIENT
        self.codes: dict[str, dict[str, str]] = {}
        self.tokens: set[str] = set()
        self.userinfo_subject: str | None = None

    def id_token(self) -> str:
        now = int(time.time())
        claims = {"iss": self.url, "aud": self.audience, "iat": now, "exp": now + 300, "amr": self.factors}
        return jwt.encode(claims | self.person, KEY, algorithm="RS256", headers={"kid": "k1"})


class Handler(BaseHTTPRequestHandler):
    server: Provider

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""

    def tell(self, content: dict[str, Any], status: int = 200) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        asked = {key: values[0] for key, values in parse_qs(parts.query).items()}
        url = self.server.url
        if parts.path == "/.well-known/openid-configuration":
            ends = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")
            self.tell(
                {"issuer": url, "token_endpoint_auth_methods_supported": ["client_secret_post"]}
                | {end: f"{url}/{end}" for end in ends}
            )
        elif parts.path == "/authorization_endpoint":
            code = secrets.token_urlsafe(8)
            self.server.codes[code] = asked
            self.send_response(302)
            back = urlencode({"code": code, "state": asked["state"]})
            self.send_header("Location", f"{asked['redirect_uri']}?{back}")
            self.end_headers()
        elif parts.path == "/userinfo_endpoint":
            known = self.headers["Authorization"].removeprefix("Bearer ") in self.server.tokens
            told = self.server.person | (
                {"sub": self.server.userinfo_subject} if self.server.userinfo_subject else {}
            )
            self.tell(told if known else {"error": "invalid_token"}, 200 if known else 401)
        else:
            self.tell({"error": "not_found"}, 404)

    def do_POST(self) -> None:
        body = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        sent = {key: values[0] for key, values in body.items()}
        asked = self.server.codes.pop(sent.get("code", ""), None)
        digest = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        proof = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        right = (
            asked is not None
            and (sent.get("client_id"), sent.get("client_secret")) == (CLIENT, SECRET)
            and asked["code_challenge"] == proof
        )
        if not right:
            self.tell({"error": "invalid_grant"}, 400)
            return
        token = secrets.token_urlsafe(8)
        self.server.tokens.add(token)
        self.tell({"access_token": token, "token_type": "Bearer", "id_token": self.server.id_token()})


@contextmanager
def running() -> Iterator[Provider]:
    """The provider on a free port of this machine."""
    with Provider() as provider:
        thread = threading.Thread(target=provider.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield provider
        provider.shutdown()
        thread.join()
