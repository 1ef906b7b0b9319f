"""How forms are read, and what every way of signing in ends with: a session cookie, on the way to where one wanted."""

from __future__ import annotations

from collections.abc import Callable

import anyio.to_thread
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from kb import people
from kb.doors import start
from kb.doors.session.gate import cookie_name, is_secure, session_of
from kb.doors.session.html import message_page
from kb.people.sessions import LASTS

Fields = dict[str, str]


def safe_next(address: str) -> str:
    """Only paths of this site: not //evil, https://evil, /\\evil nor anything with control characters."""
    is_path = address.startswith("/") and not address.startswith("//") and "\\" not in address
    return address if is_path and address.isprintable() else "/"


def signed_in(request: Request, token: str, following: str) -> Response:
    """The session cookie, on the way to where the person wanted; a session held before ends."""
    desk, before = start.the_desk(), session_of(request)
    if before is not None:
        people.sign_out(desk, before)
    answer = RedirectResponse(following, 303)
    answer.set_cookie(
        cookie_name(desk),
        token,
        max_age=int(LASTS.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=is_secure(desk),
        path="/",
    )
    answer.delete_cookie(cookie_name(desk, "form"), path="/", secure=is_secure(desk), httponly=True)
    return answer


def form_route(path: str, handle: Callable[[Request, Fields], Response]) -> Route:
    """A form's route: the form is read here, the work done in a thread."""

    async def endpoint(request: Request) -> Response:
        try:
            async with request.form(max_files=0, max_fields=10) as form:
                fields = {name: str(value) for name, value in form.items()}
        except (HTTPException, UnicodeDecodeError):
            return HTMLResponse(message_page("That didn't work", "The form could not be read."), 400)
        return await anyio.to_thread.run_sync(handle, request, fields)

    return Route(path, endpoint, methods=["POST"])
