"""The one question after an incident is resolved: how satisfied are you?"""

from __future__ import annotations

from sqlmodel import select

from kb import outbox, triage
from kb.desk import Desk
from kb.errors import Conflict, NotAllowed, NotValid
from kb.incidents.access import is_reporter, reach
from kb.incidents.fields import body, number
from kb.incidents.telling import note
from kb.labels import CATEGORY, REASONS_SATISFACTION, SATISFACTION_WORDS, Category, Status
from kb.person import Person
from kb.tables import Satisfaction

POOR = 2


def answer(
    desk: Desk, person: Person, incident_id: int, *, score: int, reason: str = "", comment: str = "", key: str = ""
) -> None:
    """Keep the reporter's answer, 1 (poor) to 5 (excellent); a second one replaces it. Leads are told of a poor one."""
    if score not in SATISFACTION_WORDS:
        raise NotValid("score", "Choose from 1 (poor) to 5 (excellent).")
    if reason and reason not in REASONS_SATISFACTION:
        raise NotValid("reason", "Choose a reason from the list.")
    comment = body(comment, "comment")
    sentiment = triage.sentiment(desk, comment)
    with desk.transaction() as session:
        incident, _ = reach(session, person, incident_id, key=key, lock=True)
        if not is_reporter(person, incident, key):
            raise NotAllowed("Only the reporter answers this question.")
        if CATEGORY[Status(incident.status)] is not Category.STOPPED:
            raise Conflict("The question comes when the incident is resolved.")
        row = session.exec(select(Satisfaction).where(Satisfaction.incident_id == incident_id)).first()
        row = row or Satisfaction(incident_id=incident_id, score=score, at=desk.now())
        row.score, row.reason, row.comment, row.sentiment, row.at = score, reason, comment, sentiment, desk.now()
        session.add(row)
        note(session, desk, incident, person, kind="satisfaction", body=comment, field=reason, new=str(score))
        if score <= POOR:
            outbox.queue(
                session,
                desk,
                accounts=[incident.assignee_id, *outbox.leads(session, incident.team_id)],
                subject=f"{number(incident_id)}: the reporter is not satisfied ({score} of 5)",
                body=comment,
                link=f"/incident?id={number(incident_id)}",
            )
