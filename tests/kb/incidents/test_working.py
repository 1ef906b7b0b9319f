"""Answering, assigning, statuses and the clocks they stop."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from kb import incidents
from kb.desk import Desk
from kb.errors import Conflict, NotFound, NotValid
from kb.labels import Role, Status
from kb.person import Person
from kb.tables import Article, Team
from tests.kb.incidents.conftest import Submit, forget_told, stored, timeline, told


@pytest.fixture
def number(submit: Submit, desk: Desk) -> int:
    made = submit(impact="all", urgency="high").id  # critical: the clock runs all day
    forget_told(desk)
    return made


def make_article(desk: Desk, **fields: Any) -> int:
    values = {"title": "Restart the spooler", "body": "Restart it.", "status": "published", **fields}
    with desk.transaction() as session:
        session.add(article := Article(**values, created_at=desk.now(), updated_at=desk.now()))
    return article.id or 0


def test_the_first_public_answer_stops_the_response_clock(desk: Desk, clock: Any, agent: Person, number: int) -> None:
    clock.forward(minutes=5)
    incidents.comment(desk, agent, number, "Looking", is_public=False)
    assert stored(desk, number).responded_at is None
    incidents.comment(desk, agent, number, "We see it")
    answered = stored(desk, number)
    assert (answered.responded_at, answered.status, answered.is_response_breached) == (desk.now(), Status.OPEN, False)
    clock.forward(minutes=5)
    incidents.comment(desk, agent, number, "Still at it")
    assert stored(desk, number).responded_at == desk.now() - timedelta(minutes=5)


def test_an_answer_that_comes_late_is_a_breach(desk: Desk, clock: Any, agent: Person, number: int) -> None:
    clock.forward(minutes=16)
    incidents.comment(desk, agent, number, "Sorry")
    assert stored(desk, number).is_response_breached


def test_the_reporters_own_comment_is_no_answer(desk: Desk, user: Person, number: int) -> None:
    incidents.comment(desk, user, number, "Any news?")
    assert stored(desk, number).responded_at is None


def test_an_agent_does_not_answer_himself(desk: Desk, submit: Submit, agent: Person) -> None:
    own = submit(agent).id
    incidents.comment(desk, agent, own, "More details")
    assert stored(desk, own).responded_at is None


def test_public_answers_are_told_outside_and_internal_ones_are_not(
    desk: Desk, submit: Submit, user: Person, agent: Person, lead: Person, number: int
) -> None:
    incidents.comment(desk, agent, number, "Try again")
    assert {who for who, _ in told(desk)} == {user.id, lead.id}
    forget_told(desk)
    incidents.comment(desk, agent, number, "Hm", is_public=False)
    assert {who for who, _ in told(desk)} == {lead.id}


def test_a_guest_is_told_by_mail(desk: Desk, submit: Submit, visitor: Person, agent: Person) -> None:
    done = submit(visitor, guest_email="g@example.com")
    forget_told(desk)
    incidents.comment(desk, agent, done.id, "Try again")
    assert told(desk) == [("g@example.com", "INC-1: an answer to Printer on floor 3 prints nothing")]
    incidents.comment(desk, visitor, done.id, "It works", key=done.guest_key)


def test_an_assigned_incident_is_open_and_its_assignee_told(
    desk: Desk, agent: Person, make_person: Callable[..., Person], number: int
) -> None:
    other = make_person(Role.AGENT, "Other")
    incidents.assign(desk, agent, number, other.id)
    assert stored(desk, number).status == Status.OPEN
    assert [who for who, _ in told(desk)] == [other.id]
    incidents.assign(desk, agent, number, None)
    assert timeline(desk, number)[1:] == ["assignee:  > Other", "status: new > open", "assignee: Other > "]


def test_only_agents_are_assigned(desk: Desk, agent: Person, user: Person, number: int) -> None:
    for account_id in (user.id, 999, 2**40):
        with pytest.raises(NotValid, match="agent"):
            incidents.assign(desk, agent, number, account_id)


def test_another_team_starts_without_assignee(desk: Desk, agent: Person, number: int) -> None:
    with desk.transaction() as session:
        session.add(team := Team(slug="n", name="Network"))
    incidents.assign(desk, agent, number, agent.id)
    incidents.move(desk, agent, number, team.id)
    moved = stored(desk, number)
    assert (moved.team_id, moved.assignee_id) == (team.id, None)
    with pytest.raises(NotFound):
        incidents.move(desk, agent, number, 999)


def test_on_hold_pauses_the_clock(desk: Desk, clock: Any, agent: Person, number: int) -> None:
    due_at = stored(desk, number).resolution_due_at
    incidents.set_status(desk, agent, number, "on_hold")
    clock.forward(hours=3)
    incidents.set_status(desk, agent, number, "open")
    after = stored(desk, number)
    assert due_at
    assert after.resolution_due_at == due_at + timedelta(hours=3)
    assert (after.paused_seconds, after.paused_at) == (3 * 3600, None)


def test_the_reporters_answer_ends_the_hold(desk: Desk, clock: Any, user: Person, agent: Person, number: int) -> None:
    incidents.set_status(desk, agent, number, "on_hold")
    clock.forward(hours=1)
    incidents.comment(desk, user, number, "Here is the log")
    assert (stored(desk, number).status, stored(desk, number).paused_seconds) == (Status.OPEN, 3600)


def test_resolving_from_hold_does_not_count_the_hold(desk: Desk, clock: Any, agent: Person, number: int) -> None:
    incidents.set_status(desk, agent, number, "on_hold")
    clock.forward(hours=30)
    incidents.resolve(desk, agent, number, resolution="Replaced")
    done = stored(desk, number)
    assert (done.status, done.resolved_at, done.is_resolution_breached) == (Status.RESOLVED, desk.now(), False)


def test_a_late_resolution_is_a_breach(desk: Desk, clock: Any, agent: Person, number: int) -> None:
    clock.forward(hours=5)
    incidents.resolve(desk, agent, number, resolution="Replaced")
    assert stored(desk, number).is_resolution_breached


def test_resolving_needs_words_and_happens_once(desk: Desk, agent: Person, number: int) -> None:
    with pytest.raises(NotValid, match="what solved it"):
        incidents.resolve(desk, agent, number, resolution="  ")
    with pytest.raises(NotValid, match="what solved it"):
        incidents.set_status(desk, agent, number, "resolved")
    incidents.resolve(desk, agent, number, resolution="Replaced")
    with pytest.raises(Conflict, match="already"):
        incidents.resolve(desk, agent, number, resolution="Replaced")


def test_reopening_goes_on_with_the_time_that_was_left(
    desk: Desk, clock: Any, user: Person, agent: Person, number: int
) -> None:
    due_at = stored(desk, number).resolution_due_at
    incidents.resolve(desk, agent, number, resolution="Replaced")
    incidents.set_status(desk, agent, number, "closed")
    assert stored(desk, number).closed_at == desk.now()
    clock.forward(days=2)
    incidents.reopen(desk, user, number, reason="Broken again")
    again = stored(desk, number)
    assert due_at
    assert again.resolution_due_at == due_at + timedelta(days=2)
    assert (again.status, again.resolved_at, again.closed_at) == (Status.OPEN, None, None)


def test_only_what_is_over_is_reopened_and_with_a_reason(desk: Desk, user: Person, agent: Person, number: int) -> None:
    with pytest.raises(Conflict, match="open already"):
        incidents.reopen(desk, user, number, reason="Now!")
    incidents.set_status(desk, agent, number, "closed")
    with pytest.raises(NotValid):
        incidents.reopen(desk, user, number, reason="")


def test_a_status_seen_before_somebody_changed_it_is_a_conflict(
    desk: Desk, agent: Person, lead: Person, number: int
) -> None:
    incidents.set_status(desk, lead, number, "on_hold", expected="new")
    with pytest.raises(Conflict, match="on hold now"):
        incidents.set_status(desk, agent, number, "closed", expected="new")
    with pytest.raises(Conflict):
        incidents.resolve(desk, agent, number, resolution="x", expected="new")


def test_who_changed_the_status_last_need_not_look_again(desk: Desk, agent: Person, number: int) -> None:
    incidents.assign(desk, agent, number, agent.id)  # it is open from then on
    incidents.set_status(desk, agent, number, "on_hold", expected="new")
    assert incidents.get(desk, agent, number).status == "on_hold"


@pytest.mark.parametrize("status", ["", "done", "NEW"])
def test_an_unknown_status_is_refused(desk: Desk, agent: Person, number: int, status: str) -> None:
    with pytest.raises(NotValid):
        incidents.set_status(desk, agent, number, status)


def test_nothing_becomes_new_again(desk: Desk, agent: Person, number: int) -> None:
    incidents.set_status(desk, agent, number, "open")
    with pytest.raises(NotValid, match="new only"):
        incidents.set_status(desk, agent, number, "new")


def test_the_article_that_solved_it_is_linked_once(desk: Desk, user: Person, agent: Person, number: int) -> None:
    article = make_article(desk)
    incidents.link_article(desk, agent, number, article)
    incidents.resolve(desk, agent, number, resolution="As in the article", article_id=article)
    linked = incidents.get(desk, user, number).articles
    assert [(a.id, a.is_solution) for a in linked] == [(article, True)]


@pytest.mark.parametrize("hidden", [{"audience": "internal"}, {"status": "draft"}])
def test_a_linked_article_that_is_not_public_stays_hidden(
    desk: Desk, user: Person, agent: Person, number: int, hidden: dict[str, str]
) -> None:
    incidents.link_article(desk, agent, number, make_article(desk, title="Secret recipe", **hidden))
    assert "Secret recipe" not in str(incidents.get(desk, user, number))
    assert len(incidents.get(desk, agent, number).articles) == 1


def test_an_archived_or_unknown_article_is_not_linked(desk: Desk, agent: Person, number: int) -> None:
    for article_id in (make_article(desk, status="archived"), 999, 2**50):
        with pytest.raises(NotFound):
            incidents.link_article(desk, agent, number, article_id)


def test_an_empty_comment_is_refused(desk: Desk, user: Person, number: int) -> None:
    with pytest.raises(NotValid, match="Write something"):
        incidents.comment(desk, user, number, " \x00 ")


def test_a_status_is_asked_for_in_words(desk: Desk, agent: Person, number: int) -> None:
    with pytest.raises(NotValid, match="Choose a status: “New”, “Open”, “On hold”, “Resolved” or “Closed”"):
        incidents.set_status(desk, agent, number, "On hold")
