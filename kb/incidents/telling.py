"""The timeline, and whom a change must be told."""

from __future__ import annotations

from sqlmodel import Session, col, select

from kb import outbox
from kb.desk import Desk
from kb.incidents.fields import number
from kb.people import team_members
from kb.person import Person
from kb.tables import Incident, TimelineEntry, Watcher

LONGEST_QUOTE = 2_000


def note(
    session: Session,
    desk: Desk,
    incident: Incident,
    person: Person,
    *,
    kind: str,
    body: str = "",
    field: str = "",
    old: str = "",
    new: str = "",
    is_public: bool = True,
) -> None:
    """Add to the timeline; the incident counts as changed."""
    incident.updated_at = desk.now()
    session.add(
        TimelineEntry(
            incident_id=incident.id or 0,
            kind=kind,
            actor_id=person.id,
            actor=person.name,
            body=body,
            field=field,
            old=old,
            new=new,
            is_public=is_public,
            at=desk.now(),
        )
    )


def tell(
    session: Session,
    desk: Desk,
    incident: Incident,
    person: Person,
    *,
    subject: str,
    body: str = "",
    event: str = "",
    reporter: bool = True,
    watchers: bool = False,
    staff: bool = True,
) -> None:
    """Queue a notice for those named, the actor left out. Staff is the assignee, or the team while there is none."""
    accounts = {incident.reporter_id} if reporter else set()
    addresses: set[str] = set()
    if watchers:
        who = session.exec(select(Watcher).where(Watcher.incident_id == incident.id).order_by(col(Watcher.id))).all()
        accounts |= {watcher.account_id for watcher in who}
        addresses = {watcher.who for watcher in who if watcher.account_id is None}
    if staff:
        accounts |= set(staff_of(session, incident))
    body = body if len(body) <= LONGEST_QUOTE else body[:LONGEST_QUOTE] + " …"
    link = f"/incident?id={number(incident.id)}"
    payload = {"number": number(incident.id), "status": incident.status, "severity": incident.severity}
    subject = f"{number(incident.id)}: {subject}"
    accounts.discard(person.id)
    outbox.queue(session, desk, accounts=accounts, subject=subject, body=body, link=link, event=event, payload=payload)
    outbox.queue(session, desk, addresses=addresses - {incident.guest_email}, subject=subject, body=body)
    if reporter and incident.guest_email:
        payload["guest_of"] = incident.key
        guest = [incident.guest_email]
        outbox.queue(session, desk, addresses=guest, subject=subject, body=body, link=link, payload=payload)


def staff_of(session: Session, incident: Incident) -> list[int]:
    """Who works on it: the assignee, else the team, else the leads."""
    if incident.assignee_id is not None:
        return [incident.assignee_id]
    members = team_members(session, incident.team_id) if incident.team_id is not None else []
    return members or outbox.leads(session)
