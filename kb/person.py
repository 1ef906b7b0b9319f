"""Who acts: the first argument after the desk of every use case."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from kb.errors import NotAllowed
from kb.labels import Role

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Person:
    """An actor. `id` is None for guests and for the operator at the command line."""

    id: int | None
    name: str
    email: str
    role: Role
    team_id: int | None = None
    visitor: str = ""
    """The guest's random browser key; ties a guest's ratings and drafts to one browser."""

    @property
    def rater(self) -> str:
        """The key under which this person's single rating of an article is kept."""
        return f"p:{self.id}" if self.id is not None else f"v:{self.visitor}"

    @property
    def who(self) -> str:
        """Who this is in the log: numbers, never names or addresses."""
        return f"account {self.id}" if self.id is not None else "no account"

    def may(self, role: Role) -> bool:
        return self.role.rank >= role.rank

    def require(self, role: Role, action: str) -> None:
        """Raise NotAllowed unless the person has at least this role; `action` completes "Only a lead may ..."."""
        if not self.may(role):
            log.warning("Refused: %s, who is %s, may not %s", self.who, _A[self.role], action)
            raise NotAllowed(f"Only {_A[role]} may {action}.")


_A = {
    Role.GUEST: "a visitor",
    Role.USER: "a signed-in person",
    Role.AGENT: "an agent",
    Role.LEAD: "a lead",
    Role.ADMIN: "an administrator",
}

OPERATOR = Person(None, "Operator", "", Role.ADMIN)
"""Whoever runs the command line or the clock on the server itself."""


def guest(visitor: str) -> Person:
    return Person(None, "Guest", "", Role.GUEST, visitor=visitor)
