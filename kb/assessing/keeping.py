"""Assessments are kept: a page shows the last one, the clock makes a new one when there is more to measure on."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import timedelta

from sqlmodel import Session, col, select

from kb.aside import run_aside
from kb.assessing.cases import cases
from kb.assessing.measuring import LEAST_CASES, assess
from kb.assessing.report import Report, restored
from kb.desk import Desk
from kb.errors import Conflict
from kb.labels import Role, Target
from kb.person import Person
from kb.tables import Assessment

TARGETS = (Target.SEVERITY, Target.TYPE)
"""What is assessed; a missed critical one costs most, so the severity comes first."""
AT_MOST = timedelta(days=1)
"""The clock measures anew not more often than this."""


def keep(desk: Desk, person: Person, target: Target) -> Report:
    """Assess and keep the result."""
    report = assess(desk, person, target)
    with desk.reading() as session:
        stamp = cases(session, target, until=report.until).stamp
    plain = json.loads(json.dumps(asdict(report), default=str))
    with desk.transaction() as session:
        session.add(Assessment(target=target, stamp=stamp, result=plain, at=report.until))
    return report


def kept(desk: Desk, person: Person, target: Target) -> Report | None:
    """The latest assessment; None before the first, or when it was made by another version of the portal: the clock
    then measures anew."""
    person.require(Role.LEAD, "see how far the assistant can be trusted")
    with desk.reading() as session:
        last = _last(session, target)
    return _report(last) if last else None


def measure_aside(desk: Desk, person: Person) -> None:
    """Assess both targets in a process of low priority and keep the results. Takes some minutes.

    Raises Conflict when there is too little to measure on.
    """
    person.require(Role.LEAD, "assess the assistant")
    with desk.reading() as session:
        n = len(cases(session, Target.SEVERITY, until=desk.now()).rows)
    if n < LEAST_CASES:
        raise Conflict(f"People have confirmed the labels of {n} incidents; from {LEAST_CASES} on it can be measured.")
    run_aside(desk, "assistant", "--json", "--keep")


def assess_if_due(desk: Desk, person: Person) -> bool:
    """Measure when labels were confirmed since the last time, at most once a day; gives whether it did."""
    person.require(Role.LEAD, "assess the assistant")
    if not any(_is_due(desk, target) for target in TARGETS):
        return False
    measure_aside(desk, person)
    return True


def _is_due(desk: Desk, target: Target) -> bool:
    """One that can't be read counts as none here too: the page has nothing to show until there is another."""
    with desk.reading() as session:
        last = _last(session, target)
        if last is not None and _report(last) is None:
            last = None
        if last is not None and desk.now() - last.at < AT_MOST:
            return False
        found = cases(session, target, until=desk.now())
    return len(found.rows) >= LEAST_CASES and (last is None or last.stamp != found.stamp)


def _last(session: Session, target: Target) -> Assessment | None:
    query = select(Assessment).where(Assessment.target == target).order_by(col(Assessment.id).desc())
    return session.exec(query.limit(1)).first()


def _report(kept: Assessment) -> Report | None:
    try:
        found: Report = restored(Report, kept.result)
    except (KeyError, TypeError, ValueError):
        return None
    return found
