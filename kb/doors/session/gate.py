"""The gate: knows who is at the door before anything behind it does."""

from __future__ import annotations

import hmac
import re
import secrets
from http.cookies import CookieError, SimpleCookie

import anyio.to_thread
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kb import people
from kb.desk import Desk
from kb.doors import start
from kb.labels import Role
from kb.person import Person, guest

UID, SID, VISITOR = "x-firstline-uid", "x-firstline-sid", "x-firstline-visitor"
CLOSED = ("/_stcore/metrics", "/_stcore/agent")
"""Streamlit's routes that would be open to everybody; scrape metrics on a private port instead."""
NOBODYS = ("/static/", "/app/static/")
"""Files that are the same for everybody: a page asks for some 190 of them."""
PICTURES = (".png", ".svg", ".jpg", ".jpeg", ".gif", ".webp")
"""What Streamlit hands out under /media/ for everybody; tables to download it would give to whoever has the address."""
A_YEAR = 365 * 24 * 3600


class Gate:
    """Resolves the session cookie and tells Streamlit who it is by headers no client can send.

    Guests are welcome: they get a random visitor cookie, which ties their ratings and drafts to one browser.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
        elif scope["type"] == "http" and scope["path"].startswith(NOBODYS):
            await self.app({**scope, "headers": _without_identity(scope)}, receive, send)
        elif scope["type"] == "http" and scope["path"].startswith(CLOSED):
            await JSONResponse({"error": "closed"}, 403)(scope, receive, send)
        else:
            await self._let_in(scope, receive, send)

    async def _let_in(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = _without_identity(scope)
        cookies = _cookies(headers)
        desk = start.the_desk()
        token = cookies.get(cookie_name(desk), "")
        signed_in = await anyio.to_thread.run_sync(people.resolve, desk, token) if token else None
        visitor = cookies.get(cookie_name(desk, "visitor"), "")
        is_new = not re.fullmatch(r"[\w-]{20,60}", visitor)
        visitor = secrets.token_urlsafe(18) if is_new else visitor
        headers.append((VISITOR.encode(), visitor.encode()))
        person = guest(visitor)
        if signed_in:
            person = signed_in.person
            headers.append((UID.encode(), str(person.id).encode()))
            headers.append((SID.encode(), str(signed_in.session_id).encode()))
        if _is_for_staff(scope["path"]) and not person.may(Role.AGENT):
            await JSONResponse({"error": "Sign in to download this."}, 403)(scope, receive, send)
            return
        known = {"firstline.person": person, "firstline.session": signed_in.session_id if signed_in else None}
        sends = _with_visitor(send, visitor, desk) if is_new and scope["type"] == "http" else send
        await self.app({**scope, **known, "headers": headers}, receive, sends)


def person_of(request: Request) -> Person:
    """Who sent this request: a signed-in person or a guest."""
    return request.scope["firstline.person"]  # type: ignore[no-any-return]


def session_of(request: Request) -> int | None:
    return request.scope["firstline.session"]  # type: ignore[no-any-return]


def is_secure(desk: Desk) -> bool:
    """Whether people come by https, as FIRSTLINE_BASE_URL says."""
    return desk.settings.base_url.startswith("https://")


def cookie_name(desk: Desk, what: str = "session") -> str:
    """What a cookie of ours is called: session, visitor, form or oidc.

    The __Host- prefix binds the cookie to this very host, but browsers take it only over https.
    """
    return f"__Host-firstline_{what}" if is_secure(desk) else f"firstline_{what}"


def form_token(desk: Desk, purpose: str) -> str:
    """Proves that a form came from us: an HMAC over what it is for."""
    return hmac.new(desk.settings.secret.encode(), b"form:" + purpose.encode(), "sha256").hexdigest()


def is_form_token(desk: Desk, purpose: str, token: str) -> bool:
    return hmac.compare_digest(form_token(desk, purpose).encode(), token.encode())


def sign_out_token(desk: Desk, session_id: int) -> str:
    """The token of the sign-out form, good for one session."""
    return form_token(desk, f"sign out {session_id}")


def _is_for_staff(path: str) -> bool:
    return path.startswith("/media/") and not path.lower().endswith(PICTURES)


def _without_identity(scope: Scope) -> list[tuple[bytes, bytes]]:
    return [(key, value) for key, value in scope["headers"] if not _is_identity(key)]


def _is_identity(key: bytes) -> bool:
    return key.lower().replace(b"_", b"-").startswith(b"x-firstline-")


def _cookies(headers: list[tuple[bytes, bytes]]) -> dict[str, str]:
    raw = b"; ".join(value for key, value in headers if key == b"cookie").decode("latin-1")
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(raw).items()}
    except CookieError:
        return {}


def _with_visitor(send: Send, visitor: str, desk: Desk) -> Send:
    """Sends the visitor cookie along with the answer."""
    flags = "; Secure" if is_secure(desk) else ""
    cookie = f"{cookie_name(desk, 'visitor')}={visitor}; Path=/; Max-Age={A_YEAR}; HttpOnly; SameSite=Lax{flags}"

    async def with_cookie(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).append("set-cookie", cookie)
        await send(message)

    return with_cookie
