"""Reporting and following incidents; asking the assistant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Header, Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from kb import incidents, search, triage
from kb.doors.api.who import Handle, Who
from kb.errors import NotValid
from kb.incidents import IncidentView, SimilarIncident, Submitted
from kb.labels import Impact, Severity, Source, Urgency
from kb.person import Person
from kb.search import ArticleHit
from kb.tables import new_id
from models.triage import Guess

router = APIRouter(tags=["Incidents"])

SHORTEST_GUEST_KEY = 16
Secret = Annotated[str, Query(description="The secret of a guest's link.")]


class Report(BaseModel):
    """What is wrong."""

    title: str = Field(description="In one line.", examples=["Orders arrive twice"])
    body: str = Field("", description="What happened.")
    impact: Impact = Field(description="Who is affected: one (only me), some (some of us), all (everybody here).")
    urgency: Urgency = Field(description="Can work go on: low yes, medium badly, high no.")
    service_id: int | None = Field(None, description="An id of GET /services.")
    guest_email: str = Field("", description="Where a guest is answered; not needed with a token.")
    key: str = Field("", description="Names this report: sent again, it is the same incident. Or as a header.")


class CommentBody(BaseModel):
    """Something to say to the others."""

    body: str
    is_public: bool = Field(True, description="False writes an internal note; for agents.")


class Question(BaseModel):
    """A text to be labelled."""

    text: str = Field(description="What happened.", examples=["orders arrive twice since the release"])
    title: str = ""
    impact: Impact | None = Field(None, description="Who is affected; with urgency it decides the severity.")
    urgency: Urgency | None = Field(None, description="Can work go on: low yes, medium badly, high no.")


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the assistant thinks; a guess is null where no model serves. `is_sure` false: a person has to look.

    `severity` is what the text alone sounds like. An incident starts with `start_severity`: what impact and urgency
    give, or the text's where they are not given; `is_severity_disputed` says that the text speaks against it.
    """

    type: Guess | None
    severity: Guess | None
    start_severity: Severity
    is_severity_disputed: bool
    similar: tuple[SimilarIncident, ...]
    articles: tuple[ArticleHit, ...]


@router.post("/incidents", status_code=201)
def report(
    desk: Handle,
    person: Who,
    body: Report,
    response: Response,
    idempotency_key: Annotated[str, Header(description="As the field key.")] = "",
) -> Submitted:
    """Report an incident. 201: it is new; 200: this key was sent before."""
    done = incidents.submit(
        desk,
        person,
        key=_key(person, idempotency_key or body.key, body.guest_email),
        title=body.title,
        body=body.body,
        impact=body.impact,
        urgency=body.urgency,
        service_id=body.service_id,
        guest_email=body.guest_email,
        source=Source.API,
    )
    response.status_code = 201 if done.is_new else 200
    return done


@router.get("/incidents/{id}")
def follow(desk: Handle, person: Who, id: str, key: Secret = "") -> IncidentView:
    """See how an incident goes; the id is INC-12 or 12."""
    return incidents.get(desk, person, incidents.id_of(id), key=key)


@router.post("/incidents/{id}/comments", status_code=204)
def comment(desk: Handle, person: Who, id: str, said: CommentBody, key: Secret = "") -> None:
    """Write to the others."""
    incidents.comment(desk, person, incidents.id_of(id), said.body, is_public=said.is_public, key=key)


@router.post("/triage")
def ask(desk: Handle, person: Who, question: Question) -> Opinion:
    """Ask the assistant for type and severity, similar incidents and articles that may help. Nothing is stored."""
    text = triage.text_of(question.title, question.text)
    if not text:
        raise NotValid("text", "There is no text to look at.")
    labels = triage.label(
        desk, title=question.title, body=question.text, impact=question.impact or "", urgency=question.urgency or ""
    )
    return Opinion(
        labels.type,
        labels.severity,
        labels.start_severity,
        labels.is_severity_disputed,
        incidents.similar(desk, person, question.title, question.text),
        search.suggest(desk, person, text),
    )


def _key(person: Person, key: str, email: str) -> str:
    """The key in a room of its own for each sender: nobody comes upon another's incident by the same key."""
    if not key:
        return f"api:{new_id()}"
    if person.id is None and len(key) < SHORTEST_GUEST_KEY:
        raise NotValid("key", f"Without a token the key needs {SHORTEST_GUEST_KEY} characters that nobody can guess.")
    return f"api:{person.id or email.strip().lower()}:{key}"
