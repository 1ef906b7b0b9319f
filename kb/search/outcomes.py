"""Outcomes: what came of searches, learned by a job, re-orders what matches; leads see it and can reset it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session, case, col, delete, func, select

from kb.articles.rows import raise_stamp
from kb.desk import Desk
from kb.errors import NotFound
from kb.labels import Role
from kb.person import Person
from kb.search import evidence
from kb.tables import Article, Outcome, OutcomeReset
from models.outcomes import Evidence, OutcomeModel

OUTCOMES = "outcomes"
"""The stamp raised when something was learned or reset."""
MOST = 5000
"""So many factors are kept, those farthest from 1."""
LEAST = 0.01
"""What moves a factor by less than this changes nothing."""
FADED = timedelta(days=1)
"""So often it is learned anew though nothing has come, since all evidence fades."""


@dataclass(frozen=True, slots=True)
class Learned:
    """What was learned of an article for a query, or (`query` empty) from all who read it.

    `people` were shown it, or said whether it helped; `successes` and `chances` are what they count by now.
    """

    article_id: int
    title: str
    query: str
    people: int
    successes: float
    chances: float
    factor: float
    learned_at: datetime


@dataclass(frozen=True, slots=True)
class Factors:
    """The factor of each article id by what was asked, and for any other query."""

    by_query: Mapping[str, Mapping[str, float]]
    always: Mapping[str, float]

    def of(self, words: str) -> Mapping[str, float]:
        own = self.by_query.get(words)
        return {**self.always, **own} if own else self.always


def boosts(desk: Desk, session: Session, stamps: Mapping[str, int], words: str) -> Mapping[str, float]:
    """Factor per article id for what is `asked`; an article that is not in it has 1."""
    return _factors(desk, session, stamps).of(words)


def knows(desk: Desk, session: Session, stamps: Mapping[str, int], words: str) -> bool:
    """Whether anything was learned of what is `asked` itself."""
    return words in _factors(desk, session, stamps).by_query


def learn(desk: Desk, person: Person) -> int:
    """Learn anew from all evidence if there is some that is new, or a day has passed; gives how many factors."""
    person.require(Role.LEAD, "have the search learn")
    now = desk.now()
    with desk.reading() as session:
        learned_at = session.exec(select(func.max(Outcome.learned_at))).one()
        newest_at = evidence.newest_at(session)
        is_stale = newest_at is not None and (
            learned_at is None or newest_at >= learned_at or now - learned_at >= FADED
        )
        if not is_stale:
            return 0
        said = evidence.collect(session, now)
    model = OutcomeModel().fit(said.showings, said.verdicts)
    rows = _rows(model, said.queries, now)
    with desk.transaction() as session:
        session.exec(delete(Outcome))
        known = set(session.exec(select(Article.id)).all())
        rows = [row for row in rows if row["article_id"] in known]
        if rows:
            session.execute(insert(Outcome), rows)
        raise_stamp(session, OUTCOMES)
    return len(rows)


def listed(desk: Desk, person: Person, *, article_id: int | None = None, limit: int = 200) -> tuple[Learned, ...]:
    """What was learned, the factors farthest from 1 first."""
    person.require(Role.LEAD, "see what the search has learned")
    query = select(Outcome, Article.title).join(Article, col(Article.id) == col(Outcome.article_id))
    if article_id is not None:
        query = query.where(col(Outcome.article_id) == article_id)
    factor = col(Outcome.factor)
    reach = case((factor < 1, 1 / factor), else_=factor)
    order = reach.desc(), col(Outcome.article_id), col(Outcome.asked)
    with desk.reading() as session:
        rows = session.exec(query.order_by(*order).limit(limit)).all()
    return tuple(
        Learned(row.article_id, title, row.query, row.people, row.successes, row.chances, row.factor, row.learned_at)
        for row, title in rows
    )


def reset(desk: Desk, person: Person, article_id: int | None = None) -> None:
    """Forget what was learned of one article, or of all; what came before this moment counts no more."""
    person.require(Role.LEAD, "reset what the search has learned")
    with desk.transaction() as session:
        if article_id is not None and (not 0 < article_id < 2**31 or session.get(Article, article_id) is None):
            raise NotFound("There is no such article.")
        session.add(OutcomeReset(article_id=article_id, by_id=person.id, at=desk.now()))
        gone = delete(Outcome)
        session.exec(gone if article_id is None else gone.where(col(Outcome.article_id) == article_id))
        raise_stamp(session, OUTCOMES)


def _factors(desk: Desk, session: Session, stamps: Mapping[str, int]) -> Factors:
    return desk.kept(OUTCOMES, stamps.get(OUTCOMES), lambda: _read(session))


def _rows(model: OutcomeModel, queries: Mapping[str, str], now: datetime) -> list[dict[str, Any]]:
    """The factors that change something, those farthest from 1 first."""
    found = [(document, "", one, one.factor) for document, one in model.documents_.items() if _tells(one)]
    for (asked, document), one in model.pairs_.items():
        if _tells(one):
            found.append((document, asked, one, model.factors_[asked, document]))
    found.sort(key=lambda row: (-max(row[3], 1 / row[3]), row[0], row[1]))
    return [
        {
            "article_id": document, "asked": asked, "query": queries.get(asked, ""), "people": one.people,
            "successes": round(one.successes, 3), "chances": round(one.chances, 3), "factor": round(factor, 4),
            "learned_at": now,
        }
        for document, asked, one, factor in found[:MOST]
    ]  # fmt: skip


def _tells(found: Evidence) -> bool:
    return abs(found.factor - 1) >= LEAST


def _read(session: Session) -> Factors:
    rows = session.exec(select(Outcome.asked, Outcome.article_id, Outcome.factor)).all()
    by_query: dict[str, dict[str, float]] = {}
    for asked, article_id, factor in rows:
        by_query.setdefault(asked, {})[str(article_id)] = factor
    return Factors(by_query, by_query.pop("", {}))
