"""Who asks: the owner of the bearer token, or a guest."""

from __future__ import annotations

import logging
from typing import Annotated

from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.exceptions import HTTPException
from starlette.requests import Request

from kb import people
from kb.desk import Desk
from kb.doors import start
from kb.doors.api.errors import BEARER
from kb.person import Person, guest

log = logging.getLogger(__name__)
_bearer = HTTPBearer(auto_error=False, description="A token from your account page.")


def _person(request: Request, given: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]) -> Person:
    """Cookies are not asked, so a foreign page can't act for somebody who is signed in."""
    person: Person | None = guest("")
    if given is not None:
        person = people.by_token(start.the_desk(), given.credentials)
    elif "authorization" in request.headers:
        person = None
    if person is None:
        log.warning("Refused: a token nobody has from %s", request.client.host if request.client else "nobody")
        raise HTTPException(401, "This is not a bearer token of this portal, or it has been revoked.", BEARER)
    request.state.person = person
    return person


def _desk() -> Desk:
    return start.the_desk()


Who = Annotated[Person, Depends(_person)]
Handle = Annotated[Desk, Depends(_desk)]
