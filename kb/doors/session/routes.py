"""Signing in and out, and the one-time links: small HTML forms and their answers."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from kb import people
from kb.desk import Desk
from kb.doors import start
from kb.doors.session import oidc
from kb.doors.session.answers import Fields, form_route, safe_next, signed_in
from kb.doors.session.gate import cookie_name, form_token, is_form_token, is_secure, person_of, session_of
from kb.doors.session.html import Field, Form, Other, form_page, message_page
from kb.doors.session.own_site import is_same_site
from kb.errors import FirstlineError, NotAllowed, NotFound
from kb.people.passwords import SHORTEST
from kb.people.sessions import TooManyAttempts

log = logging.getLogger(__name__)

EXPIRED = "This form is too old. Please try again."
PASSWORD = Field("password", "Password", "password", "new-password", f"At least {SHORTEST} characters.")
LOGIN = Form(
    "Sign in",
    "Searching and reporting need no account.",
    "/account/login",
    "Sign in",
    (
        Field("email", "E-mail address", "email", "username"),
        Field("password", "Password", "password", "current-password"),
    ),
)
FIRST = Form(
    "Welcome to Firstline",
    "You are the first here. This makes you the administrator.",
    "/account/first",
    "Start",
    (Field("name", "Your name", "text", "name"), Field("email", "E-mail address", "email", "username"), PASSWORD),
)
INVITE = Form("Welcome to Firstline", "Choose a password.", "/account/invite", "Start", (PASSWORD,))
PASSWORD_CHANGE = Form(
    "Change your password",
    "You stay signed in here; everywhere else you are signed out.",
    "/account/password",
    "Change it",
    (
        Field("old", "Present password", "password", "current-password"),
        Field("password", "New password", "password", "new-password", f"At least {SHORTEST} characters."),
    ),
)


def login(request: Request) -> Response:
    """The sign-in page; who is signed in already is sent on."""
    following = safe_next(request.query_params.get("next", ""))
    if session_of(request) is not None:
        return RedirectResponse(following, 303)
    return _form(request, _login_form(following), {"next": following})


def post_login(request: Request, fields: Fields) -> Response:
    following = safe_next(fields.get("next", ""))
    if not _is_ours(request, fields):
        return _form(request, _login_form(following), {"next": following}, filled=fields, error=EXPIRED, status=403)
    address = request.client.host if request.client else ""
    try:
        token = people.sign_in(
            start.the_desk(), email=fields.get("email", ""), password=fields.get("password", ""), address=address
        )
    except NotAllowed as error:
        status = 429 if isinstance(error, TooManyAttempts) else 401
        form = _login_form(following)
        return _form(request, form, {"next": following}, filled=fields, error=str(error), status=status)
    return signed_in(request, token, following)


def post_sign_out(request: Request, fields: Fields) -> Response:
    """Ends this session; the form's token is good for no other."""
    desk, session_id = start.the_desk(), session_of(request)
    if session_id is None:
        return RedirectResponse("/", 303)
    if not is_same_site(request.headers) or not is_form_token(desk, f"sign out {session_id}", fields.get("token", "")):
        log.warning("Refused: a sign-out of session %s that is not ours", session_id)
        return HTMLResponse(message_page("Still signed in", "That form wasn't ours. Use your account page."), 403)
    people.sign_out(desk, session_id)
    answer = RedirectResponse("/", 303)
    answer.delete_cookie(cookie_name(desk), path="/", secure=is_secure(desk), httponly=True)
    return answer


def link(request: Request) -> Response:
    """The page behind a one-time link."""
    token = request.query_params.get("token", "")
    try:
        return _form(request, _link_form(request, token), {"token": token})
    except NotFound as error:
        return _dead_link(error)


def post_first(request: Request, fields: Fields) -> Response:
    def make(desk: Desk) -> str:
        return people.make_first_admin(
            desk, token=fields["token"], name=fields["name"], email=fields["email"], password=fields["password"]
        )

    return _spend(request, fields, make, "/welcome")


def post_invite(request: Request, fields: Fields) -> Response:
    def make(desk: Desk) -> str:
        return people.accept(desk, token=fields["token"], password=fields["password"])

    return _spend(request, fields, make, "/")


def password(request: Request) -> Response:
    if session_of(request) is None:
        return RedirectResponse("/login?next=/account/password", 303)
    return _form(request, PASSWORD_CHANGE, {})


def post_password(request: Request, fields: Fields) -> Response:
    if not _is_ours(request, fields):
        return _form(request, PASSWORD_CHANGE, {}, error=EXPIRED, status=403)
    try:
        people.change_password(
            start.the_desk(),
            person_of(request),
            old=fields.get("old", ""),
            new=fields.get("password", ""),
            session_id=session_of(request),
        )
    except FirstlineError as error:
        return _form(request, PASSWORD_CHANGE, {}, error=str(error), status=400)
    return RedirectResponse("/account", 303)


def healthz(_request: Request) -> Response:
    """Whether the portal and its database answer."""
    is_well = start.is_database_well()
    return JSONResponse({"status": "ok" if is_well else "database"}, 200 if is_well else 503)


def _login_form(following: str) -> Form:
    """The sign-in form; with a button to the identity provider where there is one."""
    settings = start.the_desk().settings
    if not settings.oidc_issuer:
        return LOGIN
    address = f"/account/oidc?{urlencode({'next': following})}"
    return replace(LOGIN, other=Other(f"Sign in with {settings.oidc_name}", address, "or with a password"))


def _spend(request: Request, fields: Fields, make: Callable[[Desk], str], following: str) -> Response:
    """Use a one-time link up, or show its form again and say why not."""
    hidden = {"token": fields.get("token", "")}
    try:
        form = _link_form(request, hidden["token"])
    except NotFound as error:
        return _dead_link(error)
    if not _is_ours(request, fields) or any(field.name not in fields for field in form.fields):
        return _form(request, form, hidden, filled=fields, error=EXPIRED, status=403)
    try:
        return signed_in(request, make(start.the_desk()), following)
    except NotFound as error:
        return _dead_link(error)
    except FirstlineError as error:
        return _form(request, form, hidden, filled=fields, error=str(error), status=400)


def _dead_link(error: NotFound) -> Response:
    return HTMLResponse(message_page("This link doesn't work", str(error)), 404)


def _link_form(request: Request, token: str) -> Form:
    """The form a living link opens; each kind of link has its own address."""
    invitation = people.invitation(start.the_desk(), token)
    form = FIRST if invitation.is_first else INVITE
    if request.url.path != form.action:
        raise NotFound("This link isn't whole. Copy it again.")
    if invitation.is_first:
        return form
    return replace(form, title=f"Welcome, {invitation.name}", intro=f"You sign in as {invitation.email}.")


def _form(
    request: Request, form: Form, hidden: Fields, *, filled: Fields | None = None, error: str = "", status: int = 200
) -> Response:
    """The form, tied to this browser by a nonce in a cookie and its HMAC in the form."""
    desk = start.the_desk()
    nonce = request.cookies.get(cookie_name(desk, "form")) or secrets.token_urlsafe(16)
    hidden = {**hidden, "form": form_token(desk, nonce)}
    page = form_page(form, error=error, hidden=hidden, filled=filled or {})
    answer = HTMLResponse(page, status, headers={"cache-control": "no-store"})
    name = cookie_name(desk, "form")
    answer.set_cookie(name, nonce, httponly=True, samesite="strict", secure=is_secure(desk), path="/")
    return answer


def _is_ours(request: Request, fields: Fields) -> bool:
    desk = start.the_desk()
    nonce = request.cookies.get(cookie_name(desk, "form"), "")
    is_ours = bool(nonce) and is_same_site(request.headers) and is_form_token(desk, nonce, fields.get("form", ""))
    if not is_ours:
        log.warning("Refused: a form for %s that is not ours", request.url.path)
    return is_ours


ROUTES: list[BaseRoute] = [
    Route("/login", login),
    form_route("/account/login", post_login),
    form_route("/account/signout", post_sign_out),
    Route("/account/password", password, methods=["GET"]),
    form_route("/account/password", post_password),
    Route("/account/first", link, methods=["GET"]),
    form_route("/account/first", post_first),
    Route("/account/invite", link, methods=["GET"]),
    form_route("/account/invite", post_invite),
    Route("/healthz", healthz),
    *oidc.ROUTES,
]
