"""Measured as of an earlier time, what came later is not known yet: it gives the same figures again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlmodel import col, select

from kb import incidents, services
from kb.assessing.cases import Cases, cases, starter_rows
from kb.desk import Desk
from kb.labels import Target
from kb.person import OPERATOR, Person
from kb.tables import Incident, Review, Team

Confirm = Callable[..., list[int]]
Read = Callable[[], Cases]


@pytest.fixture
def read_then(desk: Desk, clock: Any, confirm: Confirm) -> Read:
    """read_then() reads what was confirmed at nine, an hour later."""
    confirm(3)
    then = desk.now()
    clock.forward(hours=1)

    def read() -> Cases:
        with desk.reading() as session:
            return cases(session, Target.TYPE, until=then)

    return read


def test_a_judgement_taken_back_later_still_counts(desk: Desk, read_then: Read) -> None:
    before = read_then()
    with desk.transaction() as session:
        session.exec(select(Review).order_by(col(Review.id))).first().undone_at = desk.now()  # type: ignore[union-attr]
    assert read_then() == before
    with desk.reading() as session:
        assert len(cases(session, Target.TYPE, until=desk.now()).rows) == len(before.rows) - 1


def test_a_type_merged_later_is_still_itself(desk: Desk, admin: Person, read_then: Read) -> None:
    before = read_then()
    services.merge_types(desk, admin, "hardware_failure", into="performance")
    assert read_then() == before
    with desk.reading() as session:
        assert "hardware_failure" not in {row.label for row in cases(session, Target.TYPE, until=desk.now()).rows}


def test_the_starter_set_has_the_types_of_then_too(desk: Desk, admin: Person, clock: Any) -> None:
    then = desk.now()
    clock.forward(hours=1)
    with desk.reading() as session:
        before = starter_rows(session, Target.TYPE, until=then)
    services.merge_types(desk, admin, "hardware_failure", into="performance")
    services.save_type(desk, admin, "access", name="Access", is_active=False)
    with desk.reading() as session:
        assert starter_rows(session, Target.TYPE, until=then) == before
        _, labels = starter_rows(session, Target.TYPE, until=desk.now())
    assert set(before[1]) - set(labels) == {"hardware_failure", "access"}


def test_an_incident_moved_later_still_belongs_to_its_team_of_then(desk: Desk, clock: Any, confirm: Confirm) -> None:
    first, second, *_ = confirm(3)
    with desk.transaction() as session:
        a, b, c = (team.id for team in session.exec(select(Team).order_by(col(Team.id))))
        session.get_one(Incident, first).team_id = a
    then = desk.now()
    for id, team_id in ((first, b), (first, c), (second, b)):
        clock.forward(hours=1)
        incidents.move(desk, OPERATOR, id, team_id)
    with desk.reading() as session:
        found = {at: [row.team for row in cases(session, Target.TYPE, until=at).rows][:3] for at in (then, desk.now())}
    assert list(found.values()) == [["Team A", "", ""], ["Team C", "Team B", ""]]
