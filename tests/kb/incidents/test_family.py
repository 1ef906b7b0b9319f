"""Putting a report under another one of the same trouble."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kb import incidents
from kb.desk import Desk
from kb.errors import Conflict, NotAllowed, NotFound, NotValid
from kb.labels import Role, Status
from kb.person import Person
from tests.kb.incidents.conftest import Submit, forget_told, stored, timeline, told


@pytest.fixture
def three(submit: Submit) -> tuple[int, int, int]:
    first, second, third = (submit(title=f"Printer {n}").id for n in range(3))
    return first, second, third


def test_a_report_joins_the_top_of_the_family(desk: Desk, agent: Person, three: tuple[int, int, int]) -> None:
    first, second, third = three
    incidents.join(desk, agent, second, first)
    incidents.join(desk, agent, third, second)
    assert [stored(desk, one).parent_id for one in three] == [None, first, first]
    assert incidents.get(desk, agent, first).reports == 2
    assert incidents.get(desk, agent, third).parent == f"INC-{first}"


def test_those_below_come_along(desk: Desk, agent: Person, three: tuple[int, int, int]) -> None:
    first, second, third = three
    incidents.join(desk, agent, third, second)
    incidents.join(desk, agent, second, first)
    assert [stored(desk, one).parent_id for one in three] == [None, first, first]


def test_one_that_left_is_not_resolved_with_the_parent(desk: Desk, agent: Person, three: tuple[int, int, int]) -> None:
    first, second, third = three
    incidents.join(desk, agent, second, first)
    incidents.join(desk, agent, third, first)
    incidents.leave(desk, agent, third)
    incidents.resolve(desk, agent, first, resolution="Paper")
    assert [stored(desk, one).status for one in three] == [Status.RESOLVED, Status.RESOLVED, Status.NEW]


def test_only_the_parent_is_offered_to_others(desk: Desk, agent: Person, three: tuple[int, int, int]) -> None:
    incidents.join(desk, agent, three[1], three[0])
    found = incidents.similar(desk, agent, "printer 1 jobs stay in the queue this morning")
    assert sorted(one.id for one in found) == [three[0], three[2]]


def test_what_can_not_be_joined(desk: Desk, user: Person, agent: Person, three: tuple[int, int, int]) -> None:
    first, second, third = three
    incidents.join(desk, agent, second, first)
    with pytest.raises(NotValid):
        incidents.join(desk, agent, first, second)
    with pytest.raises(NotFound):
        incidents.join(desk, agent, first, 999)
    with pytest.raises(NotAllowed):
        incidents.join(desk, user, third, first)
    incidents.resolve(desk, agent, first, resolution="Paper")
    with pytest.raises(Conflict):
        incidents.join(desk, agent, third, first)


def test_closing_the_parent_without_solution_closes_those_under_it(
    desk: Desk, agent: Person, user: Person, three: tuple[int, int, int]
) -> None:
    first, second, third = three
    for one in (second, third):
        incidents.join(desk, agent, one, first)
    incidents.resolve(desk, agent, third, resolution="Paper")
    forget_told(desk)
    incidents.set_status(desk, agent, first, Status.CLOSED)
    assert [stored(desk, one).status for one in three] == [Status.CLOSED, Status.CLOSED, Status.RESOLVED]
    assert timeline(desk, second)[-3:] == ["status: new > open", "status: open > closed", "together"]
    assert (stored(desk, second).closed_at, stored(desk, second).resolution) == (desk.now(), "")
    assert told(desk) == [(user.id, f"INC-{first}: closed: Printer 0"), (user.id, f"INC-{second}: closed: Printer 1")]


def test_a_parent_that_is_reopened_opens_those_its_end_closed(
    desk: Desk, agent: Person, user: Person, three: tuple[int, int, int]
) -> None:
    first, second, third = three
    for one in (second, third):
        incidents.join(desk, agent, one, first)
    incidents.resolve(desk, agent, third, resolution="Paper")
    incidents.resolve(desk, agent, first, resolution="A new fuse")
    forget_told(desk)
    incidents.reopen(desk, agent, first, reason="Still dark")
    assert [stored(desk, one).status for one in three] == [Status.OPEN, Status.OPEN, Status.RESOLVED]
    assert timeline(desk, second)[-2:] == ["status: resolved > open", "together"]
    assert incidents.get(desk, user, second).timeline[-1].new == f"INC-{first}"
    assert [told for told in told(desk) if told[0] == user.id] == [
        (user.id, f"INC-{first}: reopened: Printer 0"),
        (user.id, f"INC-{second}: reopened: Printer 1"),
    ]


@pytest.mark.parametrize("status", [Status.OPEN, Status.ON_HOLD])
def test_a_parent_whose_status_is_set_back_opens_them_too(
    desk: Desk, agent: Person, three: tuple[int, int, int], status: Status
) -> None:
    first, second, _ = three
    incidents.join(desk, agent, second, first)
    incidents.resolve(desk, agent, first, resolution="Paper")
    incidents.set_status(desk, agent, first, Status.CLOSED)
    incidents.set_status(desk, agent, first, status)
    assert [stored(desk, one).status for one in (first, second)] == [status, Status.OPEN]
    assert stored(desk, second).resolved_at is None


def test_what_was_settled_for_itself_since_stays_so(desk: Desk, agent: Person, three: tuple[int, int, int]) -> None:
    first, second, third = three
    for one in (second, third):
        incidents.join(desk, agent, one, first)
    incidents.resolve(desk, agent, first, resolution="Paper")
    incidents.reopen(desk, agent, second, reason="Not here")
    incidents.resolve(desk, agent, second, resolution="Another printer")
    incidents.leave(desk, agent, third)
    incidents.reopen(desk, agent, first, reason="Still no paper")
    assert [stored(desk, one).status for one in three] == [Status.OPEN, Status.RESOLVED, Status.RESOLVED]


def test_who_reported_the_parent_is_not_named_to_the_others(
    desk: Desk, agent: Person, user: Person, submit: Submit, make_person: Callable[..., Person]
) -> None:
    stranger = make_person(Role.USER, "Zoe")
    first, second = submit(title="Printer 0").id, submit(stranger, title="Printer 1").id
    incidents.join(desk, agent, second, first)
    incidents.resolve(desk, agent, first, resolution="Paper")
    incidents.reopen(desk, user, first, reason="Room 12, my name is Uma")
    seen = incidents.get(desk, stranger, second).timeline[-2:]
    assert [(entry.actor, entry.body) for entry in seen] == [("Operator", "")] * 2


def test_closing_what_was_resolved_leaves_a_reopened_report_open(
    desk: Desk, agent: Person, user: Person, three: tuple[int, int, int]
) -> None:
    first, second, _ = three
    incidents.join(desk, agent, second, first)
    incidents.resolve(desk, agent, first, resolution="Paper")
    incidents.reopen(desk, user, second, reason="Not here")
    incidents.set_status(desk, agent, first, Status.CLOSED)
    assert [stored(desk, one).status for one in (first, second)] == [Status.CLOSED, Status.OPEN]
