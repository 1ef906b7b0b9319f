"""The job that looks for bursts among the latest reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from sqlmodel import Session, col, func, select

from kb import outbox
from kb.desk import Desk
from kb.incidents.outages.usual import BY_PEOPLE, chance, likeness
from kb.labels import LIVE, Role
from kb.person import Person
from kb.tables import Burst, Incident, Watcher
from models.bursts import LEAST_PEOPLE, WINDOW_HOURS, Chance, gathered
from models.likeness import MOST_CHARS, between

MOST_FALSE_A_MONTH = 0.25
"""Bursts that chance would bring more often than once in four months are not told."""
WINDOW = timedelta(hours=WINDOW_HOURS)
REMEMBERED = timedelta(days=1)
"""A burst of the last day takes in what comes later."""
MOST_LOOKED_AT = 500
AGAIN = 2
"""A dismissed burst is told again when it has grown to so many times the people."""


@dataclass(frozen=True, slots=True)
class _Voice:
    """Somebody who said at some time that they have this trouble."""

    incident_id: int
    who: str
    at: datetime
    service_id: int | None
    text: str


def look(desk: Desk, person: Person) -> int:
    """Find bursts of like reports and tell the leads; gives how many are new. Run by the clock every minute."""
    person.require(Role.ADMIN, "look for outages")
    with desk.reading() as session:
        voices = _voices(session, desk.now())
        if len({voice.who for voice in voices}) < LEAST_PEOPLE:
            return 0
        rows = likeness(session, desk).rows([voice.text for voice in voices])
    usual = chance(desk)
    found = _largest(_gathered(voices, between(rows, rows)), usual.least_people(MOST_FALSE_A_MONTH))
    with desk.transaction() as session:
        return sum(_keep(session, desk, [voices[place] for place in one], usual) for one in found)


def _voices(session: Session, now: datetime) -> list[_Voice]:
    """The latest reports that are still open, and everybody who joined one; by time."""
    query = (
        select(Incident, func.substr(Incident.body, 1, MOST_CHARS))
        .where(col(Incident.source).in_(BY_PEOPLE), col(Incident.status).in_(LIVE), col(Incident.is_demo).is_(False))
        .where(col(Incident.created_at) >= now - WINDOW)
        .order_by(col(Incident.id).desc())
        .limit(MOST_LOOKED_AT)
    )
    reports = {row.id: (row, f"{row.title}\n{body}") for row, body in session.exec(query)}
    joined = select(Watcher).where(col(Watcher.incident_id).in_(reports), col(Watcher.is_affected))
    voices = [
        _Voice(id or 0, reporter(row), row.created_at, row.service_id, text) for id, (row, text) in reports.items()
    ]
    for watcher in session.exec(joined.order_by(col(Watcher.id))):
        row, text = reports[watcher.incident_id]
        voices.append(_Voice(watcher.incident_id, watcher.who, watcher.at, row.service_id, text))
    return sorted(voices, key=lambda voice: (voice.at, voice.incident_id))


def reporter(row: Incident) -> str:
    """Who sent the report, named as those who join one are."""
    if row.reporter_id is not None:
        return f"p:{row.reporter_id}"
    return row.guest_email or f"i:{row.id}"


def _gathered(voices: Sequence[_Voice], alike: np.ndarray) -> list[tuple[int, ...]]:
    """As `gathered`; whoever joined a report is like it, and reports that name different services are not alike."""
    incident = np.array([voice.incident_id for voice in voices])
    service = np.array([voice.service_id or 0 for voice in voices])
    differ = (service[:, None] != service) & (service[:, None] > 0) & (service > 0)
    hours = np.array([(voice.at - voices[0].at).total_seconds() / 3600 for voice in voices])
    alike = np.where(incident[:, None] == incident, 1.0, alike)  # a report without words is not even like itself
    return gathered(np.where(differ, 0.0, alike), hours, [voice.who for voice in voices])


def _largest(found: Sequence[tuple[int, ...]], least: int) -> list[tuple[int, ...]]:
    """Those of enough people, the largest first, each report in one of them."""
    chosen, taken = list[tuple[int, ...]](), set[int]()
    for one in sorted(found, key=lambda places: (-len(places), places)):
        if len(one) >= least and not taken & set(one):
            chosen.append(one)
            taken |= set(one)
    return chosen


def _keep(session: Session, desk: Desk, voices: Sequence[_Voice], usual: Chance) -> bool:
    """Store a burst, or let the one that has some of its reports grow; True when leads were told of it."""
    ids = sorted({voice.incident_id for voice in voices})
    known = _known(session, desk.now(), ids)
    if known is not None and (known.decision != "dismissed" or len(voices) < AGAIN * known.people):
        known.incident_ids = sorted({*known.incident_ids, *ids})
        known.people = max(known.people, len(voices))
        known.chance_a_month = usual.of(known.people)
        return False
    session.add(
        Burst(
            incident_id=ids[0],
            incident_ids=ids,
            people=len(voices),
            chance_a_month=usual.of(len(voices)),
            found_at=desk.now(),
        )
    )
    outbox.queue(
        session,
        desk,
        accounts=outbox.leads(session),
        subject=f"Perhaps a major incident: {len(voices)} people report the same",
        body=voices[0].text.partition("\n")[0],
        link="/review",
        event="burst.found",
        payload={"people": len(voices), "incidents": ids},
    )
    return True


def _known(session: Session, now: datetime, ids: Sequence[int]) -> Burst | None:
    """The newest burst that has one of these reports."""
    query = select(Burst).where(col(Burst.found_at) >= now - REMEMBERED).order_by(col(Burst.id).desc())
    return next((burst for burst in session.exec(query) if set(burst.incident_ids) & set(ids)), None)
