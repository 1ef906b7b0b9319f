"""Every error as JSON with a plain sentence, and never a trace."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

from kb.errors import Conflict, FirstlineError, NoDatabase, NotAllowed, NotFound, NotTrained, NotValid
from kb.labels import Role
from kb.tables import new_id

log = logging.getLogger(__name__)

BEARER = {"WWW-Authenticate": "Bearer"}
STATUS = {NotFound: 404, NotAllowed: 403, NotValid: 422, Conflict: 409, NotTrained: 409, NoDatabase: 503}
SENTENCES = {404: "There is nothing at this address.", 405: "This address does not take that method."}


def refused(request: Request, error: FirstlineError) -> JSONResponse:
    """A use case said no: a guest who may not is asked for a token."""
    status = next((status for kind, status in STATUS.items() if isinstance(error, kind)), 400)
    if status == 403 and request.state.person.role is Role.GUEST:
        return _answer(401, str(error), headers=BEARER)
    return _answer(status, str(error), field=error.field if isinstance(error, NotValid) else "")


def not_understood(_request: Request, error: RequestValidationError) -> JSONResponse:
    """What does not fit the description: the first thing wrong."""
    first = error.errors()[0]
    if first["type"] == "json_invalid":
        return _answer(400, "The body is not JSON.")
    where = [str(part) for part in first["loc"] if part not in ("body", "query", "path", "header")]
    field = where[0] if where else ""
    return _answer(422, f"{field or 'The body'}: {first['msg']}.", field=field)


def not_there(_request: Request, error: HTTPException) -> JSONResponse:
    sentence = SENTENCES.get(error.status_code, str(error.detail))
    return _answer(error.status_code, sentence, headers=dict(error.headers or {}))


def broken(_request: Request, error: Exception) -> JSONResponse:
    """A fault of ours: the log knows more under the number."""
    number = new_id()[:8]
    log.error("API error %s", number, exc_info=error)
    return _answer(500, f"Something went wrong here. Quote {number} when you ask for help.")


def _answer(status: int, sentence: str, *, field: str = "", headers: dict[str, str] | None = None) -> JSONResponse:
    return JSONResponse({"error": sentence} | ({"field": field} if field else {}), status, headers)


HANDLERS: dict[int | type[Exception], Callable[[Request, Any], Any]] = {
    FirstlineError: refused,
    RequestValidationError: not_understood,
    HTTPException: not_there,
    Exception: broken,
}
