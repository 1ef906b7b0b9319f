"""The assessment learns from the older incidents, is asked about the latest, and knows what it is up against."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlmodel import col, select

from kb import incidents, services
from kb.assessing import Report, assess
from kb.assessing.cases import cases, taught
from kb.assessing.measuring import halves
from kb.desk import Desk
from kb.error_budget import set_error_budget
from kb.errors import Conflict, NotAllowed
from kb.labels import Role, Target
from kb.person import OPERATOR, Person
from kb.tables import Incident, Review, Team
from kb.training.rows import MOST_PER_REVIEWER, collect

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


@pytest.mark.parametrize("target", [Target.TYPE, Target.SEVERITY])
def test_one_team_and_one_language_for_all_have_the_figures_of_all(
    desk: Desk, confirm: Confirm, target: Target
) -> None:
    confirm(12, turned=frozenset({33, 34}))
    report = assess(desk, OPERATOR, target)
    assert [(one.by, one.name) for one in report.groups] == [("team", "No team"), ("language", "Other or unclear")]
    whole = report.assistant
    for one in report.groups:
        assert (one.right, one.macro_f1, one.cost, one.missed) == (
            whole.right, whole.macro_f1, whole.cost, whole.missed
        )  # fmt: skip


def test_each_team_has_macro_f1_and_cost_of_its_own_incidents(desk: Desk, confirm: Confirm) -> None:
    ids = confirm(20, turned=frozenset({55, 57}))
    with desk.transaction() as session:
        teams = session.exec(select(Team).order_by(col(Team.id))).all()[:2]
        for place, id in enumerate(ids):
            session.get_one(Incident, id).team_id = teams[place % 2].id
    report = assess(desk, OPERATOR, Target.TYPE)
    found = [one for one in report.groups if one.by == "team"]
    assert sorted(one.name for one in found) == ["Team A", "Team B"]
    assert sum(one.right.n for one in found) == report.n_test
    costs = sum(one.right.n * one.cost.value for one in found)
    assert costs / report.n_test == pytest.approx(report.assistant.cost.value)
    for one in found:
        assert one.macro_f1.low <= one.macro_f1.value <= one.macro_f1.high
        assert one.cost.low <= one.cost.value <= one.cost.high


def test_of_one_person_it_learns_no_more_than_a_training_would(desk: Desk, lead: Person, confirm: Confirm) -> None:
    confirm(20, leads=(lead,))
    report = assess(desk, OPERATOR, Target.TYPE)
    assert (report.n_train, report.n_over_cap) == (MOST_PER_REVIEWER, 42 - MOST_PER_REVIEWER)


def test_what_it_learns_is_what_a_training_learns(
    desk: Desk, make_person: Callable[..., Person], confirm: Confirm
) -> None:
    confirm(20, leads=(make_person(Role.LEAD, "Eager"), make_person(Role.LEAD, "Other")))
    with desk.reading() as session:
        rows, trained = cases(session, Target.TYPE, until=desk.now()).rows, collect(session, Target.TYPE)
    learned = [row.text for row, may in zip(rows, taught(rows), strict=True) if may]
    assert len(learned) == 2 * MOST_PER_REVIEWER
    assert sorted(learned) == sorted(trained.texts[trained.n_starter :])


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


def test_what_happens_later_leaves_the_figures_of_then_as_they_were(
    desk: Desk, clock: object, admin: Person, confirm: Confirm
) -> None:
    ids = confirm(12)
    report = assess(desk, OPERATOR, Target.TYPE)
    clock.forward(hours=1)  # type: ignore[attr-defined]
    with desk.transaction() as session:
        session.exec(select(Review).where(Review.incident_id == ids[2])).one().undone_at = desk.now()
        team_id = session.exec(select(Team.id).order_by(col(Team.id))).first()
    incidents.move(desk, OPERATOR, ids[-1], team_id)
    services.merge_types(desk, admin, "hardware_failure", into="performance")
    assert assess(desk, OPERATOR, Target.TYPE, until=report.until) == report
    assert assess(desk, OPERATOR, Target.TYPE) != report


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
