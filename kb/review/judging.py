"""Accepting, correcting or leaving open: every judgement is a row that stays, and changes the incident at once."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session, col, select

from kb import routing, sla
from kb.desk import Desk
from kb.errors import NotFound, NotValid
from kb.incidents.access import staff_reach
from kb.incidents.telling import note, tell
from kb.labels import LIVE, Role, Severity, Target
from kb.person import Person
from kb.review.details import opinions
from kb.review.looks import is_second
from kb.tables import Incident, IncidentType, Review, Team

ACCEPTED, CORRECTED, UNSURE = "accepted", "corrected", "unsure"
LONGEST_SECONDS = 600.0
"""A review that took longer was a page left open."""
ACTION = "review labels"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A decision and the labels it names."""

    decision: str
    type: str = ""
    severity: str = ""
    team_id: int | None = None


def accept(
    desk: Desk, person: Person, incident_id: int, *, severity: str = "", team_id: int | None = None, seconds: float = 0
) -> None:
    """The type shown is right. Raises NotValid when there is none to accept."""
    correct(desk, person, incident_id, severity=severity, team_id=team_id, seconds=seconds)


def correct(
    desk: Desk,
    person: Person,
    incident_id: int,
    *,
    type: str = "",
    severity: str = "",
    team_id: int | None = None,
    seconds: float = 0.0,
) -> None:
    """Say what the labels are; what is left out stays as shown.

    Another type moves the incident to that type's team, as routing finds it, when it had no team or its former type's;
    another severity sets the due times anew. The new team is told. The row says "corrected" only if type or severity
    differ.
    """
    person.require(Role.LEAD, ACTION)
    with desk.transaction() as session:
        incident = staff_reach(session, person, incident_id, ACTION)
        shown = _shown_type(session, incident, person)
        type_ = _type(session, type or shown)
        chosen = (type_.slug, _severity(severity or incident.severity))
        decision = ACCEPTED if chosen == (shown, incident.severity) else CORRECTED
        team = _team(session, team_id) if team_id is not None else _routed(session, desk, incident, type_)
        verdict = Verdict(decision, *chosen, team.id if team else None)
        if not _is_repeated(session, incident, person, verdict):
            _keep(session, desk, incident, person, verdict, seconds)
            change(session, desk, incident, person, verdict=verdict)


def unsure(desk: Desk, person: Person, incident_id: int, *, seconds: float = 0.0) -> None:
    """The reviewer can't tell: the incident stays in the queue of the others, and teaches nothing."""
    person.require(Role.LEAD, ACTION)
    with desk.transaction() as session:
        incident = staff_reach(session, person, incident_id, ACTION)
        if not _is_repeated(session, incident, person, Verdict(UNSURE)):
            _keep(session, desk, incident, person, Verdict(UNSURE), seconds)


def _shown_type(session: Session, incident: Incident, person: Person) -> str:
    """What the reviewer saw: whoever looks second doesn't see what the first one said."""
    said = opinions(session, incident.id or 0).get(Target.TYPE)
    guessed = said.label if said else ""
    return guessed if is_second(session, incident.id or 0, person) else incident.type or guessed


def _type(session: Session, slug: str) -> IncidentType:
    if not slug:
        raise NotValid("type", "The assistant had no opinion here: choose a type.")
    found = session.get(IncidentType, slug)
    if found is None:
        raise NotValid("type", f"There is no incident type {slug[:40]!r}.")
    return found


def _severity(severity: str) -> str:
    if severity not in list(Severity):
        raise NotValid("severity", "The severity is low, medium, high or critical.")
    return severity


def _team(session: Session, team_id: int) -> Team:
    team = session.get(Team, team_id)
    if team is None:
        raise NotFound("There is no such team.")
    return team


def _routed(session: Session, desk: Desk, incident: Incident, type_: IncidentType) -> Team | None:
    """Where the incident belongs after its type is known: a team chosen by service, rule or hand stays."""
    former = session.get(IncidentType, incident.type) if incident.type not in ("", type_.slug) else None
    is_free = incident.team_id is None or (former is not None and incident.team_id == former.team_id)
    facts = routing.Facts("", type_.slug, Severity(incident.severity), incident.service_id)
    found = routing.as_usual(session, desk, facts).team_id if is_free else None
    return session.get(Team, found or incident.team_id) if found or incident.team_id else None


def _is_repeated(session: Session, incident: Incident, person: Person, verdict: Verdict) -> bool:
    """Whether the latest judgement is the very same one: a double click."""
    query = select(Review).where(Review.incident_id == incident.id, col(Review.undone_at).is_(None))
    query = query.order_by(col(Review.id).desc())
    last = session.exec(query).first()
    return last is not None and last.reviewer_id == person.id and verdict == Verdict(
        last.decision, last.type, last.severity, last.team_id
    )  # fmt: skip


def change(session: Session, desk: Desk, incident: Incident, person: Person, *, verdict: Verdict) -> None:
    """Give the incident the labels and the team of a verdict, with all that hangs on them."""
    if verdict.type != incident.type:
        note(session, desk, incident, person, kind="label", field="type", old=incident.type, new=verdict.type)
        incident.type = verdict.type
    if verdict.severity != incident.severity:
        old, incident.severity = incident.severity, verdict.severity
        note(session, desk, incident, person, kind="label", field="severity", old=old, new=verdict.severity)
        if incident.status in LIVE:
            sla.retarget(session, desk, incident)
    if verdict.team_id != incident.team_id:
        _hand_over(session, desk, incident, person, verdict.team_id)


def _hand_over(session: Session, desk: Desk, incident: Incident, person: Person, team_id: int | None) -> None:
    old = session.get(Team, incident.team_id) if incident.team_id else None
    new = session.get(Team, team_id) if team_id else None
    incident.team_id, incident.assignee_id = team_id, None
    names = {"old": old.name if old else "", "new": new.name if new else ""}
    note(session, desk, incident, person, kind="field", field="team", is_public=False, **names)
    tell(session, desk, incident, person, subject="moved to your team", body=incident.title, reporter=False)


def _keep(session: Session, desk: Desk, incident: Incident, person: Person, verdict: Verdict, seconds: float) -> None:
    session.add(
        Review(
            incident_id=incident.id or 0,
            reviewer_id=person.id,
            decision=verdict.decision,
            type=verdict.type,
            severity=verdict.severity,
            team_id=verdict.team_id,
            seconds=min(max(seconds, 0.0), LONGEST_SECONDS),
            before=incident.model_dump(include={"type", "severity", "team_id", "assignee_id"}),
            at=desk.now(),
        )
    )
