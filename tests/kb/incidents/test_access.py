"""Who may see which incident, and how much of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kb import incidents
from kb.desk import Desk
from kb.errors import NotAllowed, NotFound, NotValid
from kb.incidents import Standing
from kb.labels import Role
from kb.person import Person
from tests.kb.incidents.conftest import Submit


@pytest.fixture
def stranger(make_person: Callable[..., Person]) -> Person:
    return make_person(Role.USER, "Stranger")


def test_reporter_and_agents_see_an_incident_and_nobody_else(
    desk: Desk, submit: Submit, user: Person, agent: Person, stranger: Person, visitor: Person
) -> None:
    number = submit().id
    assert incidents.get(desk, user, number).standing is Standing.REPORTER
    assert incidents.get(desk, agent, number).standing is Standing.STAFF
    for person in (stranger, visitor):
        with pytest.raises(NotFound):
            incidents.get(desk, person, number)


@pytest.mark.parametrize("key", ["", "wrong", "\ud800", "x" * 10_000])
def test_a_guests_incident_opens_only_with_its_key(desk: Desk, submit: Submit, visitor: Person, key: str) -> None:
    done = submit(visitor, guest_email="a@example.com")
    with pytest.raises(NotFound):
        incidents.get(desk, visitor, done.id, key=key)


def test_a_key_opens_no_other_incident(desk: Desk, submit: Submit, visitor: Person) -> None:
    mine, other = submit(visitor, guest_email="a@example.com"), submit(visitor, guest_email="b@example.com")
    with pytest.raises(NotFound):
        incidents.get(desk, visitor, other.id, key=mine.guest_key)


@pytest.mark.parametrize("number", [0, -1, 99, 2**31, 2**70])
def test_an_unknown_number_is_a_plain_sentence(desk: Desk, agent: Person, number: int) -> None:
    with pytest.raises(NotFound, match="no such incident"):
        incidents.get(desk, agent, number)


def test_internal_notes_and_causes_stay_among_agents(desk: Desk, submit: Submit, user: Person, agent: Person) -> None:
    number = submit().id
    incidents.comment(desk, agent, number, "Ask the vendor", is_public=False)
    incidents.resolve(desk, agent, number, resolution="Restarted", cause="Our mistake")
    seen = incidents.get(desk, user, number)
    assert "vendor" not in str(seen)
    assert "mistake" not in str(seen)
    assert "Our mistake" in str(incidents.get(desk, agent, number))


def test_who_said_me_too_sees_progress_but_not_the_report(
    desk: Desk, submit: Submit, user: Person, agent: Person, stranger: Person
) -> None:
    number = submit(body="My password is hunter2").id
    incidents.me_too(desk, stranger, number)
    incidents.comment(desk, user, number, "Call me at home")
    incidents.comment(desk, agent, number, "We are on it")
    seen = incidents.get(desk, stranger, number)
    assert seen.standing is Standing.WATCHER
    assert "We are on it" in str(seen)
    assert "hunter2" not in str(seen)
    assert "home" not in str(seen)
    assert seen.reporter == ""


def test_a_watcher_does_not_reopen(desk: Desk, submit: Submit, agent: Person, stranger: Person) -> None:
    number = submit().id
    incidents.me_too(desk, stranger, number)
    incidents.resolve(desk, agent, number, resolution="Done")
    with pytest.raises(NotAllowed):
        incidents.reopen(desk, stranger, number, reason="Not for me")


@pytest.mark.parametrize(
    "act",
    [
        lambda desk, person, number: incidents.assign(desk, person, number, person.id),
        lambda desk, person, number: incidents.move(desk, person, number, None),
        lambda desk, person, number: incidents.set_status(desk, person, number, "closed"),
        lambda desk, person, number: incidents.resolve(desk, person, number, resolution="x"),
        lambda desk, person, number: incidents.link_article(desk, person, number, 1),
        lambda desk, person, number: incidents.comment(desk, person, number, "x", is_public=False),
        lambda desk, person, number: incidents.worklist(desk, person, incidents.Filters()),
        lambda desk, person, number: incidents.views(desk, person),
        lambda desk, person, number: incidents.save_view(desk, person, "a", incidents.Filters()),
    ],
)
def test_work_is_for_agents(
    desk: Desk, submit: Submit, user: Person, visitor: Person, act: Callable[..., None]
) -> None:
    number = submit().id
    for person in (user, visitor):
        with pytest.raises(NotAllowed):
            act(desk, person, number)


def test_numbers_are_read_as_people_write_them() -> None:
    assert [incidents.id_of(text) for text in ("INC-12", " inc-12 ", "12")] == [12, 12, 12]
    for text in ("", "INC-", "KB-12", "-1", "1; drop", "9" * 10, "١٢"):
        with pytest.raises(NotFound):
            incidents.id_of(text)


def test_a_service_key_that_is_not_text_is_refused(submit: Submit) -> None:
    with pytest.raises(NotValid):
        submit(title="")
