"""Sign-in: the gate before every request, the sign-in pages and the headers of every answer."""

from kb.doors.session.answers import Fields, form_route
from kb.doors.session.gate import CLOSED, Gate, person_of, sign_out_token
from kb.doors.session.headers import BodyLimit, SecurityHeaders
from kb.doors.session.html import message_page
from kb.doors.session.own_site import Mishaps, OwnSite

__all__ = [
    "CLOSED",
    "BodyLimit",
    "Fields",
    "Gate",
    "Mishaps",
    "OwnSite",
    "SecurityHeaders",
    "form_route",
    "message_page",
    "person_of",
    "sign_out_token",
]
