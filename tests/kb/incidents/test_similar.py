"""Open incidents like the one being written, and joining one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kb import incidents, outbox
from kb.desk import Desk
from kb.errors import NotFound, NotValid
from kb.labels import Role
from kb.person import Person
from kb.tables import Incident
from tests.kb.incidents.conftest import Submit


@pytest.fixture
def stranger(make_person: Callable[..., Person]) -> Person:
    return make_person(Role.USER, "Stranger")


def found(desk: Desk, person: Person, text: str = "the printer on floor 3 prints nothing") -> list[int]:
    return [similar.id for similar in incidents.similar(desk, person, text)]


def test_like_incidents_are_offered_while_they_are_open(
    desk: Desk, submit: Submit, agent: Person, stranger: Person
) -> None:
    number = submit().id
    submit(title="Wireless is slow", body="In the canteen")
    assert found(desk, stranger) == [number]
    incidents.resolve(desk, agent, number, resolution="Paper")
    assert found(desk, stranger) == []


def test_one_word_in_common_is_not_alike(desk: Desk, submit: Submit, stranger: Person) -> None:
    submit()
    assert found(desk, stranger, "printer ink for the plotter costs too much") == []
    assert found(desk, stranger, "") == []


def test_words_of_asking_are_nothing_in_common(desk: Desk, submit: Submit, agent: Person) -> None:
    submit(title="Wireless finds nothing since all was moved", body="In the canteen")
    assert found(desk, agent, "The shop search finds nothing, all is empty since 2:30") == []


def test_private_incidents_are_offered_to_agents_alone(
    desk: Desk, submit: Submit, agent: Person, stranger: Person, visitor: Person
) -> None:
    alone, security = submit(impact="one").id, submit().id
    with desk.transaction() as session:
        session.get_one(Incident, security).type = "security"
    assert sorted(found(desk, agent)) == [alone, security]
    assert found(desk, stranger) == found(desk, visitor) == []
    for number in (alone, security, 999):
        with pytest.raises(NotFound):
            incidents.me_too(desk, stranger, number)


def test_what_was_written_is_never_shown(desk: Desk, submit: Submit, stranger: Person) -> None:
    submit(body="Jobs stay in the queue, in room 4711")
    assert "4711" not in str(incidents.similar(desk, stranger, "printer prints nothing queue"))


def test_it_is_said_what_matched(desk: Desk, submit: Submit, agent: Person, stranger: Person) -> None:
    submit(body="Jobs stay in the queue, in room 4711")
    text = "the printer prints nothing, the queue has 4711"
    seen, shown = (incidents.similar(desk, person, text)[0] for person in (agent, stranger))
    assert {"printer", "queue", "4711"} <= set(seen.words)
    assert set(shown.words) == {"printer", "prints"}  # telling words of the title alone


def test_what_only_the_text_has_in_common_is_offered_to_agents_alone(
    desk: Desk, submit: Submit, agent: Person, stranger: Person
) -> None:
    number = submit(title="Orders arrive twice", body="The label printer stopped, its queue is full").id
    assert found(desk, agent, "printer queue") == [number]
    assert found(desk, stranger, "printer queue") == []
    shown = submit(title="Badge printer: the queue is full", body="The lobby has waited for an hour, " * 20).id
    assert [one.id for one in incidents.similar(desk, stranger, "printer queue", limit=1)] == [shown]


def test_at_most_five_are_offered(desk: Desk, submit: Submit, agent: Person) -> None:
    for n in range(7):
        submit(title=f"Printer on floor {n} prints nothing")
    assert len(incidents.similar(desk, agent, "printer prints nothing")) == 5


def test_the_index_follows_what_is_opened_and_closed(desk: Desk, submit: Submit, agent: Person) -> None:
    numbers = [submit(title=f"Printer prints nothing {n}").id for n in range(4)]
    assert sorted(found(desk, agent, "printer prints nothing")) == numbers
    incidents.resolve(desk, agent, numbers[0], resolution="Paper")
    numbers.append(submit(title="Printer prints nothing at all").id)
    assert sorted(found(desk, agent, "printer prints nothing")) == numbers[1:]


def test_an_incident_is_not_like_itself(desk: Desk, submit: Submit, agent: Person) -> None:
    number = submit().id
    assert incidents.similar(desk, agent, "printer on floor 3 prints nothing", but=number) == ()


def test_me_too_counts_each_person_once(desk: Desk, submit: Submit, user: Person, stranger: Person) -> None:
    number = submit().id
    for person in (stranger, stranger, user):
        incidents.me_too(desk, person, number)
    assert [similar.affected for similar in incidents.similar(desk, stranger, "printer prints nothing")] == [2]
    assert incidents.get(desk, user, number).affected == 2


def test_a_guest_joins_with_an_address(desk: Desk, submit: Submit, visitor: Person) -> None:
    number = submit().id
    with pytest.raises(NotValid):
        incidents.me_too(desk, visitor, number)
    incidents.me_too(desk, visitor, number, email="G@example.com")
    incidents.me_too(desk, visitor, number, email="g@example.com ")
    assert incidents.similar(desk, visitor, "printer prints nothing")[0].affected == 2


def test_who_joined_is_told_how_it_goes(desk: Desk, submit: Submit, agent: Person, stranger: Person) -> None:
    number = submit().id
    incidents.me_too(desk, stranger, number)
    incidents.comment(desk, agent, number, "We are on it")
    incidents.resolve(desk, agent, number, resolution="Paper")
    assert [notice.body for notice in outbox.notices(desk, stranger)] == ["Paper", "We are on it"]
