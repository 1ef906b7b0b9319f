"""An alarm when reports change beyond chance and beyond trifles; none when they don't."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlmodel import col, select

from kb import training
from kb.assessing import check_drift, latest_drift, watch
from kb.assessing.drift import sentence
from kb.desk import Desk
from kb.errors import NotAllowed
from kb.person import OPERATOR, Person
from kb.tables import DriftCheck, Incident, OutboxRow, Prediction, Review
from tests.models.texts import three_kinds

Fill = Callable[..., None]


@pytest.fixture
def fill(desk: Desk) -> Fill:
    """fill(texts, days) spreads incidents over the days between `days` ago and `until` ago."""

    def make(texts: list[str], days: int, until: int = 0, **given: object) -> None:
        step = timedelta(days=days - until) / (len(texts) + 1)
        with desk.transaction() as session:
            for place, text in enumerate(texts, 1):
                at = desk.now() - timedelta(days=days) + step * place
                session.add(_incident(f"{text}-{days}-{place}", text, at, **given))

    return make


def _incident(key: str, text: str, at: datetime, **given: object) -> Incident:
    known = {"impact": "one", "urgency": "low", "created_at": at, "updated_at": at}
    return Incident(key=key, title=text, **{**known, **given})


def usual(n: int, seed: int) -> list[str]:
    texts, _ = three_kinds(200)
    return Random(seed).sample(texts, n)


def new(n: int) -> list[str]:
    return [f"{text} quantum gateway" for text in usual(n, 5)]


def test_reports_as_ever_raise_no_alarm(desk: Desk, fill: Fill) -> None:
    training.first_models(desk)
    fill(usual(200, 1), 200, 30)
    fill(usual(80, 2), 30)
    found = check_drift(desk, OPERATOR)
    assert [one.kind for one in found.checks] == ["words", "types"]
    assert (found.raised, found.is_demo) == ((), False)
    assert {sentence(one) for one in found.checks} == {
        "The words of reports are as before.",
        "The types of reports are shared out as before.",
    }


def test_new_words_are_an_alarm_that_names_them(desk: Desk, fill: Fill) -> None:
    fill(usual(200, 1), 200, 30)
    fill([*usual(60, 2), *new(20)], 30)
    alarm = check_drift(desk, OPERATOR).raised[0]
    assert (alarm.kind, alarm.p, alarm.n_before, alarm.n_now) == ("words", 0.001, 200, 80)
    assert {one.name for one in alarm.changes[:2]} == {"quantum", "gateway"}
    assert sentence(alarm) == f"Words change: “{alarm.changes[0].name}” stands in from 0 to 25 of 100 reports."


def test_many_like_reports_of_one_outage_are_no_new_language(desk: Desk, fill: Fill) -> None:
    fill(usual(200, 1), 200, 30)
    fill([*usual(60, 2), *["the quantum gateway is down"] * 60], 30)
    assert not check_drift(desk, OPERATOR).raised


def test_types_that_are_shared_out_anew_are_an_alarm(desk: Desk, fill: Fill) -> None:
    training.first_models(desk)
    fill(usual(200, 1), 200, 30)
    fill([f"{text} phishing mail malware clicked link leaked" for text in usual(80, 2)], 30)
    kinds = [one.kind for one in check_drift(desk, OPERATOR).raised]
    assert "types" in kinds


def judge(desk: Desk, n: int, right: int, days: int, until: int) -> None:
    """Reviews of a period, of which the first `right` left the assistant's type as it was."""
    with desk.transaction() as session:
        for place in range(n):
            at = desk.now() - timedelta(days=days) + timedelta(days=days - until) / (n + 1) * (place + 1)
            incident = _incident(f"{days}-{place}", f"Report {place}", at)
            session.add(incident)
            session.flush()
            known = {"incident_id": incident.id or 0, "at": at}
            opinion = {"target": "type", "label": "access", "confidence": 0.5, "is_sure": False}
            session.add(Prediction(**known, **opinion, candidates=[], words=[]))
            session.add(Review(**known, decision="accepted", type="access" if place < right else "security"))


def test_people_who_agree_less_are_an_alarm(desk: Desk) -> None:
    judge(desk, 100, 90, 200, 30)
    judge(desk, 40, 20, 30, 0)
    alarm = check_drift(desk, OPERATOR).raised[0]
    assert (alarm.kind, alarm.n_before, alarm.n_now) == ("agreement", 100, 40)
    assert sentence(alarm) == "People agree with the assistant less: from 90 to 50 of 100 reviews."


def test_of_an_earlier_time_what_was_taken_back_later_still_counts(desk: Desk, clock: Any) -> None:
    judge(desk, 100, 90, 200, 30)
    judge(desk, 40, 20, 30, 0)
    then = desk.now()
    found = check_drift(desk, OPERATOR, at=then)
    clock.forward(hours=1)
    with desk.transaction() as session:
        for row in session.exec(select(Review).order_by(col(Review.id).desc()).limit(30)):
            row.undone_at = desk.now()
    assert check_drift(desk, OPERATOR, at=then) == found
    assert check_drift(desk, OPERATOR).checks == ()


def test_people_who_agree_more_or_as_before_are_none(desk: Desk) -> None:
    judge(desk, 100, 50, 200, 30)
    judge(desk, 40, 38, 30, 0)
    assert not check_drift(desk, OPERATOR).raised


def test_too_few_are_not_compared(desk: Desk, fill: Fill) -> None:
    fill(usual(49, 1), 200, 30)
    fill(usual(80, 2), 30)
    assert check_drift(desk, OPERATOR).checks == ()
    assert watch(desk, OPERATOR) is None
    assert latest_drift(desk, OPERATOR) is None


def test_the_leads_are_told_once(desk: Desk, lead: Person, agent: Person, clock: object, fill: Fill) -> None:
    fill(usual(200, 1), 200, 30)
    fill([*usual(60, 2), *new(20)], 30)
    for _ in range(2):
        watch(desk, OPERATOR)
        clock.forward(hours=1)  # type: ignore[attr-defined]
    with desk.reading() as session:
        told = session.exec(select(OutboxRow)).all()
        assert len(session.exec(select(DriftCheck).where(DriftCheck.is_alarm)).all()) == 2
    assert [(row.account_id, row.link) for row in told] == [(lead.id, "/assistant?view=Change")]
    assert "stands in from 0 to 25 of 100" in told[0].body


def test_what_is_kept_is_what_was_found(desk: Desk, lead: Person, fill: Fill) -> None:
    fill(usual(200, 1), 200, 30)
    fill(usual(80, 2), 30)
    assert watch(desk, OPERATOR) == latest_drift(desk, lead)


def test_the_demo_alarms_nobody(desk: Desk, lead: Person, fill: Fill) -> None:
    fill(usual(200, 1), 200, 30, is_demo=True)
    fill(new(80), 30, is_demo=True)
    assert check_drift(desk, OPERATOR).is_demo
    assert watch(desk, OPERATOR) is None


def test_it_is_for_leads(desk: Desk, agent: Person) -> None:
    for verb in (check_drift, watch, latest_drift):
        with pytest.raises(NotAllowed):
            verb(desk, agent)
