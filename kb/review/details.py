"""One incident as its reviewer sees it: the words that spoke, the candidates, and what people said of similar ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from kb import triage
from kb.desk import Desk
from kb.incidents import SimilarIncident, number
from kb.incidents import similar as similar_open
from kb.incidents.access import staff_reach
from kb.labels import Impact, Role, Severity, Target, Urgency, severity_of
from kb.person import Person
from kb.review.looks import is_second
from kb.tables import Incident, Prediction, Review, Service, Team
from kb.training.rows import COUNTS
from models.ranking import ArticleIndex, Document
from models.text import word_spans
from models.triage import Guess, TriageModel
from models.triage.turning import Turn, turning_words

MOST_SIMILAR_FROM = 2_000
LEAST_WORDS = 2
TELLING = 0.2
"""Words that weigh less than this share of the strongest one are not marked."""
EVERY_REVIEW, EVERY = 100, 20
"""Up to 100 reviews each makes the index anew; beyond that every 20th, so that no reviewer waits for it."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the assistant says of one target; `candidates` are (label, confidence 0-1), most likely first."""

    label: str
    confidence: float
    is_sure: bool
    candidates: tuple[tuple[str, float], ...]
    words: tuple[tuple[str, float], ...]
    n_covering: int = 0
    """The first so many candidates hold the true label in 90 of 100 incidents; 0 where that isn't known."""
    n_alike: int = 0
    n_right: int = 0
    """Of `n_alike` held-out guesses as confident as this one, so many were right."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A word that spoke for (weight above 0) or against (below) the likeliest type."""

    start: int
    end: int
    weight: float


@dataclass(frozen=True, slots=True)
class Similar:
    """A past incident whose labels a person confirmed, and the words it has in common."""

    number: str
    title: str
    type: str
    severity: Severity
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Details:
    """Everything the reviewer decides from."""

    id: int
    number: str
    title: str
    title_marks: tuple[Mark, ...]
    body: str
    body_marks: tuple[Mark, ...]
    service: str
    team_id: int | None
    team: str
    impact: Impact
    urgency: Urgency
    created_at: datetime
    type: str
    severity: Severity
    matrix_severity: Severity
    """What impact and urgency give."""
    type_opinion: Opinion | None
    severity_opinion: Opinion | None
    """What the text alone sounds like."""
    turn: Turn | None
    """The words without which the text would be labelled with another type."""
    similar: tuple[Similar, ...]
    others: tuple[SimilarIncident, ...]
    """Open incidents that may be the same trouble, at most five."""
    parent: str
    """Number of the major incident it stands under; empty when it stands alone."""
    is_second: bool
    """Another person has judged it; what they said isn't shown."""

    @property
    def is_disputed(self) -> bool:
        """Whether text and matrix speak for different severities."""
        return self.severity_opinion is not None and self.severity_opinion.label != self.matrix_severity

    @property
    def shown_type(self) -> str:
        """What accepting accepts: the incident's type, else the likeliest one; empty when there is neither."""
        return self.type or (self.type_opinion.label if self.type_opinion else "")


def details(desk: Desk, person: Person, incident_id: int) -> Details:
    """The incident with the opinion it came with, or, where none was stored, that of the serving models."""
    person.require(Role.LEAD, "review labels")
    with desk.reading() as session:
        incident = staff_reach(session, person, incident_id, "review labels")
        said = opinions(session, incident_id)
        similar = _similar(session, desk, incident)
        service = session.get(Service, incident.service_id) if incident.service_id else None
        team = session.get(Team, incident.team_id) if incident.team_id else None
        is_blind = is_second(session, incident_id, person)
    if not said:
        said = _asked_now(desk, incident)
    words = said[Target.TYPE].words if Target.TYPE in said else ()
    matrix = severity_of(Impact(incident.impact), Urgency(incident.urgency))
    text = triage.text_of(incident.title, incident.body)
    return Details(
        id=incident_id,
        number=number(incident_id),
        title=incident.title,
        title_marks=marks(incident.title, words),
        body=incident.body,
        body_marks=marks(incident.body, words),
        service=service.name if service else "",
        team_id=incident.team_id,
        team=team.name if team else "",
        impact=Impact(incident.impact),
        urgency=Urgency(incident.urgency),
        created_at=incident.created_at,
        type="" if is_blind else incident.type,
        severity=matrix if is_blind else Severity(incident.severity),
        matrix_severity=matrix,
        type_opinion=said.get(Target.TYPE),
        severity_opinion=said.get(Target.SEVERITY),
        turn=_turn(desk, text, said.get(Target.TYPE)),
        similar=similar,
        others=similar_open(desk, person, text, but=incident_id) if incident.parent_id is None else (),
        parent=number(incident.parent_id) if incident.parent_id else "",
        is_second=is_blind,
    )


def opinions(session: Session, incident_id: int) -> dict[str, Opinion]:
    """What the models said when the incident came, by target."""
    query = select(Prediction).where(Prediction.incident_id == incident_id).order_by(col(Prediction.id))
    return {
        row.target: Opinion(
            row.label,
            row.confidence,
            row.is_sure,
            tuple((label, confidence) for label, confidence in row.candidates),
            tuple((word, weight) for word, weight in row.words),
            row.n_covering,
            row.n_alike,
            row.n_right,
        )
        for row in session.exec(query)
    }


def marks(text: str, words: tuple[tuple[str, float], ...]) -> tuple[Mark, ...]:
    """The places in `text` where the telling ones of these words stand."""
    least = TELLING * max((abs(weight) for _, weight in words), default=0)
    weights = {word.casefold(): weight for word, weight in words if abs(weight) >= least}
    spans = ((start, end, weights.get(text[start:end].casefold())) for start, end in word_spans(text))
    return tuple(Mark(start, end, weight) for start, end, weight in spans if weight)


def _asked_now(desk: Desk, incident: Incident) -> dict[str, Opinion]:
    labels = triage.label(
        desk, title=incident.title, body=incident.body, impact=incident.impact, urgency=incident.urgency
    )
    guesses: tuple[tuple[str, Guess | None], ...] = ((Target.TYPE, labels.type), (Target.SEVERITY, labels.severity))
    return {target: _opinion(guess) for target, guess in guesses if guess}


def _opinion(guess: Guess) -> Opinion:
    candidates = tuple((candidate.label, candidate.confidence) for candidate in guess.candidates)
    frequency = (guess.n_covering, guess.n_alike, guess.n_right)
    return Opinion(guess.label, guess.confidence, guess.is_sure, candidates, guess.words, *frequency)


def _turn(desk: Desk, text: str, opinion: Opinion | None) -> Turn | None:
    """What turns the type, asked of the model that serves; nothing when it says something else by now.

    Some ten guesses, so the last answer is kept: the page is drawn at every click.
    """
    served = triage.serving(desk, Target.TYPE).get(Target.TYPE) if opinion else None
    if opinion is None or served is None or not isinstance(served.model, TriageModel):
        return None
    model, said = served.model, opinion.label

    def ask() -> Turn | None:
        guess = model.guess(text)
        return turning_words(model, text, guess) if guess.label == said else None

    return desk.kept("turning words", (text, said, served.version_id), ask)


def _similar(session: Session, desk: Desk, incident: Incident, limit: int = 3) -> tuple[Similar, ...]:
    n = session.exec(select(func.count(col(Review.id))).where(*COUNTS)).one()
    stamp = n if n < EVERY_REVIEW else -(n // EVERY)
    index = desk.kept("reviewed incidents", stamp, lambda: _fit(session))
    found = index.search(triage.text_of(incident.title, incident.body), limit=limit + 1)
    shared = {int(hit.id): hit.why.words for hit in found.hits if len(hit.why.words) >= LEAST_WORDS}
    shared.pop(incident.id or 0, None)
    rows = {row.id: row for row in session.exec(select(Incident).where(col(Incident.id).in_(shared)))}
    return tuple(
        Similar(number(id), rows[id].title, rows[id].type, Severity(rows[id].severity), words)
        for id, words in list(shared.items())[:limit]
        if id in rows
    )


def _fit(session: Session) -> ArticleIndex:
    judged = select(Review.incident_id).where(*COUNTS)
    query = select(Incident.id, Incident.title, Incident.body).where(col(Incident.id).in_(judged))
    latest = session.exec(query.order_by(col(Incident.id).desc()).limit(MOST_SIMILAR_FROM))
    return ArticleIndex().fit([Document(str(id), title, body) for id, title, body in latest])
