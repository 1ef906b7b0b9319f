"""POST /fixed: "This fixed it" below a result, which is no widget of Streamlit's."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute

from kb import articles, feedback
from kb.doors import start
from kb.doors.session import Fields, form_route, message_page, person_of
from kb.errors import FirstlineError

PATH = "/fixed"
THANKS = "Good to hear. Thank you: this tells others what works."


def say_fixed(request: Request, fields: Fields) -> Response:
    try:
        feedback.fixed_it(start.the_desk(), person_of(request), articles.number(fields.get("article", "")))
    except FirstlineError as error:
        return HTMLResponse(message_page("That didn't work", str(error)), 400)
    return HTMLResponse(message_page(THANKS, "Go back to your search, or close this page."))


ROUTES: list[BaseRoute] = [form_route(PATH, say_fixed)]
