"""What every answer carries, and how large a request to our own routes may be."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kb.doors import start

# Streamlit's emotion styles need style 'unsafe-inline'; the hash is the inline snippet of its index.html (1.67).
CSP = (
    "default-src 'self'; script-src 'self' 'sha256-THxz9J9+wf7rhwR2YkXJoSZ13UCmYyC+3lNDv2+8ugA='; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; "
    "worker-src 'self' blob:; frame-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
HEADERS = (
    (b"content-security-policy", CSP.encode()),
    (b"x-frame-options", b"DENY"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
    (b"cross-origin-opener-policy", b"same-origin"),
)
UPLOADS = "/_stcore/upload_file"
LARGEST_BODY = 1_000_000
TOO_LARGE = JSONResponse({"error": "The request is too large."}, 413)


class SecurityHeaders:
    """Adds the security headers to every HTTP answer that doesn't bring its own, and lets none be for foreign scripts.

    Streamlit 1.67 opens its static files to every site, and uploads to the server's name at any port.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = [pair for pair in message["headers"] if not pair[0].lower().startswith(b"access-control-")]
                present = {key.lower() for key, _ in own}
                extra = [(key, value) for key, value in HEADERS if key not in present]
                message = {**message, "headers": [*own, *extra]}
            await send(message)

        await self.app(scope, receive, with_headers if scope["type"] == "http" else send)


class BodyLimit:
    """Refuses bodies over 1 MB on every route; uploads may be as large as an attachment."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif scope["path"].startswith(UPLOADS):
            await self._count(scope, receive, send)
        else:
            await self._read(scope, receive, send)

    async def _read(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the whole body before anything looks at it."""
        body, is_more = b"", _length(scope) <= LARGEST_BODY
        is_large = not is_more
        while is_more and not is_large:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message.get("body", b"")
            is_more, is_large = message.get("more_body", False), len(body) > LARGEST_BODY
        if is_large:
            await TOO_LARGE(scope, receive, send)
        else:
            await self.app(scope, _replay(body, receive), send)

    async def _count(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let an upload through piece by piece; one that grows too large is cut off."""
        most = start.the_desk().settings.max_attachment_bytes + LARGEST_BODY
        left = most

        async def counted() -> Message:
            nonlocal left
            message = await receive()
            left -= len(message.get("body", b""))
            return message if left >= 0 else {"type": "http.disconnect"}

        if _length(scope) > most:
            await TOO_LARGE(scope, receive, send)
        else:
            await self.app(scope, counted, send)


def _length(scope: Scope) -> int:
    """The length a request announces; 0 where it doesn't."""
    announced = Headers(scope=scope).get("content-length", "")
    return int(announced) if announced.isdecimal() and announced.isascii() else 0


def _replay(body: bytes, receive: Receive) -> Receive:
    """A receive that hands out the body already read, then listens on."""
    is_read = False

    async def replayed() -> Message:
        nonlocal is_read
        if is_read:
            return await receive()
        is_read = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replayed
