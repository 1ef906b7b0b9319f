"""Sign-in: the gate before every request, the sign-in pages and the headers of every answer."""

from kb.doors.session.gate import CLOSED, Gate, person_of, sign_out_token
from kb.doors.session.headers import BodyLimit, SecurityHeaders

__all__ = ["CLOSED", "BodyLimit", "Gate", "SecurityHeaders", "person_of", "sign_out_token"]
