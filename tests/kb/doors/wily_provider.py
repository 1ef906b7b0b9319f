"""An OpenID Connect provider on loopback that keeps to the rules, except for what a test tells it to do otherwise."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.conftest import Clock

CLIENT, SECRET = "portal", "portal/secret+of 40% characters"
Claims = dict[str, Any]


@cache
def key(name: str) -> RSAKey:
    """A key pair, made once; `name` is its kid."""
    return RSAKey.generate_key(2048, {"kid": name, "use": "sig", "alg": "RS256"})


def b64(told: bytes | dict[str, Any]) -> str:
    raw = told if isinstance(told, bytes) else json.dumps(told).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def signed(claims: Claims, by: str = "one", **header: Any) -> str:
    return jwt.encode({"alg": "RS256", "kid": "one", **header}, claims, key(by))


def unsigned(claims: Claims, alg: str = "none") -> str:
    return f"{b64({'alg': alg, 'kid': 'one'})}.{b64(claims)}."


def signed_with_what_all_know(claims: Claims, secret: bytes) -> str:
    """HMAC under a key that isn't secret, such as the public key."""
    told = f"{b64({'alg': 'HS256', 'kid': 'one'})}.{b64(claims)}"
    return f"{told}.{b64(hmac.digest(secret, told.encode(), 'sha256'))}"


class Provider:
    """What it answers; `change` and `sign` are where it goes wrong."""

    def __init__(self, address: str, clock: Clock) -> None:
        self.address = address
        self.clock = clock
        self.claims: Claims = {"sub": "s-1", "email": "ann@example.com", "email_verified": True, "name": "Ann"}
        self.change: Claims = {}
        self.sign: Callable[[Claims], str] = signed
        self.keys: list[Any] = [key("one").as_dict(private=False)]
        self.discovery: Claims = {}
        self.token_answer: Claims = {}
        self.token_status = 200
        self.user_info: Claims = {}
        self.takes_any_code = False
        self.codes: dict[str, dict[str, str]] = {}
        self.said: list[str] = []
        """Every ID token it gave out."""

    def authorize(self, location: str) -> dict[str, str]:
        """What the browser brings back from its sign-in page."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
        assert asked["code_challenge_method"] == "S256"
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return {"code": code, "state": asked["state"]}

    def answer(self, path: str, form: dict[str, str], authorization: str) -> tuple[int, Any]:
        if path == "/.well-known/openid-configuration":
            return 200, self._document()
        if path == "/keys":
            return 200, {"keys": self.keys}
        if path == "/me":
            return 200, self.user_info
        return self._token(form, authorization)

    def _document(self) -> Claims:
        doors = {"authorization_endpoint": "go", "token_endpoint": "token", "jwks_uri": "keys"}
        told = {name: f"{self.address}/{door}" for name, door in doors.items()}
        return {"issuer": self.address, **told, **self.discovery}

    def _token(self, form: dict[str, str], authorization: str) -> tuple[int, Any]:
        asked = self.codes.get(form["code"]) if self.takes_any_code else self.codes.pop(form["code"], None)
        proof = b64(hashlib.sha256(form["code_verifier"].encode()).digest())
        basic = base64.b64encode(b"portal:portal%2Fsecret%2Bof+40%25+characters").decode()
        if asked is None or proof != asked["code_challenge"] or authorization != f"Basic {basic}":
            return 400, {"error": "invalid_grant", "error_description": "no such code"}
        now = int(self.clock().timestamp())
        claims = {"iss": self.address, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        claims = {**claims, **self.claims, **self.change}
        token = self.sign({name: value for name, value in claims.items() if value is not ...})
        self.said.append(token)
        return self.token_status, {
            "id_token": token,
            "access_token": "access-1",
            "token_type": "Bearer",
            **self.token_answer,
        }


@contextmanager
def wily(clock: Clock) -> Iterator[Provider]:
    """The provider for as long as a test needs it."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._send(*provider.answer(self.path, {}, ""))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            self._send(*provider.answer(self.path, form, self.headers.get("authorization", "")))

        def _send(self, status: int, told: Any) -> None:
            body = told if isinstance(told, bytes) else json.dumps(told).encode()
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Nothing on the screen of whoever runs the tests."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        provider = Provider(f"http://127.0.0.1:{server.server_port}", clock)
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield provider
        server.shutdown()
        thread.join()
