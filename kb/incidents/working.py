"""What people do with an incident: answer, assign, set its status, resolve, reopen, link the article that helped."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, col, select

from kb import sla
from kb.desk import Desk
from kb.errors import Conflict, NotFound, NotValid
from kb.incidents import family
from kb.incidents.access import Standing, own_reach, reach, staff_reach
from kb.incidents.attaching import attach
from kb.incidents.fields import LARGEST_ID, needed, one_of
from kb.incidents.fields import body as checked_body
from kb.incidents.telling import note, tell
from kb.labels import CATEGORY, ArticleStatus, Audience, Category, Role, Status, words
from kb.person import OPERATOR, Person
from kb.tables import Account, Article, Incident, IncidentArticle, Team, TimelineEntry

STALE = "Somebody has changed this incident meanwhile: it is {} now. Look again."


def comment(
    desk: Desk,
    person: Person,
    incident_id: int,
    body: str,
    *,
    is_public: bool = True,
    key: str = "",
    attachments: Sequence[str] = (),
) -> None:
    """Write to the others. Internal notes are for agents; an agent's first public answer stops the response clock."""
    body = needed(body, "body", "Write something first.")
    if not is_public:
        person.require(Role.AGENT, "write internal notes")
    with desk.transaction() as session:
        incident, standing = reach(session, person, incident_id, key=key, lock=True)
        note(session, desk, incident, person, kind="comment", body=body, is_public=is_public)
        attach(session, desk, person, attachments, incident_id=incident_id, is_public=is_public)
        is_answer = standing is Standing.STAFF and is_public and incident.reporter_id != person.id
        if is_answer:
            _responded(session, desk, incident, person)
        elif incident.status == Status.ON_HOLD and standing is Standing.REPORTER:
            _set(session, desk, incident, person, Status.OPEN)  # what we waited for has come
        subject = "an answer" if is_answer else ("a comment" if is_public else "an internal note")
        tell(
            session, desk, incident, person, subject=f"{subject} to {incident.title}", body=body,
            event="incident.commented" if is_public else "", reporter=is_public, watchers=is_answer,
        )  # fmt: skip


def assign(desk: Desk, person: Person, incident_id: int, assignee_id: int | None) -> None:
    """Give the incident to an agent, or to nobody. A new incident is open from then on."""
    with desk.transaction() as session:
        incident = staff_reach(session, person, incident_id, "assign incidents")
        if incident.assignee_id == assignee_id:
            return
        new = _agent(session, assignee_id)
        old = session.get(Account, incident.assignee_id) if incident.assignee_id else None
        incident.assignee_id = assignee_id
        _field(session, desk, incident, person, "assignee", old.name if old else "", new.name if new else "")
        if incident.status == Status.NEW and new is not None:
            _set(session, desk, incident, person, Status.OPEN)
        if new is not None:
            tell(
                session, desk, incident, person, subject=f"assigned to {new.name}", body=incident.title, reporter=False
            )


def move(desk: Desk, person: Person, incident_id: int, team_id: int | None) -> None:
    """Hand the incident to another team; whoever had it is no longer its assignee."""
    with desk.transaction() as session:
        incident = staff_reach(session, person, incident_id, "move incidents")
        if incident.team_id == team_id:
            return
        new = session.get(Team, team_id) if team_id else None
        if team_id and new is None:
            raise NotFound("There is no such team.")
        old = session.get(Team, incident.team_id) if incident.team_id else None
        incident.team_id, incident.assignee_id = team_id, None
        _field(session, desk, incident, person, "team", old.name if old else "", new.name if new else "")
        tell(session, desk, incident, person, subject="moved to your team", body=incident.title, reporter=False)


def set_status(desk: Desk, person: Person, incident_id: int, status: str, *, expected: str | None = None) -> None:
    """Open, put on hold or close; closing an open one closes the open reports under it, opening it again opens these.

    `expected` is the status the person saw; Conflict when it is another by now.
    """
    wanted = one_of({one: words(one) for one in Status}, status, "status", "Choose a status")
    if wanted is Status.RESOLVED:
        raise NotValid("status", "Say what solved it: resolve the incident with its resolution.")
    with desk.transaction() as session:
        incident = staff_reach(session, person, incident_id, "set the status")
        _check_seen(session, incident, person, expected)
        if wanted is Status.NEW and incident.status != Status.NEW:
            raise NotValid("status", "An incident is new only until somebody looks at it.")
        if incident.status == wanted:
            return
        was_stopped, is_stopped = (CATEGORY[Status(one)] is Category.STOPPED for one in (incident.status, wanted))
        _set(session, desk, incident, person, wanted)
        _tell_status(session, desk, incident, person)
        if is_stopped and not was_stopped:
            _end_family(session, desk, incident, person)
        elif was_stopped and not is_stopped:
            _reopen_family(session, desk, incident, person)


def resolve(
    desk: Desk,
    person: Person,
    incident_id: int,
    *,
    resolution: str,
    cause: str = "",
    article_id: int | None = None,
    expected: str | None = None,
) -> None:
    """Say what solved it (public) and what caused it (for the team); the reporter is asked how satisfied they are."""
    resolution = needed(resolution, "resolution", "Say what solved it, so that others can use it.")
    cause = checked_body(cause, "cause")
    with desk.transaction() as session:
        incident = staff_reach(session, person, incident_id, "resolve incidents")
        _check_seen(session, incident, person, expected)
        if CATEGORY[Status(incident.status)] is Category.STOPPED:
            raise Conflict(f"This incident is {words(incident.status).lower()} already.")
        incident.resolution, incident.cause = resolution, cause
        if article_id is not None:
            link_within(session, desk, incident, person, article_id=article_id, is_solution=True)
        if incident.reporter_id != person.id:
            _responded(session, desk, incident, person)
        _set(session, desk, incident, person, Status.RESOLVED, body=resolution)
        if cause:
            note(session, desk, incident, person, kind="comment", body=f"Cause: {cause}", is_public=False)
        _tell_status(session, desk, incident, person, body=resolution)
        _end_family(session, desk, incident, person, resolution=resolution)


def reopen(desk: Desk, person: Person, incident_id: int, *, reason: str, key: str = "") -> None:
    """The problem is back or was never gone; its reporter or an agent says so. The clock goes on where it stopped.

    The reports that ended with it are open again, too.
    """
    reason = needed(reason, "reason", "Say what is still wrong.")
    with desk.transaction() as session:
        incident, _ = own_reach(session, person, incident_id, key=key, action="reopen it")
        if CATEGORY[Status(incident.status)] is not Category.STOPPED:
            raise Conflict("This incident is open already.")
        _reopen(session, desk, incident, person, body=reason)
        _reopen_family(session, desk, incident, person)


def link_article(desk: Desk, person: Person, incident_id: int, article_id: int, *, is_solution: bool = False) -> None:
    """Tie an article to the incident; `is_solution` says that it solved it."""
    with desk.transaction() as session:
        incident = staff_reach(session, person, incident_id, "link articles")
        link_within(session, desk, incident, person, article_id=article_id, is_solution=is_solution)


def stop(session: Session, desk: Desk, incident: Incident, person: Person, *, body: str) -> None:
    """Resolve in the caller's transaction and tell: for alerts that are over."""
    incident.resolution = body
    _set(session, desk, incident, person, Status.RESOLVED, body=body)
    _tell_status(session, desk, incident, person, body=body)
    _end_family(session, desk, incident, person, resolution=body)


def _end_family(session: Session, desk: Desk, parent: Incident, person: Person, *, resolution: str = "") -> None:
    """What ends an incident ends the open reports under it the same way, and the outage it was is over."""
    for child in family.children(session, parent, is_live=True):
        if resolution:
            child.resolution, child.cause = resolution, parent.cause
        _responded(session, desk, child, person)
        _set(session, desk, child, person, Status(parent.status), body=resolution)
        family.note_together(session, desk, child, person)
        _tell_status(session, desk, child, person, body=resolution)
    family.end_outage(session, desk, parent)


def _reopen_family(session: Session, desk: Desk, parent: Incident, person: Person) -> None:
    """Open the reports that ended with it, too; where its reporter does that, the others do not learn who it was."""
    by = person if person.may(Role.AGENT) else OPERATOR
    for child in family.ended_with(session, parent):
        _reopen(session, desk, child, by)
        family.note_together(session, desk, child, by)


def _reopen(session: Session, desk: Desk, incident: Incident, person: Person, *, body: str = "") -> None:
    _set(session, desk, incident, person, Status.OPEN, body=body)
    subject = f"reopened: {incident.title}"
    tell(session, desk, incident, person, subject=subject, body=body, event="incident.reopened")


def _set(session: Session, desk: Desk, incident: Incident, person: Person, status: Status, *, body: str = "") -> None:
    """Change the status with all that hangs on it: pauses, due times, when it was resolved and closed."""
    old, now = Status(incident.status), desk.now()
    stopped_since = incident.paused_at if old is Status.ON_HOLD else incident.resolved_at
    is_stopping = CATEGORY[status] is Category.STOPPED
    if CATEGORY[old] is not Category.RUNNING and stopped_since and not (is_stopping and old is not Status.ON_HOLD):
        sla.resume(session, desk, incident, stopped_since)
    incident.paused_at = now if status is Status.ON_HOLD else None
    incident.closed_at = now if status is Status.CLOSED else None
    if not is_stopping:
        if incident.resolved_at is not None:
            family.resume_outage(session, desk, incident, incident.resolved_at)
        incident.resolved_at = None
    elif CATEGORY[old] is not Category.STOPPED:
        incident.resolved_at = now
        if incident.resolution_due_at and now > incident.resolution_due_at:
            incident.is_resolution_breached = True
    incident.status = status
    note(session, desk, incident, person, kind="status", body=body, field="status", old=old, new=status)


def _responded(session: Session, desk: Desk, incident: Incident, person: Person) -> None:
    """The first answer of an agent stops the response clock and opens what was new."""
    if incident.responded_at is None:
        incident.responded_at = desk.now()
        if incident.response_due_at and desk.now() > incident.response_due_at:
            incident.is_response_breached = True
    if incident.status == Status.NEW:
        _set(session, desk, incident, person, Status.OPEN)


def link_within(
    session: Session, desk: Desk, incident: Incident, person: Person, *, article_id: int, is_solution: bool
) -> None:
    """Link in the caller's transaction; the timeline shows it outside only when the article is public."""
    article = session.get(Article, article_id) if 0 < article_id <= LARGEST_ID else None
    if article is None or article.status == ArticleStatus.ARCHIVED:
        raise NotFound("There is no such article, or it is archived.")
    row = session.get(IncidentArticle, (incident.id, article_id))
    if row is None:
        row = IncidentArticle(incident_id=incident.id or 0, article_id=article_id, account_id=person.id, at=desk.now())
        session.add(row)
    elif row.is_solution == is_solution:
        return
    row.is_solution = is_solution
    is_public = article.audience == Audience.PUBLIC and article.status == ArticleStatus.PUBLISHED
    new = f"KB-{article_id}"
    note(session, desk, incident, person, kind="article", body=article.title, new=new, is_public=is_public)


def _field(session: Session, desk: Desk, incident: Incident, person: Person, field: str, old: str, new: str) -> None:
    note(session, desk, incident, person, kind="field", field=field, old=old, new=new, is_public=False)


def _tell_status(session: Session, desk: Desk, incident: Incident, person: Person, *, body: str = "") -> None:
    status = words(incident.status).lower()
    tell(
        session, desk, incident, person, subject=f"{status}: {incident.title}", body=body,
        event=f"incident.{incident.status}", watchers=True,
    )  # fmt: skip


def _agent(session: Session, account_id: int | None) -> Account | None:
    if account_id is None:
        return None
    account = session.get(Account, account_id) if 0 < account_id <= LARGEST_ID else None
    if account is None or account.is_disabled or Role(account.role).rank < Role.AGENT.rank:
        raise NotValid("assignee", "Choose somebody who works here as an agent.")
    return account


def _check_seen(session: Session, incident: Incident, person: Person, expected: str | None) -> None:
    """Refuse what rests on a status that somebody else has changed; who changed it last knows."""
    if expected is None or incident.status == expected:
        return
    changes = select(TimelineEntry.actor_id).where(
        TimelineEntry.incident_id == incident.id, TimelineEntry.kind == "status"
    )
    last = session.exec(changes.order_by(col(TimelineEntry.id).desc())).first()
    if person.id is None or last != person.id:
        raise Conflict(STALE.format(words(incident.status).lower()))
