"""GET /files/<id>: attached files, for those who may see their incident; never shown inline."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from kb import attachments
from kb.doors import start
from kb.doors.session import person_of
from kb.errors import NotFound

HEADERS = {
    "content-security-policy": "default-src 'none'; sandbox",
    "x-content-type-options": "nosniff",
    "cache-control": "private, no-store",
}


def attached_file(request: Request) -> Response:
    """`?key=` is the secret of a guest's link."""
    key = request.query_params.get("key", "")
    try:
        file = attachments.read(start.the_desk(), person_of(request), request.path_params["id"], key=key)
    except NotFound as error:
        return JSONResponse({"error": str(error)}, 404)
    return FileResponse(file.path, media_type="application/octet-stream", filename=file.file_name, headers=HEADERS)


ROUTES: list[BaseRoute] = [Route("/files/{id}", attached_file)]
