"""The golden set: queries whose right answers are known, from leads and from readers whom an article helped."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlmodel import Session, col, select

from kb.cleaning import one_line
from kb.desk import Desk
from kb.errors import NotFound, NotValid
from kb.labels import Role
from kb.person import Person
from kb.tables import Article, Deflection, GoldenJudgement, GoldenQuery, SearchEvent
from models.text import normalise

STARTER = Path(__file__).parent.parent / "starter" / "golden.csv"
GRADES = {3: "Exactly", 2: "Helps", 1: "Related", 0: "No"}
"""How well an article answers a query, in one word."""
MOST_CHARACTERS = 200
FIXES = timedelta(days=365)
"""How long "this fixed it" counts."""
SOON = timedelta(hours=1)
"""After a search at most, for the fix to be its merit."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """How well an article answers, and who says so: starter, lead, or fixed (readers, after this very query)."""

    article_id: int
    title: str
    grade: int
    source: str


@dataclass(frozen=True, slots=True)
class JudgedQuery:
    """A query with its right answers, the best first. `key` is its one spelling."""

    key: str
    text: str
    judgements: tuple[Judgement, ...]

    @property
    def gains(self) -> dict[str, float]:
        return {str(one.article_id): float(one.grade) for one in self.judgements if one.grade > 0}


def queries(desk: Desk, person: Person) -> tuple[JudgedQuery, ...]:
    """The whole golden set by its queries; for leads."""
    person.require(Role.LEAD, "see the golden set")
    with desk.reading() as session:
        return judged(desk, session)


def judge(desk: Desk, person: Person, text: str, grades: Mapping[int, int]) -> None:
    """Say how well articles answer a query: article id -> key of GRADES. What was judged before is replaced.

    A grade of 0 also overrules readers whom the article helped.
    """
    person.require(Role.LEAD, "judge queries")
    text, key = _checked(text)
    if not grades:
        raise NotValid("grades", "Judge one article at least.")
    if not set(grades.values()) <= set(GRADES):
        raise NotValid("grades", f"A grade is one of {', '.join(map(str, GRADES))}.")
    with desk.transaction() as session:
        row = _kept(session, desk, key, text)
        known = set(session.exec(select(Article.id).where(col(Article.id).in_(list(grades)))).all())
        if set(grades) - known:
            raise NotFound(f"There is no article KB-{min(set(grades) - known)}.")
        for article_id, grade in grades.items():
            place = {"query_id": row.id or 0, "article_id": article_id}
            session.merge(GoldenJudgement(**place, grade=grade, account_id=person.id, at=desk.now()))


def forget(desk: Desk, person: Person, text: str) -> None:
    """Take a query out of the golden set; it comes back when somebody judges it again."""
    person.require(Role.LEAD, "change the golden set")
    text, key = _checked(text)
    with desk.transaction() as session:
        if key not in {query.key for query in judged(desk, session)}:
            raise NotFound("This query is not in the golden set.")
        row = _kept(session, desk, key, text)
        row.is_kept = False
        for judgement in session.exec(select(GoldenJudgement).where(GoldenJudgement.query_id == row.id)).all():
            session.delete(judgement)


def load_starter(desk: Desk) -> int:
    """Judge the queries that come with the starter articles, unless they are known; gives how many are new."""
    with desk.reading() as session:
        known = set(session.exec(select(GoldenQuery.key)).all())
        sources = select(Article.source_key, Article.id).where(col(Article.source_key).startswith("starter/"))
        ids = {row[0]: row[1] or 0 for row in session.exec(sources).all()}
    lines = [line for line in _starter_lines() if key_of(line["query"]) not in known]
    lines = [line for line in lines if f"starter/{line['article']}" in ids]
    texts = dict.fromkeys(line["query"] for line in lines)
    rows = {text: GoldenQuery(key=key_of(text), text=text, source="starter", at=desk.now()) for text in texts}
    if rows:
        with desk.transaction() as session:
            session.add_all(rows.values())
            session.flush()
            for line in lines:
                place = {"query_id": rows[line["query"]].id or 0, "article_id": ids[f"starter/{line['article']}"]}
                session.add(GoldenJudgement(**place, grade=int(line["grade"]), at=desk.now()))
    return len(rows)


def _starter_lines() -> list[dict[str, str]]:
    with STARTER.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def key_of(text: str) -> str:
    """The one spelling of a query."""
    return normalise(text)


def judged(desk: Desk, session: Session) -> tuple[JudgedQuery, ...]:
    """The golden set; what a person judged goes before what readers said."""
    stored = {row.key: row for row in session.exec(select(GoldenQuery)).all()}
    found = _fixes(session, desk.now() - FIXES)
    for key, row in stored.items():
        if not row.is_kept:
            found.pop(key, None)
        else:
            found[key] = replace(found.get(key, JudgedQuery(key, "", ())), text=row.text)
    said: defaultdict[str, dict[int, Judgement]] = defaultdict(dict)
    query = select(GoldenJudgement, GoldenQuery.key, Article.title)
    query = query.join(GoldenQuery, col(GoldenQuery.id) == GoldenJudgement.query_id)
    for one, key, title in session.exec(query.join(Article, col(Article.id) == GoldenJudgement.article_id)).all():
        source = "starter" if stored[key].source == "starter" and one.account_id is None else "lead"
        said[key][one.article_id] = Judgement(one.article_id, title, one.grade, source)
    return tuple(_with(found[key], said[key]) for key in sorted(found))


def _with(query: JudgedQuery, said: Mapping[int, Judgement]) -> JudgedQuery:
    both = {**{one.article_id: one for one in query.judgements}, **said}
    return replace(query, judgements=tuple(sorted(both.values(), key=lambda one: (-one.grade, one.article_id))))


def _fixes(session: Session, since: datetime) -> dict[str, JudgedQuery]:
    """What readers opened from a search and then said fixed it: 1 when one said so, 2 when more did."""
    query = (
        select(SearchEvent.query, SearchEvent.at, Deflection, Article.title)
        .join(Deflection, (col(Deflection.rater) == SearchEvent.searcher))
        .join(Article, col(Article.id) == Deflection.article_id)
        .where(SearchEvent.opened_id == Deflection.article_id, col(SearchEvent.at) >= since)
        .where(col(Deflection.at) >= col(SearchEvent.at))
        .order_by(col(SearchEvent.at), col(SearchEvent.id))
    )
    raters: defaultdict[str, defaultdict[tuple[int, str], set[str]]] = defaultdict(lambda: defaultdict(set))
    texts: dict[str, str] = {}
    for text, at, fix, title in session.exec(query).all():
        if fix.at - at <= SOON and len(text) <= MOST_CHARACTERS and (key := key_of(text)):
            texts[key] = text
            raters[key][fix.article_id, title].add(fix.rater)
    return {
        key: JudgedQuery(
            key, texts[key], tuple(Judgement(*article, min(2, len(by)), "fixed") for article, by in found.items())
        )
        for key, found in raters.items()
    }


def _kept(session: Session, desk: Desk, key: str, text: str) -> GoldenQuery:
    """The stored query, made when missing."""
    row = session.exec(select(GoldenQuery).where(GoldenQuery.key == key)).first()
    if row is None:
        row = GoldenQuery(key=key, text=text, source="lead", at=desk.now())
    if not row.is_kept:
        row.text, row.is_kept = text, True
    session.add(row)
    session.flush()
    return row


def _checked(text: str) -> tuple[str, str]:
    text = one_line(text)
    if not (key := key_of(text)):
        raise NotValid("text", "Enter the query as somebody would type it.")
    if len(text) > MOST_CHARACTERS:
        raise NotValid("text", f"A query has at most {MOST_CHARACTERS} characters here.")
    return text, key
