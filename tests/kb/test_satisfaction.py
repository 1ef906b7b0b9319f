"""The one question after resolution."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlmodel import select

from kb import incidents, outbox, satisfaction
from kb.desk import Desk
from kb.errors import Conflict, NotAllowed, NotFound, NotValid
from kb.person import Person
from kb.tables import Satisfaction


@pytest.fixture
def report(desk: Desk) -> Callable[..., incidents.Submitted]:
    def send(person: Person, **given: str) -> incidents.Submitted:
        return incidents.submit(
            desk, person, key=f"k{person.id}", title="Broken", body="", impact="one", urgency="low", **given
        )

    return send


def test_the_answer_is_kept_and_the_next_replaces_it(
    desk: Desk, user: Person, agent: Person, report: Callable[..., incidents.Submitted]
) -> None:
    number = report(user).id
    incidents.resolve(desk, agent, number, resolution="Done")
    satisfaction.answer(desk, user, number, score=3, reason="slow", comment="Took long")
    satisfaction.answer(desk, user, number, score=5)
    with desk.reading() as session:
        kept = session.exec(select(Satisfaction)).all()
    assert [(row.score, row.reason, row.comment, row.sentiment) for row in kept] == [(5, "", "", "")]
    assert incidents.get(desk, user, number).score == 5


def test_a_guest_answers_by_the_link(
    desk: Desk, visitor: Person, agent: Person, report: Callable[..., incidents.Submitted]
) -> None:
    done = report(visitor, guest_email="g@example.com")
    incidents.resolve(desk, agent, done.id, resolution="Done")
    with pytest.raises(NotFound):
        satisfaction.answer(desk, visitor, done.id, score=4)
    satisfaction.answer(desk, visitor, done.id, score=4, key=done.guest_key)


def test_only_the_reporter_is_asked_and_only_in_the_end(
    desk: Desk, user: Person, agent: Person, report: Callable[..., incidents.Submitted]
) -> None:
    number = report(user).id
    with pytest.raises(Conflict, match="resolved"):
        satisfaction.answer(desk, user, number, score=4)
    incidents.resolve(desk, agent, number, resolution="Done")
    with pytest.raises(NotAllowed):
        satisfaction.answer(desk, agent, number, score=5)


@pytest.mark.parametrize("given", [{"score": 0}, {"score": 6}, {"score": 4, "reason": "because"}])
def test_an_answer_off_the_scale_is_refused(desk: Desk, user: Person, given: dict[str, object]) -> None:
    with pytest.raises(NotValid):
        satisfaction.answer(desk, user, 1, **given)  # type: ignore[arg-type]


def test_a_poor_answer_is_told_to_the_leads(
    desk: Desk, user: Person, agent: Person, lead: Person, report: Callable[..., incidents.Submitted]
) -> None:
    number = report(user).id
    incidents.resolve(desk, agent, number, resolution="Done")
    outbox.mark_read(desk, lead)
    satisfaction.answer(desk, user, number, score=1, comment="Nobody called")
    assert (outbox.unread(desk, lead), outbox.notices(desk, lead)[0].body) == (1, "Nobody called")
