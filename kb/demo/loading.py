"""Loading the demo year and taking it away again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, delete, select, update
from sqlmodel import Session, String, cast, col, func, literal
from sqlmodel import select as find

from kb import articles, services, training, triage
from kb.articles.rows import raise_stamp
from kb.demo import incidents, running, sharing, texts, voices
from kb.demo.plan import Year, draw
from kb.demo.stage import prepare
from kb.desk import Desk
from kb.labels import Role
from kb.person import Person
from kb.tables import Account, Article, Base, Incident, OutboxRow
from kb.triage import Labels

SEED = 20
LABELLED = timedelta(days=8)
"""Incidents at most so old are labelled by the assistant."""
OWNED = {("outboxrow", "account_id"), ("onetimelink", "account_id"), ("outcomereset", "article_id")}
"""Rows that mean nothing, or something else, without the row they name: deleted with it."""
Step = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What lies there now. `is_new` False: it was there before, and nothing was changed."""

    is_new: bool
    incidents: int
    people: int


def load(desk: Desk, person: Person, *, step: Step = lambda part: None) -> Loaded:
    """Play the 365 days before now into the database, every row marked; a second call changes nothing.

    `step` is told the part done (0-1). What a first start makes (types, starter articles, models) is made when missing.
    """
    person.require(Role.ADMIN, "load the demo year")
    if is_loaded(desk):
        return _loaded(desk, is_new=False)
    services.seed(desk)
    articles.load_starter(desk)
    training.first_models(desk)
    step(0.3)
    random = Random(SEED)  # noqa: S311 - a fixed seed: the same year every time
    year = draw(random, desk.now(), desk.settings.zone)
    labels = [_label(desk, year, place) for place in range(len(year.cases))]
    spoken = _classified(desk)
    step(0.6)
    with desk.transaction() as session:
        if _is_there(session):  # somebody else was quicker
            return _loaded(desk, is_new=False)
        stage = prepare(session, desk, random, year.begin)
        rows = incidents.put(session, stage, year, labels)
        step(0.8)
        voices.put(session, stage, year, rows, voices=spoken)
        sharing.put(session, stage, year, rows)
        running.put(session, stage, year)
        raise_stamp(session)
    step(1.0)
    return _loaded(desk, is_new=True)


def remove(desk: Desk, person: Person) -> int:
    """Delete every demo row and what was said about demo rows since; gives how many rows went. All else stays."""
    person.require(Role.ADMIN, "remove the demo year")
    with desk.transaction() as session:
        if not _is_there(session):
            return 0
        gone = _forget_links(session)
        for table in reversed(Base.metadata.sorted_tables):
            gone += _clear(session, table)
        raise_stamp(session)
    return gone


def is_loaded(desk: Desk) -> bool:
    """Whether the demo year lies here."""
    with desk.reading() as session:
        return _is_there(session)


def _is_there(session: Session) -> bool:
    return session.exec(find(Account.id).where(col(Account.is_demo)).limit(1)).first() is not None


def _loaded(desk: Desk, *, is_new: bool) -> Loaded:
    with desk.reading() as session:
        counts = [
            session.exec(find(func.count()).select_from(table).where(col(table.is_demo))).one()
            for table in (Incident, Account)
        ]
    return Loaded(is_new, *counts)


def _label(desk: Desk, year: Year, place: int) -> Labels | None:
    case = year.cases[place]
    if year.now - case.created_at > LABELLED:
        return None
    return triage.label(desk, title=case.title, body=case.body, impact=case.impact, urgency=case.urgency)


def _classified(desk: Desk) -> dict[tuple[str, str], list[str]]:
    """The comments by what they are about and what the classifier says of them."""
    found = defaultdict(list)
    for row in texts.rows("comments.csv"):
        found[row["about"], triage.sentiment(desk, row["text"])].append(row["text"])
    return found


def _forget_links(session: Session) -> int:
    """Notices that lead to a demo incident or article."""
    gone = 0
    for address, table in (("/incident?id=INC-", Incident), ("/article?id=KB-", Article)):
        links = find(literal(address) + cast(table.id, String)).where(col(table.is_demo))
        gone += session.execute(delete(OutboxRow).where(col(OutboxRow.link).in_(links))).rowcount  # type: ignore[attr-defined]
    return gone


def _clear(session: Session, table: Table) -> int:
    """Delete a table's demo rows and those that can't be without one; cut what merely points to one."""
    conditions: list[ColumnElement[bool]] = [table.c.is_demo] if "is_demo" in table.c else []
    for column, doomed in _pointers(table):
        if column.nullable and (table.name, column.name) not in OWNED:
            session.execute(update(table).where(column.in_(doomed)).values({column.name: None}))
        else:
            conditions.append(column.in_(doomed))
    return sum(session.execute(delete(table).where(condition)).rowcount for condition in conditions)  # type: ignore[attr-defined]


def _pointers(table: Table) -> Iterator[tuple[Column[int], Any]]:
    """The columns that point to a table with demo rows, each with the selection of these rows' keys."""
    for key in table.foreign_keys:
        target = key.column.table
        if "is_demo" in target.c:
            yield key.parent, select(key.column).where(target.c.is_demo)
