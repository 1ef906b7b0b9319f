"""What the assistant says of an incident or a comment, and the models that serve for it."""

from __future__ import annotations

import logging
from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from sqlmodel import Session, col, select

from kb import services
from kb.desk import Desk
from kb.error_budget import error_budget
from kb.errors import NotValid
from kb.labels import Impact, Severity, Target, Urgency, in_100, is_disputed, severity_of
from kb.tables import ActiveModel, ModelVersion, Prediction

if TYPE_CHECKING:  # scikit-learn takes seconds to import, and the first pages of a start don't need it
    from models.store import Model
    from models.triage import Guess

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Labels:
    """What was said of one text; a guess is None where no model serves."""

    type: Guess | None
    severity: Guess | None
    type_version_id: int | None
    severity_version_id: int | None
    start_severity: Severity
    """What the incident starts with: impact x urgency when both were given, else the text's opinion, else medium."""

    @property
    def is_severity_disputed(self) -> bool:
        """Whether the text speaks for another one than impact x urgency, surely or two steps away: a person looks."""
        said = self.severity
        return said is not None and is_disputed(self.start_severity, said.label, is_sure=said.is_sure)


@dataclass(frozen=True, slots=True)
class Serving:
    """A loaded model and the version it is."""

    version_id: int
    model: Model


def label(desk: Desk, *, title: str, body: str, impact: str = "", urgency: str = "") -> Labels:
    """Guess type and severity from the words. Opens no transaction: call it before yours.

    Raises NotValid when only one of impact and urgency is given: neither says a severity alone.
    """
    if bool(impact) != bool(urgency):
        raise NotValid("impact" if urgency else "urgency", "Give both impact and urgency, or neither.")
    text = text_of(title, body)
    models = serving(desk, Target.TYPE, Target.SEVERITY)
    by_type, by_severity = models.get(Target.TYPE), models.get(Target.SEVERITY)
    severity = _guess(by_severity, text)
    return Labels(
        type=_as_of_today(desk, _guess(by_type, text)),
        severity=severity,
        type_version_id=by_type.version_id if by_type else None,
        severity_version_id=by_severity.version_id if by_severity else None,
        start_severity=_start(impact, urgency, severity),
    )


def record(session: Session, desk: Desk, incident_id: int, labels: Labels) -> None:
    """Add what was said of an incident to the caller's transaction."""
    said = (
        (Target.TYPE, labels.type, labels.type_version_id),
        (Target.SEVERITY, labels.severity, labels.severity_version_id),
    )
    for target, guess, version_id in said:
        if guess is not None:
            session.add(
                Prediction(
                    incident_id=incident_id,
                    target=target,
                    label=guess.label,
                    confidence=guess.confidence,
                    is_sure=guess.is_sure,
                    candidates=[[candidate.label, candidate.confidence] for candidate in guess.candidates],
                    words=[list(word) for word in guess.words],
                    n_covering=guess.n_covering,
                    n_alike=guess.n_alike,
                    n_right=guess.n_right,
                    model_version_id=version_id,
                    at=desk.now(),
                )
            )


def frequency(n_alike: int, n_right: int) -> str:
    """How often an answer as sure as this one was right, in the words of all doors; empty where that isn't known."""
    if not n_alike:
        return ""
    share = in_100(n_right / n_alike, "about ")
    return f"of {n_alike:,} answers as sure as this, {n_right:,} were right ({share})"


def sentiment(desk: Desk, comment: str) -> str:
    """positive, neutral or negative; empty when there is no comment or no model."""
    from models.sentiment import SentimentModel

    if not comment.strip():
        return ""
    served = serving(desk, Target.SENTIMENT).get(Target.SENTIMENT)
    return served.model.guess(comment)[0] if served and isinstance(served.model, SentimentModel) else ""


def serving(desk: Desk, *targets: Target) -> dict[str, Serving]:
    """The models that serve now, by target; one whose file is missing or damaged is left out.

    The database is asked each time, so every process follows a new version, a roll-back or another error budget at its
    next call.
    """
    with desk.reading() as session:
        rows = session.exec(
            select(ModelVersion)
            .join(ActiveModel, col(ActiveModel.version_id) == col(ModelVersion.id))
            .where(col(ActiveModel.target).in_(targets))
            .order_by(ModelVersion.target)
        ).all()
        budget = error_budget(session)
    loaded = ((row, _loaded(desk, row, budget)) for row in rows)
    return {row.target: Serving(row.id or 0, model) for row, model in loaded if model is not None}


def text_of(title: str, body: str) -> str:
    """What a model reads of an incident, the same in training and in use."""
    return f"{title}\n{body}".strip()


def path_of(desk: Desk, version: ModelVersion) -> Path:
    """Where the file of a version lies."""
    return desk.folder("models") / version.file_name


def _loaded(desk: Desk, version: ModelVersion, budget: float) -> Model | None:
    from models.store import BrokenModel, load
    from models.triage import TriageModel

    path = path_of(desk, version)

    def read() -> Model | None:
        try:
            model = load(path, sha256=version.sha256)
        except BrokenModel as error:
            log.error("Version %s of the %s model does not serve: %s", version.id, version.target, error)
            return None
        return model.allow(budget) if isinstance(model, TriageModel) else model

    # The time of the last change is part of the stamp, so that a file put back serves again without a restart.
    changed = path.stat().st_mtime_ns if path.exists() else 0
    return desk.kept(f"model {version.target}", (version.id, changed, budget), read)


def _guess(served: Serving | None, text: str) -> Guess | None:
    from models.triage import TriageModel

    return served.model.guess(text) if served and isinstance(served.model, TriageModel) else None


def _as_of_today(desk: Desk, guess: Guess | None) -> Guess | None:
    """What is said of a type that was merged since the training is said of its heir; of a retired one, nothing.

    How often guesses so sure were right is no longer known where the confidence is another one now.
    """
    from models.triage import Candidate

    with desk.reading() as session:
        now = services.labels_now(session)
    if guess is None or all(now.get(one.label, one.label) == one.label for one in guess.candidates):
        return guess
    shares: defaultdict[str, float] = defaultdict(float)
    for one in guess.candidates:
        shares[now.get(one.label, one.label)] += one.confidence
    shares.pop("", None)
    ranked = sorted(shares, key=lambda label: -shares[label])
    if not ranked:
        return None
    is_same = now.get(guess.label, guess.label) == ranked[0]
    is_known = is_same and shares[ranked[0]] == guess.confidence
    covering = {now.get(one.label, one.label) for one in guess.candidates[: guess.n_covering]}
    return replace(
        guess,
        label=ranked[0],
        confidence=shares[ranked[0]],
        is_sure=guess.is_sure and is_same,
        candidates=tuple(Candidate(label, shares[label]) for label in ranked),
        n_covering=max((place for place, label in enumerate(ranked, 1) if label in covering), default=0),
        n_alike=guess.n_alike if is_known else 0,
        n_right=guess.n_right if is_known else 0,
    )


def _start(impact: str, urgency: str, opinion: Guess | None) -> Severity:
    if impact and urgency:
        return severity_of(Impact(impact), Urgency(urgency))
    return Severity(opinion.label) if opinion else Severity.MEDIUM
