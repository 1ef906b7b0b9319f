"""One incident as its reviewer sees it: the words that spoke, the candidates, and what people said of similar ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from kb import triage
from kb.desk import Desk
from kb.incidents import SimilarIncident, number
from kb.incidents import similar as similar_open
from kb.incidents.access import staff_reach
from kb.labels import Impact, Role, Severity, Target, Urgency, severity_of
from kb.person import Person
from kb.review.alike import Similar, similar
from kb.review.disputes import Settled, settled
from kb.review.looks import is_second
from kb.tables import Incident, Prediction, Service, Team
from models.text import word_spans
from models.triage import Guess, TriageModel
from models.triage.turning import Turn, turning_words

TELLING = 0.2
"""Words that weigh less than this share of the strongest one are not marked."""


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
    """A word that spoke for (weight above 0) or against (below) the label that is explained."""

    start: int
    end: int
    weight: float


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
    settled: Settled | None
    """What people decided where the two differed like this; None where they don't."""
    why: Target
    """What the marks and `turn` explain: the type, or the severity that the text sounds like."""
    turn: Turn | None
    """The words without which the text would be labelled otherwise."""
    similar: tuple[Similar, ...]
    others: tuple[SimilarIncident, ...]
    """Open incidents that may be the same trouble, at most five."""
    parent: str
    """Number of the major incident it stands under; empty when it stands alone."""
    is_second: bool
    """Another person has judged it; what they said isn't shown."""

    @property
    def explained(self) -> Opinion | None:
        """The opinion that the marks and `turn` explain."""
        return self.severity_opinion if self.why is Target.SEVERITY else self.type_opinion

    @property
    def is_disputed(self) -> bool:
        """Whether text and matrix speak for different severities."""
        return self.severity_opinion is not None and self.severity_opinion.label != self.matrix_severity

    @property
    def shown_type(self) -> str:
        """What accepting accepts: the incident's type, else the likeliest one; empty when there is neither."""
        return self.type or (self.type_opinion.label if self.type_opinion else "")


def details(desk: Desk, person: Person, incident_id: int, *, why: Target = Target.TYPE) -> Details:
    """The incident with the opinion it came with, or, where none was stored, that of the serving models.

    `why` says which label is explained, type or severity; where nothing was said of it, the other one is.
    """
    person.require(Role.LEAD, "review labels")
    with desk.reading() as session:
        incident = staff_reach(session, person, incident_id, "review labels")
        said = opinions(session, incident_id)
        alike = similar(session, desk, incident)
        service = session.get(Service, incident.service_id) if incident.service_id else None
        team = session.get(Team, incident.team_id) if incident.team_id else None
        is_blind = is_second(session, incident_id, person)
    said = said or _asked_now(desk, incident)
    why = why if why in said or not said else Target(next(iter(said)))
    words = said[why].words if why in said else ()
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
        settled=_settled(desk, matrix, said.get(Target.SEVERITY)),
        why=why,
        turn=_turn(desk, text, why, said.get(why)),
        similar=alike,
        others=_others(desk, person, incident),
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


def _settled(desk: Desk, matrix: Severity, opinion: Opinion | None) -> Settled | None:
    if opinion is None or opinion.label == matrix:
        return None
    with desk.reading() as session:
        return settled(session, matrix, Severity(opinion.label))


def _others(desk: Desk, person: Person, incident: Incident) -> tuple[SimilarIncident, ...]:
    """Open ones like it; one that is under another has found its place."""
    if incident.parent_id is not None:
        return ()
    return similar_open(desk, person, incident.title, incident.body, but=incident.id)


def _opinion(guess: Guess) -> Opinion:
    candidates = tuple((candidate.label, candidate.confidence) for candidate in guess.candidates)
    frequency = (guess.n_covering, guess.n_alike, guess.n_right)
    return Opinion(guess.label, guess.confidence, guess.is_sure, candidates, guess.words, *frequency)


def _turn(desk: Desk, text: str, target: Target, opinion: Opinion | None) -> Turn | None:
    """What turns the label, asked of the model that serves; nothing when it says something else by now.

    Some ten guesses, so the last answer is kept: the page is drawn at every click.
    """
    served = triage.serving(desk, target).get(target) if opinion else None
    if opinion is None or served is None or not isinstance(served.model, TriageModel):
        return None
    model, said = served.model, opinion.label

    def ask() -> Turn | None:
        guess = model.guess(text)
        return turning_words(model, text, guess) if guess.label == said else None

    return desk.kept(f"turning words {target}", (text, said, served.version_id), ask)
