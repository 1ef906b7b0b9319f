"""Whether what comes in now is still what the assistant learned from: words, types, and how people judge it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from kb import outbox, services
from kb.assessing.report import restored
from kb.desk import Desk
from kb.labels import Role, Target
from kb.person import Person
from kb.tables import DriftCheck, Incident, Prediction, Review
from kb.training.rows import counted
from kb.triage import serving, text_of
from models.evaluation.drift import Shift, drop_p, share_shift, vocabulary_shift
from models.text import tokens
from models.triage import TriageModel, same_text

RECENT, BEFORE = timedelta(days=30), timedelta(days=180)
LEAST, LEAST_REVIEWS = 50, 20
"""Incidents, or reviews, that both periods must have."""
MOST_RECENT, MOST_BEFORE = 1_000, 2_000
RARE = 0.001
"""An alarm is what chance alone brings once in a thousand checks or more seldom ..."""
LARGE = 0.05
"""... and what concerns 5 of 100 incidents at least: with many incidents any trifle is beyond chance."""

AS_BEFORE = {
    "words": "The words of reports are as before.",
    "types": "The types of reports are shared out as before.",
    "agreement": "People agree with the assistant as before.",
}


@dataclass(frozen=True, slots=True)
class Change:
    """A word, type or share of agreement, and its share (0-1) before and now."""

    name: str
    before: float
    now: float


@dataclass(frozen=True, slots=True)
class Alarm:
    """One of three comparisons: words, types or agreement. `p` is how often chance alone brings as much."""

    kind: str
    is_raised: bool
    p: float
    n_before: int
    n_now: int
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Drift:
    """The last 30 days against the 180 before. What has too few incidents is not among `checks`."""

    at: datetime
    is_demo: bool
    checks: tuple[Alarm, ...]

    @property
    def raised(self) -> tuple[Alarm, ...]:
        return tuple(one for one in self.checks if one.is_raised)


def check_drift(desk: Desk, person: Person, *, at: datetime | None = None) -> Drift:
    """Compare the 30 days before `at` (now, when not given) with the 180 before those. Changes nothing."""
    person.require(Role.LEAD, "see whether reports change")
    at = at or desk.now().replace(microsecond=0)
    with desk.reading() as session:
        is_demo = not _any_real(session)
        now = _texts(session, at - RECENT, at, MOST_RECENT, is_demo)
        before = _texts(session, at - RECENT - BEFORE, at - RECENT, MOST_BEFORE, is_demo)
        agreed = [_agreed(session, since, until, at, is_demo) for since, until in _periods(at)]
        heirs = services.labels_now(session)
    found = [_agreement(*agreed)]
    if min(len(before), len(now)) >= LEAST:
        found = [_words(before, now), _types(desk, before, now, heirs), *found]
    return Drift(at, is_demo, tuple(one for one in found if one is not None))


def watch(desk: Desk, person: Person) -> Drift | None:
    """Check, keep the result, and tell the leads of an alarm that the check before did not raise.

    None, and nothing kept, where there is too little to compare or only the demo.
    """
    found = check_drift(desk, person)
    if not found.checks or found.is_demo:
        return None
    with desk.transaction() as session:
        former = _latest(session)
        known = {one.kind for one in former.raised} if former else set()
        session.add(DriftCheck(result=json.loads(json.dumps(asdict(found), default=str)), at=found.at,
                               is_alarm=bool(found.raised)))  # fmt: skip
        new = [one for one in found.raised if one.kind not in known]
        if new:
            body = "\n".join(sentence(one) for one in new)
            subject = "The reports change: look whether the assistant still does well"
            outbox.queue(session, desk, accounts=outbox.leads(session), subject=subject, body=body,
                         link="/assistant?view=Change", event="assistant.drift")  # fmt: skip
    return found


def latest_drift(desk: Desk, person: Person) -> Drift | None:
    """What the last check found; None before the first."""
    person.require(Role.LEAD, "see whether reports change")
    with desk.reading() as session:
        return _latest(session)


def sentence(alarm: Alarm) -> str:
    """What a check found, in words."""
    first = alarm.changes[0] if alarm.changes else Change("", 0, 0)
    move = f"from {100 * first.before:.0f} to {100 * first.now:.0f} of 100"
    if not alarm.is_raised:
        return AS_BEFORE[alarm.kind]
    if alarm.kind == "agreement":
        return f"People agree with the assistant less: {move} reviews."
    what = f"“{first.name}” stands in" if alarm.kind == "words" else f"{first.name} is given to"
    return f"{'Words change' if alarm.kind == 'words' else 'Types change'}: {what} {move} reports."


def _periods(at: datetime) -> tuple[tuple[datetime, datetime], tuple[datetime, datetime]]:
    return (at - RECENT - BEFORE, at - RECENT), (at - RECENT, at)


def _any_real(session: Session) -> bool:
    return session.exec(select(Incident.id).where(col(Incident.is_demo).is_(False)).limit(1)).first() is not None


def _texts(session: Session, since: datetime, until: datetime, most: int, is_demo: bool) -> list[str]:
    """The texts of a period, each once: many like reports of one outage are no new language."""
    query = select(Incident.title, Incident.body).where(
        col(Incident.created_at) > since, col(Incident.created_at) <= until, col(Incident.is_demo).is_(is_demo)
    )
    latest = query.order_by(col(Incident.created_at).desc(), col(Incident.id).desc()).limit(most)
    found = [text_of(title, body) for title, body in session.exec(latest)]
    return [found[place] for place in dict(zip(same_text(found).tolist(), range(len(found)), strict=True)).values()]


def _words(before: Sequence[str], now: Sequence[str]) -> Alarm:
    shift = vocabulary_shift([tokens(text) for text in before], [tokens(text) for text in now])
    return _alarm("words", shift, len(before), len(now))


def _types(desk: Desk, before: Sequence[str], now: Sequence[str], heirs: dict[str, str]) -> Alarm | None:
    """Of both periods by the model that serves today, so that a new version is no change of what comes in."""
    served = serving(desk, Target.TYPE).get(Target.TYPE)
    if served is None or not isinstance(served.model, TriageModel):
        return None
    names = services.type_names(desk)
    said = [[heirs.get(label) or label for label in served.model.predict(part).tolist()] for part in (before, now)]
    named = [[names.get(label, label) for label in part] for part in said]
    return _alarm("types", share_shift(*named), len(before), len(now))


def _alarm(kind: str, shift: Shift, n_before: int, n_now: int) -> Alarm:
    changes = tuple(Change(*one) for one in shift.changed)
    is_large = bool(changes) and abs(changes[0].now - changes[0].before) >= LARGE
    return Alarm(kind, shift.p <= RARE and is_large, shift.p, n_before, n_now, changes)


def _agreed(session: Session, since: datetime, until: datetime, at: datetime, is_demo: bool) -> tuple[int, int]:
    """How many reviews of a period that counted `at` then left the assistant's type as it was, and of how many."""
    first = select(func.min(Prediction.id)).where(Prediction.target == Target.TYPE)
    query = (
        select(Prediction.label, Review.type)
        .join(Review, col(Review.incident_id) == col(Prediction.incident_id))
        .where(col(Prediction.id).in_(first.group_by(col(Prediction.incident_id))))
        .where(*counted(at), col(Review.is_imported).is_(False))
        .where(col(Review.at) > since, col(Review.at) <= until, col(Review.is_demo).is_(is_demo))
        .order_by(col(Review.id))
    )
    pairs = session.exec(query).all()
    return sum(said == judged for said, judged in pairs), len(pairs)


def _agreement(before: tuple[int, int], now: tuple[int, int]) -> Alarm | None:
    if min(before[1], now[1]) < LEAST_REVIEWS:
        return None
    p, change = drop_p(*before, *now), Change("agreement", before[0] / before[1], now[0] / now[1])
    return Alarm("agreement", p <= RARE and change.before - change.now >= LARGE, p, before[1], now[1], (change,))


def _latest(session: Session) -> Drift | None:
    row = session.exec(select(DriftCheck).order_by(col(DriftCheck.id).desc()).limit(1)).first()
    try:
        return restored(Drift, row.result) if row else None
    except (KeyError, TypeError, ValueError):
        return None
