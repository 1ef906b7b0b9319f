"""Who may see which incident, and how much of it."""

from __future__ import annotations

import hashlib
import hmac
import logging
from enum import StrEnum

from sqlmodel import Session, col, select

from kb.errors import NotAllowed, NotFound
from kb.incidents.fields import LARGEST_ID
from kb.labels import LIVE, Impact, Role
from kb.person import Person
from kb.tables import Incident, Watcher

log = logging.getLogger(__name__)

GONE = "There is no such incident, or it isn't open to you."


class Standing(StrEnum):
    """What a person is to an incident. A watcher sees how it goes, but not what the reporter wrote."""

    STAFF = "staff"
    REPORTER = "reporter"
    WATCHER = "watcher"


def reach(
    session: Session, person: Person, incident_id: int, *, key: str = "", lock: bool = False
) -> tuple[Incident, Standing]:
    """The incident and what the person is to it. `key` is the secret of a guest's link. Raises NotFound."""
    incident = find(session, incident_id, lock=lock)
    standing = standing_of(session, person, incident, key) if incident else None
    if incident is not None and standing is None:
        log.warning("Refused: %s has no part in incident %s", person.who, incident_id)
    if incident is None or standing is None:
        raise NotFound(GONE)
    return incident, standing


def find(session: Session, incident_id: int, *, lock: bool = False) -> Incident | None:
    if not 0 < incident_id <= LARGEST_ID:
        return None
    return session.get(Incident, incident_id, with_for_update=lock or None)


def staff_reach(session: Session, person: Person, incident_id: int, action: str) -> Incident:
    """The incident, locked, for somebody who works on it."""
    person.require(Role.AGENT, action)
    return reach(session, person, incident_id, lock=True)[0]


def own_reach(
    session: Session, person: Person, incident_id: int, *, key: str, action: str
) -> tuple[Incident, Standing]:
    """The incident, locked, for its reporter or an agent; a watcher is told who may."""
    incident, standing = reach(session, person, incident_id, key=key, lock=True)
    if standing is Standing.WATCHER:
        raise NotAllowed(f"Only the reporter or an agent may {action}.")
    return incident, standing


def standing_of(session: Session, person: Person, incident: Incident, key: str) -> Standing | None:
    if is_reporter(person, incident, key):
        return Standing.STAFF if person.may(Role.AGENT) else Standing.REPORTER
    if person.may(Role.AGENT):
        return Standing.STAFF
    if person.id is None:
        return None
    watching = select(Watcher.id).where(Watcher.incident_id == incident.id, Watcher.account_id == person.id)
    return Standing.WATCHER if session.exec(watching).first() else None


def is_reporter(person: Person, incident: Incident, key: str) -> bool:
    if incident.reporter_id is not None and incident.reporter_id == person.id:
        return True
    return bool(incident.guest_key_hash) and hmac.compare_digest(incident.guest_key_hash, key_hash(key))


def key_hash(key: str) -> str:
    return hashlib.sha256(key.encode(errors="replace")).hexdigest()


def is_shared(incident: Incident) -> bool:
    """Whether others than its own people may know of it (number, title, how many it affects; never what was written).

    Live, of more people than one, and no security matter.
    """
    return incident.status in LIVE and incident.impact != Impact.ONE and incident.type != "security"


SHARED = (
    col(Incident.status).in_(LIVE),
    col(Incident.impact) != Impact.ONE,
    col(Incident.type) != "security",
)
"""The same as `is_shared`, as SQL conditions."""
