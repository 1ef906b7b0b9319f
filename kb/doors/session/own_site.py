"""The first things at the door: whom the request asks for, whose page sent it, and what is said when all else fails."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kb.doors.session.html import message_page
from kb.errors import NoDatabase
from kb.tables import new_id

log = logging.getLogger(__name__)

ANY_HOST = ("/healthz", "/_stcore/health")
"""A balancer asks for these by address; they tell nothing but that the portal is up."""
READING = ("GET", "HEAD", "OPTIONS")


class OwnSite:
    """Answers only for our own names, else a foreign one could be pointed at us; changes nothing for foreign pages.

    `hosts` gives the names, such as `help.example.com` or `*.example.com`; ports don't matter.
    """

    def __init__(self, app: ASGIApp, hosts: Callable[[], Sequence[str]]) -> None:
        self.app = app
        self.hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = self._refusal(scope) if scope["type"] in ("http", "websocket") else ""
        if not refusal:
            await self.app(scope, receive, send)
            return
        log.warning(
            "Refused: %s %s from %s: %s", scope.get("method", "WebSocket"), scope["path"], _client(scope), refusal
        )
        if scope["type"] == "http":
            await JSONResponse({"error": refusal}, 403)(scope, receive, send)
        else:
            await _turn_away(receive, send)

    def _refusal(self, scope: Scope) -> str:
        headers = Headers(scope=scope)
        hosts = headers.getlist("host")
        if scope["path"] not in ANY_HOST and (len(hosts) != 1 or not is_ours(hosts[0], self.hosts())):
            return "This portal doesn't go by that name."
        if scope["type"] == "http" and scope["method"] not in READING and not is_same_site(headers):
            return "This request came from another site."
        return ""


class Mishaps:
    """Answers a failure with a sentence and a number; the log has the rest under the number."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        has_begun = False

        async def watched(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception as error:
            if scope["type"] not in ("http", "websocket") or has_begun:
                raise
            if isinstance(error, NoDatabase) and scope["type"] == "http":
                await _wait(scope, error)(scope, receive, send)
                return
            number = new_id()[:8]
            log.error("Error %s at %s", number, scope["path"], exc_info=error)
            if scope["type"] == "http":
                await _sorry(scope, number)(scope, receive, send)
            else:
                await _turn_away(receive, send)


def is_ours(host: str, names: Sequence[str]) -> bool:
    """Whether a Host header names one of `names`."""
    try:
        parts = urlsplit(f"//{host}")
        name, _ = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return False
    if not name or parts.netloc.lower() != host.lower() or parts.username is not None:
        return False
    known = [one.strip().lower().strip("[]").rstrip(".") for one in names]
    return name in known or any(one.startswith("*.") and name.endswith(one[1:]) for one in known)


def is_same_site(headers: Headers) -> bool:
    """Whether a page of ours sent this, or no page at all; browsers say which."""
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == headers.get("host")


def _client(scope: Scope) -> str:
    return str((scope.get("client") or ("nobody",))[0])


def _sorry(scope: Scope, number: str) -> Response:
    sentence = f"Something went wrong here. What you saved is kept. Quote {number} when you ask for help."
    if "text/html" in Headers(scope=scope).get("accept", ""):
        return HTMLResponse(message_page("That didn't work", sentence), 500, headers={"cache-control": "no-store"})
    return JSONResponse({"error": sentence}, 500, headers={"cache-control": "no-store"})


def _wait(scope: Scope, error: NoDatabase) -> Response:
    """Who asked for a page gets it as soon as the database answers; what was sent isn't sent again."""
    headers = {"cache-control": "no-store", "retry-after": "2"}
    if "text/html" not in Headers(scope=scope).get("accept", ""):
        return JSONResponse({"error": str(error)}, 503, headers=headers)
    again = {"refresh": "2"} if scope["method"] == "GET" else {}
    return HTMLResponse(message_page("One moment", str(error)), 503, headers={**headers, **again})


async def _turn_away(receive: Receive, send: Send) -> None:
    """Refuse a websocket before it is one: the client sees 403."""
    await receive()
    await send({"type": "websocket.close", "code": 1008})
