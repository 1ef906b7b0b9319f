from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta

import pytest
from sqlmodel import select

from kb import assessing
from kb.assessing import Report, keeping
from kb.assessing.keeping import assess_if_due, keep, kept, measure_aside
from kb.assessing.report import restored
from kb.desk import Desk
from kb.errors import Conflict, NotAllowed
from kb.labels import Target
from kb.person import OPERATOR, Person
from kb.tables import Assessment

Confirm = Callable[..., list[int]]


@pytest.fixture
def report(desk: Desk, confirm: Confirm) -> Report:
    confirm(12)
    return keep(desk, OPERATOR, Target.TYPE)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """The commands that were to run beside."""
    words: list[tuple[str, ...]] = []
    monkeypatch.setattr(keeping, "run_aside", lambda desk, *given: words.append(given))
    return words


def test_what_is_kept_is_what_was_measured(desk: Desk, lead: Person, report: Report) -> None:
    assert kept(desk, lead, Target.TYPE) == report
    assert kept(desk, lead, Target.SEVERITY) is None


def test_a_report_survives_its_way_through_json(report: Report) -> None:
    assert restored(Report, json.loads(json.dumps(asdict(report), default=str))) == report


def test_the_report_of_another_version_counts_as_none(desk: Desk, lead: Person, report: Report) -> None:
    with desk.transaction() as session:
        row = session.exec(select(Assessment)).one()
        row.result = {key: value for key, value in row.result.items() if key != "rivals"}
    assert kept(desk, lead, Target.TYPE) is None


def test_a_report_of_before_groups_had_all_figures_counts_as_none_and_is_measured_anew(
    desk: Desk, lead: Person, report: Report, asked: list[tuple[str, ...]]
) -> None:
    keep(desk, OPERATOR, Target.SEVERITY)
    assert not assess_if_due(desk, OPERATOR)
    with desk.transaction() as session:
        for row in session.exec(select(Assessment)):
            groups = [{key: one[key] for key in ("by", "name", "right", "missed")} for one in row.result["groups"]]
            row.result = {**row.result, "groups": groups}
    assert kept(desk, lead, Target.TYPE) is None
    assert assess_if_due(desk, OPERATOR)
    assert asked == [("assistant", "--json", "--keep")]


def test_it_is_due_when_there_is_enough_and_something_new(
    desk: Desk, clock: object, confirm: Confirm, asked: list[tuple[str, ...]]
) -> None:
    assert not assess_if_due(desk, OPERATOR)
    confirm(12)
    assert assess_if_due(desk, OPERATOR)
    assert asked == [("assistant", "--json", "--keep")]
    for target in (Target.TYPE, Target.SEVERITY):
        keep(desk, OPERATOR, target)
    clock.forward(days=2)  # type: ignore[attr-defined]
    assert not assess_if_due(desk, OPERATOR)


def test_it_is_not_due_twice_a_day(desk: Desk, report: Report, asked: list[tuple[str, ...]]) -> None:
    with desk.transaction() as session:
        row = session.exec(select(Assessment)).one()
        row.stamp = "other"
        session.add(Assessment(target=Target.SEVERITY, stamp="other", result=row.result, at=desk.now()))
    assert not assess_if_due(desk, OPERATOR)
    with desk.transaction() as session:
        session.exec(select(Assessment)).first().at -= timedelta(days=1)  # type: ignore[union-attr]
    assert assess_if_due(desk, OPERATOR)


def test_with_too_few_no_process_is_started(desk: Desk, asked: list[tuple[str, ...]]) -> None:
    with pytest.raises(Conflict, match="0 incidents; from 30 on"):
        measure_aside(desk, OPERATOR)
    assert not asked


def test_it_is_for_leads(desk: Desk, agent: Person) -> None:
    for verb in (measure_aside, assess_if_due):
        with pytest.raises(NotAllowed):
            verb(desk, agent)
    with pytest.raises(NotAllowed):
        assessing.kept(desk, agent, Target.TYPE)
