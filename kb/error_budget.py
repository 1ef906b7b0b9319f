"""How many of the answers that the assistant gives alone may be wrong, as a lead decides."""

from __future__ import annotations

from sqlmodel import Session

from kb import audit
from kb.desk import Desk
from kb.errors import NotValid
from kb.labels import Role
from kb.person import Person
from kb.tables import Preference

USUAL = 0.05
CHOICES = (0.01, 0.02, 0.05, 0.1, 0.2)
_NAME = "error_budget"


def set_error_budget(desk: Desk, person: Person, share: float) -> None:
    """Let this share (0-1) of the answers given alone be wrong; it holds from the next answer on, nothing is trained.

    Raises NotValid when the share is not one of `CHOICES`.
    """
    person.require(Role.LEAD, "say how many answers may be wrong")
    if share not in CHOICES:
        raise NotValid("share", f"Choose one of {', '.join(f'{one:g}' for one in CHOICES)}.")
    with desk.transaction() as session:
        session.merge(Preference(name=_NAME, value=share))
        audit.note(session, desk, person, "error budget", subject="preference:error_budget", share=share)


def allowed_errors(desk: Desk, person: Person) -> float:
    """The share (0-1) of the answers given alone that may be wrong."""
    person.require(Role.LEAD, "see how many answers may be wrong")
    with desk.reading() as session:
        return error_budget(session)


def error_budget(session: Session) -> float:
    """What `allowed_errors` returns, within the caller's transaction."""
    row = session.get(Preference, _NAME)
    return float(row.value) if row else USUAL
