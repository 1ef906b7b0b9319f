"""Reporting: one report becomes one incident, labelled, timed and told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, delete, select

from kb import outbox, routing, sla, triage
from kb.desk import Desk
from kb.errors import Conflict, NotValid
from kb.incidents import fields
from kb.incidents.access import key_hash
from kb.incidents.attaching import attach
from kb.incidents.telling import note, tell
from kb.labels import (
    IMPACT_WORDS,
    URGENCY_WORDS,
    Impact,
    Role,
    Severity,
    Source,
    Target,
    Urgency,
    is_disputed,
    severity_of,
)
from kb.person import OPERATOR, Person
from kb.tables import Draft, Incident, Prediction, Service, Team


@dataclass(frozen=True, slots=True)
class Report:
    """A checked report, fit to be stored."""

    key: str
    title: str
    body: str
    impact: Impact
    urgency: Urgency
    service_id: int | None = None
    guest_email: str = ""
    source: Source = Source.PORTAL
    external_id: str | None = None

    @property
    def severity(self) -> Severity:
        return severity_of(self.impact, self.urgency)


@dataclass(frozen=True, slots=True)
class Submitted:
    """What the reporter is told.

    `type` is empty while a person must look; `type_guess` is what the assistant thought, sure or not. `severity`
    follows from impact and urgency; `text_severity` is what the text alone sounds like, disputed when that is
    sure or two steps away. Confidences are 0-1; `type_n_right` of `type_n_alike` answers as sure were right, 0 where
    that isn't known.
    """

    id: int
    number: str
    title: str
    is_new: bool
    type: str
    type_guess: str
    type_confidence: float
    type_n_alike: int
    type_n_right: int
    is_type_sure: bool
    severity: Severity
    text_severity: str
    text_severity_confidence: float
    is_severity_disputed: bool
    team: str
    response_due_at: datetime | None
    resolution_due_at: datetime | None
    guest_key: str
    """The secret of the guest's link; empty when a signed-in person reported."""


def submit(
    desk: Desk,
    person: Person,
    *,
    key: str,
    title: str,
    body: str,
    impact: str,
    urgency: str,
    service_id: int | None = None,
    guest_email: str = "",
    attachments: Sequence[str] = (),
    source: Source = Source.PORTAL,
) -> Submitted:
    """Report an incident; anyone may, a guest leaves an address.

    `key` names this report: sent again, also at the same moment, it gives the same incident with `is_new` False.
    `attachments` are ids from `kb.attachments.store`. Raises NotValid; Conflict when the key is another person's.
    """
    report = Report(
        key=_key(key),
        title=fields.title(title),
        body=fields.body(body),
        impact=fields.one_of(IMPACT_WORDS, impact, "impact", "Say who is affected"),
        urgency=fields.one_of(URGENCY_WORDS, urgency, "urgency", "Say whether work can go on"),
        service_id=service_id,
        guest_email=fields.email(guest_email) if person.role is Role.GUEST else "",
        source=source,
    )
    return submitted(desk, person, report.key) or _send(desk, person, report, attachments)


def _send(desk: Desk, person: Person, report: Report, attachments: Sequence[str]) -> Submitted:
    labels = label(desk, report)
    try:
        with desk.transaction() as session:
            if found := _by_key(session, report.key):
                return _answer(session, desk, person, found, is_new=False)
            incident = open_incident(session, desk, person, report, labels=labels)
            attach(session, desk, person, attachments, incident_id=incident.id or 0)
            session.exec(delete(Draft).where(col(Draft.key) == report.key))
            return _answer(session, desk, person, incident, is_new=True)
    except IntegrityError:  # PostgreSQL: the same key was sent at the same moment and the other was first
        known = submitted(desk, person, report.key)
        if known is None:
            raise
        return known


def submitted(desk: Desk, person: Person, key: str) -> Submitted | None:
    """What became of the report with this key; None when it was not sent. Raises Conflict when it is another's."""
    with desk.reading() as session:
        incident = _by_key(session, key)
        return _answer(session, desk, person, incident, is_new=False) if incident else None


def label(desk: Desk, report: Report) -> triage.Labels:
    """What the models say; asked before a transaction begins."""
    return triage.label(desk, title=report.title, body=report.body, impact=report.impact, urgency=report.urgency)


def open_incident(session: Session, desk: Desk, person: Person, report: Report, *, labels: triage.Labels) -> Incident:
    """Store a report with its label, team, due times and timeline, and tell who must know."""
    _check_service(session, report.service_id)
    type_ = labels.type.label if labels.type and labels.type.is_sure else ""
    text = triage.text_of(report.title, report.body)
    way = routing.route(session, desk, routing.Facts(text, type_, report.severity, report.service_id))
    response_due_at, resolution_due_at = sla.due(session, desk, report.severity, desk.now())
    incident = Incident(
        key=report.key,
        title=report.title,
        body=report.body,
        source=report.source,
        external_id=report.external_id,
        reporter_id=person.id,
        guest_email=report.guest_email,
        guest_key_hash=key_hash(outbox.guest_key(desk, report.key)) if report.guest_email else "",
        service_id=report.service_id,
        impact=report.impact,
        urgency=report.urgency,
        type=way.type,
        severity=report.severity,
        team_id=way.team_id,
        created_at=desk.now(),
        updated_at=desk.now(),
        response_due_at=response_due_at,
        resolution_due_at=resolution_due_at,
    )
    session.add(incident)
    session.flush()
    triage.record(session, desk, incident.id or 0, labels)
    note(session, desk, incident, person, kind="reported", new=report.source)
    if way.why:
        _note_way(session, desk, incident, way)
    _tell_opened(session, desk, incident, person)
    return incident


def _tell_opened(session: Session, desk: Desk, incident: Incident, person: Person) -> None:
    tell(
        session, desk, incident, person, subject=incident.title, body=incident.body, event="incident.opened",
        reporter=False,
    )  # fmt: skip
    if incident.reporter_id is not None or incident.guest_email:
        outbox.queue(
            session,
            desk,
            accounts=[incident.reporter_id],
            addresses=[incident.guest_email],
            subject=f"{fields.number(incident.id)}: we have your report",
            body=incident.title,
            link=f"/incident?id={fields.number(incident.id)}",
            payload={"guest_of": incident.key} if incident.guest_email else None,
        )


def _by_key(session: Session, key: str) -> Incident | None:
    return session.exec(select(Incident).where(Incident.key == fields.cleaned(key))).first()


def _answer(session: Session, desk: Desk, person: Person, incident: Incident, *, is_new: bool) -> Submitted:
    if incident.reporter_id != person.id:
        raise Conflict("This report was sent by somebody else. Start a new one.")
    said = {
        row.target: row
        for row in session.exec(
            select(Prediction).where(Prediction.incident_id == incident.id).order_by(col(Prediction.id).desc())
        )
    }  # the first opinion stays last, so it wins
    type_, text = said.get(Target.TYPE), said.get(Target.SEVERITY)
    team = session.get(Team, incident.team_id) if incident.team_id else None
    return Submitted(
        id=incident.id or 0,
        number=fields.number(incident.id),
        title=incident.title,
        is_new=is_new,
        type=incident.type,
        type_guess=type_.label if type_ else "",
        type_confidence=type_.confidence if type_ else 0.0,
        type_n_alike=type_.n_alike if type_ else 0,
        type_n_right=type_.n_right if type_ else 0,
        is_type_sure=bool(type_ and type_.is_sure),
        severity=Severity(incident.severity),
        text_severity=text.label if text else "",
        text_severity_confidence=text.confidence if text else 0.0,
        is_severity_disputed=bool(text and is_disputed(incident.severity, text.label, is_sure=text.is_sure)),
        team=team.name if team else "",
        response_due_at=incident.response_due_at,
        resolution_due_at=incident.resolution_due_at,
        guest_key=outbox.guest_key(desk, incident.key) if incident.guest_key_hash else "",
    )


def _key(key: str) -> str:
    key = fields.cleaned(key)
    if not 1 <= len(key) <= 200:
        raise NotValid("key", "A report needs a key of up to 200 characters.")
    return key


def _check_service(session: Session, service_id: int | None) -> None:
    if service_id is None:
        return
    service = session.get(Service, service_id) if 0 < service_id <= fields.LARGEST_ID else None
    if service is None or not service.is_active:
        raise NotValid("service_id", "There is no such service. Choose one of the list, or none.")


def _note_way(session: Session, desk: Desk, incident: Incident, way: routing.Route) -> None:
    """Why it went where it went, for those who work on it."""
    team = session.get(Team, way.team_id) if way.team_id else None
    body, new = f"Routed: {way.why}", team.name if team else ""
    note(session, desk, incident, OPERATOR, kind="field", field="team", new=new, body=body, is_public=False)
