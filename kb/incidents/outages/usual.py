"""How many like reports chance brings here, by simulation over what people report: the false-alarm rate."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from kb.desk import Desk
from kb.labels import Source, Target
from kb.tables import Incident, Preference
from models.bursts import Chance, simulate
from models.likeness import MOST_CHARS, Likeness

NAME = "burst_chance"
VALID = timedelta(days=7)
LEAST_OWN, MOST_OWN = 300, 2_000
"""From how many incidents on the installation's own texts are dealt, and how many of the latest."""
RECENT = timedelta(days=30)
LEAST_PER_DAY = 5.0
BY_PEOPLE = (Source.PORTAL, Source.API, Source.CLI)
"""Alerts are grouped by whoever sends them, and imports tell of the past."""


def chance(desk: Desk) -> Chance:
    """The simulated rates, worked out anew once a week and kept in the database; takes some seconds then."""
    with desk.reading() as session:
        kept = session.get(Preference, NAME)
        if kept is not None and desk.now() - datetime.fromisoformat(kept.value["at"]) < VALID:
            return Chance(tuple(kept.value["a_month"]), kept.value["months"])
        texts, per_day = usual_texts(session), _per_day(session, desk.now())
    found = simulate(texts, per_day=per_day)
    value = {"at": desk.now().isoformat(), "a_month": found.a_month, "months": found.months, "per_day": per_day}
    with desk.transaction() as session:
        session.merge(Preference(name=NAME, value=value))
    return found


def likeness(session: Session, desk: Desk) -> Likeness:
    """How rare words are in what people report here, learned once a day."""
    return desk.kept("likeness", desk.now().date(), lambda: Likeness().fit(usual_texts(session)))


def usual_texts(session: Session) -> list[str]:
    """The latest own reports, or those of the starter set while there are few."""
    from kb.training.rows import starter  # scikit-learn takes seconds to import, and banners don't need it

    query = select(Incident.title, func.substr(Incident.body, 1, MOST_CHARS)).where(
        col(Incident.source).in_(BY_PEOPLE), col(Incident.is_demo).is_(False)
    )
    own = [f"{title}\n{body}" for title, body in session.exec(query.order_by(col(Incident.id).desc()).limit(MOST_OWN))]
    return own if len(own) >= LEAST_OWN else [*own, *starter(Target.TYPE).texts]


def _per_day(session: Session, now: datetime) -> float:
    since = (col(Incident.created_at) >= now - RECENT, col(Incident.is_demo).is_(False))
    query = select(func.count()).where(*since, col(Incident.source).in_(BY_PEOPLE))
    return max(LEAST_PER_DAY, session.exec(query).one() / RECENT.days)
