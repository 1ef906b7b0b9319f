"""What every way of signing in ends with: a session cookie, on the way to where the person wanted."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from kb import people
from kb.doors import start
from kb.doors.session.gate import cookie_name, is_secure, session_of
from kb.people.sessions import LASTS

NONCE_COOKIE = "firstline_form"


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
    answer.delete_cookie(NONCE_COOKIE, path="/")
    return answer
