"""The REST API under /api/v1: the portal's verbs as JSON, its OpenAPI description and a page to read it."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.routing import BaseRoute, Mount

from kb.doors.api import articles, incidents, overview, page
from kb.doors.api.errors import HANDLERS

api = FastAPI(
    title="Firstline",
    version="1",
    description=(
        "Send `Authorization: Bearer TOKEN` with a token from your account page; without one you are a guest. "
        'Cookies are not looked at. Every error is JSON: {"error": a sentence, "field": the input it is about}.'
    ),
    docs_url=None,
    redoc_url=None,
    exception_handlers=HANDLERS,
)
for room in (articles, incidents, overview, page):
    api.include_router(room.router)

ROUTES: list[BaseRoute] = [Mount("/api/v1", app=api)]
