"""Lists, filters and saved views."""

from __future__ import annotations

from typing import Any

import pytest

from kb import incidents
from kb.desk import Desk
from kb.errors import NotAllowed, NotFound, NotValid
from kb.incidents import Filters
from kb.person import Person
from tests.kb.incidents.conftest import Submit


def numbers(desk: Desk, person: Person, **filters: str) -> list[int]:
    return [row.id for row in incidents.worklist(desk, person, Filters(**filters)).rows]


def test_the_worst_come_first_and_among_equals_the_one_due_first(
    desk: Desk, clock: Any, submit: Submit, agent: Person
) -> None:
    low = submit(impact="one", urgency="low").id
    first = submit(impact="all", urgency="high").id
    clock.forward(minutes=1)
    second = submit(impact="all", urgency="high").id
    assert numbers(desk, agent) == [first, second, low]


def test_filters_narrow_the_list(desk: Desk, clock: Any, submit: Submit, agent: Person) -> None:
    mine, other, closed = submit(title="100% of disk").id, submit(title="Disk is slow").id, submit().id
    incidents.assign(desk, agent, mine, agent.id)
    incidents.set_status(desk, agent, closed, "closed")
    assert set(numbers(desk, agent)) == {mine, other}
    assert numbers(desk, agent, status="closed") == [closed]
    assert set(numbers(desk, agent, status="")) == {mine, other, closed}
    assert numbers(desk, agent, assignee="me") == numbers(desk, agent, assignee=str(agent.id)) == [mine]
    assert numbers(desk, agent, assignee="none") == [other]
    assert numbers(desk, agent, severity="critical") == []
    assert set(numbers(desk, agent, type="none", team="none")) == {mine, other}


def test_text_finds_words_numbers_and_signs(desk: Desk, submit: Submit, agent: Person) -> None:
    percent, slow = submit(title="100% of disk").id, submit(title="Disk is slow", body="Since Monday").id
    assert numbers(desk, agent, text="100%") == [percent]
    assert numbers(desk, agent, text="DISK monday") == [slow]
    assert numbers(desk, agent, text=f"INC-{slow}") == numbers(desk, agent, text=str(slow)) == [slow]
    assert numbers(desk, agent, text="di_k") == []


@pytest.mark.parametrize(
    "filters", [{"team": "x"}, {"assignee": "9" * 30}, {"status": "'"}, {"type": "--"}, {"text": "%"}]
)
def test_a_filter_nobody_meant_finds_nothing(
    desk: Desk, submit: Submit, agent: Person, filters: dict[str, str]
) -> None:
    submit()
    assert numbers(desk, agent, **filters) == []


def test_overdue_ones_are_those_whose_running_clock_has_passed(
    desk: Desk, clock: Any, submit: Submit, agent: Person
) -> None:
    late, held = submit(impact="all", urgency="high").id, submit(impact="all", urgency="high").id
    incidents.set_status(desk, agent, held, "on_hold")
    assert numbers(desk, agent, overdue="yes") == []
    clock.forward(minutes=20)
    assert numbers(desk, agent, overdue="yes") == [late]
    assert {row.id: row.is_overdue for row in incidents.worklist(desk, agent, Filters()).rows} == {
        late: True,
        held: False,
    }


def test_a_long_list_comes_in_pages(desk: Desk, submit: Submit, agent: Person) -> None:
    made = [submit().id for _ in range(5)]
    pages = [incidents.worklist(desk, agent, Filters(), page=page, per_page=2) for page in (1, 2, 3, 99, -5)]
    assert [(p.found, p.pages, p.page) for p in pages] == [(5, 3, 1), (5, 3, 2), (5, 3, 3), (5, 3, 3), (5, 3, 1)]
    assert sorted(row.id for page in pages[:3] for row in page.rows) == made


def test_mine_is_what_i_reported_or_follow(desk: Desk, clock: Any, submit: Submit, user: Person, agent: Person) -> None:
    own, theirs, followed = submit().id, submit(agent).id, submit(agent).id
    clock.forward(minutes=1)
    incidents.me_too(desk, user, followed)
    assert [row.id for row in incidents.mine(desk, user).rows] == [followed, own]
    assert theirs not in [row.id for row in incidents.mine(desk, user).rows]


def test_a_guest_has_no_list(desk: Desk, visitor: Person) -> None:
    with pytest.raises(NotAllowed, match="link"):
        incidents.mine(desk, visitor)


def test_a_view_is_saved_replaced_shared_and_deleted(desk: Desk, agent: Person, lead: Person) -> None:
    incidents.save_view(desk, agent, "Mine", Filters(assignee="me"))
    incidents.save_view(desk, agent, "Mine", Filters(assignee="none"), is_shared=True)
    (view,) = incidents.views(desk, lead)
    assert (view.name, view.filters.assignee, view.is_mine) == ("Mine", "none", False)
    with pytest.raises(NotFound):
        incidents.delete_view(desk, lead, view.id)
    incidents.delete_view(desk, agent, view.id)
    assert incidents.views(desk, agent) == ()


def test_a_view_needs_a_name(desk: Desk, agent: Person) -> None:
    with pytest.raises(NotValid):
        incidents.save_view(desk, agent, " ", Filters())


def test_filters_survive_an_address_and_ignore_what_they_do_not_know() -> None:
    filters = Filters(status="", team="3", text="a & b")
    assert Filters.of({**filters.as_words(), "page": "2", "evil": "x"}) == filters
    assert Filters().as_words() == {}
