"""Signing in by OpenID Connect: to the provider and back; what it says ends in a session row of ours."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from types import ModuleType

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from kb.doors import start
from kb.doors.session.answers import safe_next, signed_in
from kb.doors.session.gate import cookie_name, is_secure, session_of
from kb.doors.session.html import message_page
from kb.doors.session.own_site import is_same_site
from kb.errors import FirstlineError, NotAllowed
from kb.people import outside

log = logging.getLogger(__name__)

CLOSED = "This portal has no such sign-in."
TITLE = "You are not signed in"
AWAY = "{name} doesn't answer at the moment. Please try again later."
NOT_VOUCHED = "{name} did not confirm who you are. Please try again."
LONGEST_ADDRESS = 2_000
# A provider that hangs must not take the threads that everything else runs in.
THREADS = anyio.CapacityLimiter(4)


def go(request: Request) -> Response:
    """Sends the browser to the provider, which sends it back to `come_back`."""
    desk = start.the_desk()
    following = safe_next(request.query_params.get("next", "")[:LONGEST_ADDRESS])
    if not desk.settings.oidc_issuer:
        return _sorry(CLOSED, 404)
    if session_of(request) is not None:
        return RedirectResponse(following, 303)
    if not is_same_site(request.headers):  # nobody is signed in without having asked for it
        return RedirectResponse("/login", 303)
    browser = request.cookies.get(_cookie(), "") or secrets.token_urlsafe(24)
    provider = _provider()
    try:
        provider.discovered(desk)
        address = provider.way_there(desk, outside.begin(desk, browser=browser, following=following))
    except FirstlineError as error:
        return _refused(error)
    answer = RedirectResponse(address, 303, headers={"cache-control": "no-store"})
    answer.set_cookie(
        _cookie(),
        browser,
        max_age=int(outside.WAITS.total_seconds()),
        httponly=True,
        samesite="lax",  # strict would not come along from the provider's page
        secure=is_secure(desk),
        path="/",
    )
    return answer


def come_back(request: Request) -> Response:
    """Signs in who comes back with a code the provider confirms."""
    desk, told = start.the_desk(), request.query_params
    if not desk.settings.oidc_issuer:
        return _sorry(CLOSED, 404)
    provider = _provider()
    try:
        state, browser = told.get("state", ""), request.cookies.get(_cookie(), "")
        if "code" not in told:
            raise provider.NotVouched("the provider sent no code")
        following = outside.come_back(desk, browser=browser, state=state)
        identity = provider.identity_of(desk, code=told["code"], state=state, issuer=told.get("iss"))
        return signed_in(request, outside.sign_in_as(desk, identity), safe_next(following))
    except FirstlineError as error:
        return _refused(error)


def _provider() -> ModuleType:
    """What speaks with the provider brings much along: it is loaded when somebody signs in so."""
    from kb.doors.session import provider

    return provider


def _cookie() -> str:
    """The cookie that ties a sign-in under way to one browser."""
    return cookie_name(start.the_desk(), "oidc")


def _refused(error: FirstlineError) -> Response:
    """A plain sentence; the log says more, but nothing a token holds."""
    provider, name = _provider(), start.the_desk().settings.oidc_name
    log.warning("Sign-in by OpenID Connect: %s", error)
    if isinstance(error, provider.NotReachable):
        return _sorry(AWAY.format(name=name[:1].upper() + name[1:]), 503)
    if isinstance(error, provider.NotVouched):
        return _sorry(NOT_VOUCHED.format(name=name[:1].upper() + name[1:]), 403)
    return _sorry(str(error), 403 if isinstance(error, NotAllowed) else 400)


def _sorry(sentence: str, status: int) -> Response:
    page = message_page(TITLE, sentence, link=("/login", "Sign in"))
    return HTMLResponse(page, status, headers={"cache-control": "no-store"})


def _route(path: str, handle: Callable[[Request], Response]) -> Route:
    async def endpoint(request: Request) -> Response:
        return await anyio.to_thread.run_sync(handle, request, limiter=THREADS)

    return Route(path, endpoint, methods=["GET"])


ROUTES: list[BaseRoute] = [_route("/account/oidc", go), _route("/account/oidc/callback", come_back)]
