"""Bursts of like reports, and the major incident that a lead makes of one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlmodel import col, select

from kb import incidents, outbox, services
from kb.desk import Desk
from kb.errors import Conflict, NotAllowed, NotFound, NotValid
from kb.incidents import outages
from kb.incidents.outages.usual import NAME
from kb.labels import Role, Status
from kb.person import OPERATOR, Person
from kb.tables import Outage, Preference
from tests.kb.incidents.conftest import Submit, stored, timeline

VPN = (
    ("VPN won't connect", "Since nine I can't get into the VPN from home."),
    ("cannot connect to vpn", "Tried three times from home, gateway unreachable"),
    ("VPN down?", "Nobody working from home gets in, VPN says gateway unreachable"),
    ("vpn gateway unreachable", "Can't connect from home."),
)


@pytest.fixture(autouse=True)
def usual(desk: Desk) -> None:
    """The simulation of this week found that chance brings three together once in twenty months."""
    value = {"at": desk.now().isoformat(), "a_month": (30.0,) * 3 + (0.05,) * 10, "months": 120}
    with desk.transaction() as session:
        session.add(Preference(name=NAME, value=value))


@pytest.fixture
def burst(desk: Desk, submit: Submit, make_person: Callable[..., Person], clock: Any) -> list[int]:
    """Three people report that the VPN is down, within half an hour."""
    found = []
    for n, (title, body) in enumerate(VPN[:3]):
        found.append(submit(make_person(Role.USER, f"Vic {n}"), title=title, body=body).id)
        clock.forward(minutes=10)
    return found


def look(desk: Desk) -> int:
    return outages.look(desk, OPERATOR)


def announced(desk: Desk, lead: Person, **given: Any) -> str:
    look(desk)
    given.setdefault("message", "Nobody gets into the VPN")
    return outages.announce(desk, lead, outages.waiting(desk, lead)[0].id, **given)


def test_a_burst_of_like_reports_is_told_to_the_leads_once(desk: Desk, burst: list[int], lead: Person) -> None:
    assert [look(desk), look(desk)] == [1, 0]
    found = outages.waiting(desk, lead)[0]
    assert ([report.id for report in found.reports], found.people, found.chance_a_month) == (burst, 3, 0.05)
    assert [notice.subject for notice in outbox.notices(desk, lead)][:1] == [
        "Perhaps a major incident: 3 people report the same"
    ]


def test_unlike_reports_are_no_burst(desk: Desk, submit: Submit, make_person: Callable[..., Person]) -> None:
    for n, title in enumerate(("Coffee on my keyboard", "Invoice total is wrong", "Please add me to the wiki")):
        submit(make_person(Role.USER, f"Una {n}"), title=title, body="")
    assert look(desk) == 0


def test_one_person_alone_is_no_burst(desk: Desk, submit: Submit, user: Person) -> None:
    for title, body in VPN:
        submit(user, title=title, body=body)
    assert look(desk) == 0


def test_whoever_joined_counts_as_a_report(desk: Desk, submit: Submit, make_person: Callable[..., Person]) -> None:
    number = submit(make_person(Role.USER, "Vic"), title=VPN[0][0], body=VPN[0][1]).id
    submit(make_person(Role.USER, "Wu"), title=VPN[1][0], body=VPN[1][1])
    assert look(desk) == 0
    incidents.me_too(desk, make_person(Role.USER, "Xi"), number)
    assert look(desk) == 1


@pytest.fixture
def joined(desk: Desk, submit: Submit, make_person: Callable[..., Person]) -> int:
    """One report that ten others joined."""
    id = submit(make_person(Role.USER, "Vic"), title=VPN[0][0], body=VPN[0][1]).id
    for n in range(10):
        incidents.me_too(desk, make_person(Role.USER, f"Wu {n}"), id)
    return id


def test_a_single_report_that_enough_people_joined_is_a_burst(desk: Desk, joined: int, lead: Person) -> None:
    assert [look(desk), look(desk)] == [1, 0]
    found = outages.waiting(desk, lead)[0]
    assert ([report.id for report in found.reports], found.people, found.is_joined) == ([joined], 11, True)
    assert outbox.notices(desk, lead)[0].subject == "Perhaps a major incident: 11 people report the same"


def test_a_single_report_can_be_announced(desk: Desk, joined: int, lead: Person) -> None:
    assert announced(desk, lead) == f"INC-{joined}"
    assert outages.announced(desk)[0].affected == 11
    assert (look(desk), outages.waiting(desk, lead)) == (0, ())


def test_a_report_without_words_is_a_burst_once_enough_joined(
    desk: Desk, submit: Submit, make_person: Callable[..., Person]
) -> None:
    id = submit(make_person(Role.USER, "Vic"), title="???", body="").id
    for n in range(2):
        incidents.me_too(desk, make_person(Role.USER, f"Wu {n}"), id)
    assert look(desk) == 1


def test_of_a_burst_one_report_that_is_left_with_one_person_does_not_wait(
    desk: Desk, burst: list[int], lead: Person, agent: Person
) -> None:
    look(desk)
    for one in burst[1:]:
        incidents.resolve(desk, agent, one, resolution="A new certificate")
    assert outages.waiting(desk, lead) == ()


def test_what_was_joined_by_hand_can_still_be_announced(
    desk: Desk, burst: list[int], lead: Person, agent: Person
) -> None:
    look(desk)
    for one in burst[1:]:
        incidents.join(desk, agent, one, burst[0])
    found = outages.waiting(desk, lead)[0]
    assert ([report.id for report in found.reports], found.is_joined) == ([burst[0]], False)


def test_reports_that_lie_far_apart_are_no_burst(
    desk: Desk, submit: Submit, make_person: Callable[..., Person], clock: Any
) -> None:
    for n, (title, body) in enumerate(VPN):
        submit(make_person(Role.USER, f"Vic {n}"), title=title, body=body)
        clock.forward(hours=2)
        assert look(desk) == 0


def test_reports_about_different_services_are_not_alike(
    desk: Desk, submit: Submit, make_person: Callable[..., Person]
) -> None:
    services.seed(desk)
    for n, service in enumerate(services.services(desk)[:3]):
        submit(make_person(Role.USER, f"Vic {n}"), title=VPN[n][0], body=VPN[n][1], service_id=service.id)
    assert look(desk) == 0


def test_announcing_puts_the_reports_under_the_first(desk: Desk, burst: list[int], lead: Person) -> None:
    assert announced(desk, lead) == f"INC-{burst[0]}"
    assert [stored(desk, one).parent_id for one in burst] == [None, burst[0], burst[0]]
    found = outages.announced(desk)[0]
    assert (found.message, found.number, found.affected) == ("Nobody gets into the VPN", f"INC-{burst[0]}", 3)
    assert outages.waiting(desk, lead) == ()


def test_a_report_that_is_something_else_stays_alone(desk: Desk, burst: list[int], lead: Person) -> None:
    announced(desk, lead, but=[burst[1]])
    assert [stored(desk, one).parent_id for one in burst] == [None, None, burst[0]]


def test_what_resolves_the_parent_reaches_all(
    desk: Desk, burst: list[int], lead: Person, agent: Person, make_person: Callable[..., Person]
) -> None:
    services.seed(desk)
    announced(desk, lead, service_id=services.services(desk)[0].id)
    incidents.resolve(desk, agent, burst[0], resolution="The gateway has a new certificate.")
    for one in (stored(desk, id) for id in burst):
        assert (one.status, one.resolution) == (Status.RESOLVED, "The gateway has a new certificate.")
        assert one.responded_at == desk.now()
    assert outages.announced(desk) == ()
    with desk.reading() as session:
        assert session.exec(select(Outage)).one().ended_at == desk.now()


def test_what_is_back_with_the_parent_is_an_outage_again(
    desk: Desk, burst: list[int], lead: Person, agent: Person, clock: Any
) -> None:
    services.seed(desk)
    announced(desk, lead, service_id=services.services(desk)[0].id)
    ended = []
    for _ in range(2):
        clock.forward(hours=1)
        ended.append(desk.now())
        incidents.resolve(desk, agent, burst[0], resolution="The gateway has a new certificate.")
        clock.forward(hours=1)
        incidents.reopen(desk, agent, burst[0], reason="Down again")
    with desk.reading() as session:
        first, second, third = session.exec(select(Outage).order_by(col(Outage.id))).all()
    assert [first.ended_at, second.ended_at, third.ended_at] == [*ended, None]
    assert third.started_at == desk.now()
    assert {(one.service_id, one.message, one.incident_id) for one in (first, second, third)} == {
        (first.service_id, "Nobody gets into the VPN", burst[0])
    }


def test_everybody_who_reported_is_told(desk: Desk, burst: list[int], lead: Person, agent: Person) -> None:
    announced(desk, lead)
    incidents.resolve(desk, agent, burst[0], resolution="Done")
    reporter = Person(stored(desk, burst[1]).reporter_id, "Vic 1", "", Role.USER)
    subjects = [notice.subject.partition(": ")[2] for notice in outbox.notices(desk, reporter)]
    assert f"others report the same; it is solved together with INC-{burst[0]}" in subjects
    assert f"resolved: {VPN[1][0]}" in subjects


def test_one_that_came_later_can_be_added(
    desk: Desk, burst: list[int], lead: Person, submit: Submit, make_person: Callable[..., Person]
) -> None:
    announced(desk, lead)
    late = submit(make_person(Role.USER, "Zoe"), title=VPN[3][0], body=VPN[3][1]).id
    assert look(desk) == 0
    found = outages.waiting(desk, lead)[0]
    assert (found.parent, [report.id for report in found.reports]) == (f"INC-{burst[0]}", [late])
    outages.announce(desk, lead, found.id)
    assert stored(desk, late).parent_id == burst[0]
    assert outages.announced(desk)[0].message == "Nobody gets into the VPN"


def test_a_dismissed_burst_is_not_told_again_until_it_has_doubled(
    desk: Desk, burst: list[int], lead: Person, submit: Submit, make_person: Callable[..., Person]
) -> None:
    look(desk)
    outages.dismiss(desk, lead, outages.waiting(desk, lead)[0].id)
    assert (look(desk), outages.waiting(desk, lead), outages.announced(desk)) == (0, (), ())
    for n in range(3):
        submit(make_person(Role.USER, f"New {n}"), title=VPN[3][0], body=f"{VPN[3][1]} {n}")
    assert look(desk) == 1


def test_the_same_decision_twice_is_one(desk: Desk, burst: list[int], lead: Person) -> None:
    look(desk)
    burst_id = outages.waiting(desk, lead)[0].id
    for _ in range(2):
        outages.announce(desk, lead, burst_id, message="VPN")
    assert len([line for line in timeline(desk, burst[1]) if line.startswith("parent") or line == "parent"]) == 1
    with pytest.raises(Conflict):
        outages.dismiss(desk, lead, burst_id)


def test_a_burst_whose_reports_are_all_solved_can_not_be_announced(
    desk: Desk, burst: list[int], lead: Person, agent: Person
) -> None:
    look(desk)
    burst_id = outages.waiting(desk, lead)[0].id
    for one in burst:
        incidents.resolve(desk, agent, one, resolution="Done")
    with pytest.raises(Conflict):
        outages.announce(desk, lead, burst_id, message="VPN")


def test_a_banner_needs_words(desk: Desk, burst: list[int], lead: Person) -> None:
    with pytest.raises(NotValid):
        announced(desk, lead, message="  ")
    assert outages.announced(desk) == ()


def test_only_leads_decide(desk: Desk, burst: list[int], agent: Person, lead: Person) -> None:
    for verb in (outages.announce, outages.dismiss):
        with pytest.raises(NotAllowed):
            verb(desk, agent, 1)
        with pytest.raises(NotFound):
            verb(desk, lead, 999)
    with pytest.raises(NotAllowed):
        outages.waiting(desk, agent)
    with pytest.raises(NotAllowed):
        outages.look(desk, lead)


def test_the_rates_are_simulated_anew_after_a_week(desk: Desk, clock: Any) -> None:
    clock.forward(days=6)
    assert outages.chance(desk).of(3) == 0.05
    clock.forward(days=2)
    found = outages.chance(desk)
    assert 0 < found.of(3) != 0.05
    assert outages.chance(desk) == found
