"""The assessment learns from the older incidents, is asked about the latest, and knows what it is up against."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlmodel import select

from kb.assessing import Report, assess
from kb.assessing.cases import cases
from kb.assessing.measuring import halves
from kb.desk import Desk
from kb.error_budget import set_error_budget
from kb.errors import Conflict, NotAllowed
from kb.labels import Target
from kb.person import OPERATOR, Person
from kb.tables import Review

Confirm = Callable[..., list[int]]


@pytest.fixture
def of_type(desk: Desk, confirm: Confirm) -> Report:
    confirm(20, turned=frozenset({4, 9}))
    return assess(desk, OPERATOR, Target.TYPE)


def test_it_learns_from_the_older_and_asks_about_the_latest(of_type: Report) -> None:
    assert (of_type.n_starter, of_type.n_train, of_type.n_test + of_type.n_repeats) == (16, 42, 18)
    assert of_type.from_at < of_type.to_at < of_type.until
    assert not of_type.is_demo


def test_it_stands_beside_its_rivals(of_type: Report) -> None:
    assert [one.name for one in of_type.rivals] == ["assistant", "keywords", "majority"]
    assert of_type.assistant.macro_f1.value > of_type.rivals[2].macro_f1.value
    assert of_type.assistant.right.n == of_type.n_test
    for one in of_type.rivals:
        assert one.macro_f1.low <= one.macro_f1.value <= one.macro_f1.high
        assert one.missed is None


def test_an_answer_left_to_a_person_costs_one_look(of_type: Report) -> None:
    sure, wrong = of_type.sure.hits, of_type.wrong_sure.hits
    assert of_type.assistant.cost.value == pytest.approx((of_type.n_test - sure + 5 * wrong) / of_type.n_test)


def test_bins_hold_every_answer_once(of_type: Report) -> None:
    assert sum(one.right.n for one in of_type.bins) == of_type.n_test
    assert [one.confidence for one in of_type.bins] == sorted(one.confidence for one in of_type.bins)


def test_wrong_labels_are_found_among_right_ones(of_type: Report, desk: Desk) -> None:
    with desk.reading() as session:
        rows = cases(session, Target.TYPE, until=desk.now()).rows
    assert {rows[4].incident_id, rows[9].incident_id} <= {one.incident_id for one in of_type.doubts}
    assert {one.label for one in of_type.doubts[:2]} == {"security"}


def test_severity_tells_how_many_critical_ones_it_misses_and_what_the_reporter_knew(
    desk: Desk, confirm: Confirm
) -> None:
    confirm(20)
    report = assess(desk, OPERATOR, Target.SEVERITY)
    assert [one.name for one in report.rivals] == ["assistant", "reporter", "keywords", "majority"]
    missed = report.assistant.missed
    assert missed
    assert missed.n == 6
    assert (report.rivals[1].right.value, report.rivals[1].cost.value) == (1.0, 0.0)


def test_labels_confirmed_later_are_not_looked_at(desk: Desk, clock: object, confirm: Confirm) -> None:
    before = desk.now()
    clock.forward(hours=1)  # type: ignore[attr-defined]
    confirm(20)
    with pytest.raises(Conflict, match="labels of 0 incidents"):
        assess(desk, OPERATOR, Target.TYPE, until=before)


def test_it_is_measured_by_the_error_budget_of_the_lead(desk: Desk, confirm: Confirm) -> None:
    confirm(20)
    assert assess(desk, OPERATOR, Target.TYPE).target_error == 0.05
    set_error_budget(desk, OPERATOR, 0.2)
    assert assess(desk, OPERATOR, Target.TYPE).target_error == 0.2


def test_the_same_rows_give_the_same_report(desk: Desk, confirm: Confirm) -> None:
    confirm(12)
    assert assess(desk, OPERATOR, Target.TYPE) == assess(desk, OPERATOR, Target.TYPE)


def test_what_was_learned_from_is_not_asked(desk: Desk, confirm: Confirm) -> None:
    confirm(15)
    with desk.reading() as session:
        rows = cases(session, Target.TYPE, until=desk.now()).rows
    split = halves(Target.TYPE, ([rows[-1].text.upper()], ["access"]), rows)
    assert split.n_repeats >= 1
    assert rows[-1] not in split.test


def test_a_judgement_that_was_taken_back_does_not_count(desk: Desk, confirm: Confirm) -> None:
    gone = confirm(15)[0]
    with desk.transaction() as session:
        session.exec(select(Review).where(Review.incident_id == gone)).one().undone_at = desk.now()
    with desk.reading() as session:
        found = cases(session, Target.TYPE, until=desk.now())
    assert (len(found.rows), gone in {row.incident_id for row in found.rows}) == (44, False)


def test_demo_incidents_stand_in_until_there_are_real_ones(desk: Desk, confirm: Confirm) -> None:
    confirm(4, is_demo=True)
    with desk.reading() as session:
        assert (cases(session, Target.TYPE, until=desk.now())).is_demo
    confirm(3)
    with desk.reading() as session:
        found = cases(session, Target.TYPE, until=desk.now())
    assert (found.is_demo, len(found.rows)) == (False, 9)


def test_too_few_are_refused_with_what_to_do(desk: Desk, confirm: Confirm) -> None:
    confirm(3)
    with pytest.raises(Conflict, match=r"labels of 9 incidents\. From 30 on .* under Review"):
        assess(desk, OPERATOR, Target.TYPE)


def test_it_is_for_leads(desk: Desk, agent: Person) -> None:
    with pytest.raises(NotAllowed):
        assess(desk, agent, Target.TYPE)
