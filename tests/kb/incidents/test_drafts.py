"""Text not yet sent."""

from __future__ import annotations

from kb import incidents
from kb.desk import Desk
from kb.person import Person
from tests.kb.incidents.conftest import Submit


def test_a_draft_comes_back_to_its_owner_alone(desk: Desk, user: Person, agent: Person, visitor: Person) -> None:
    incidents.save_draft(desk, user, "d", {"title": "Half\x00 a title", "files": ["f1"]})
    assert incidents.load_draft(desk, user, "d") == {"title": "Half a title", "files": ["f1"]}
    assert incidents.load_draft(desk, agent, "d") == incidents.load_draft(desk, visitor, "d") == {}


def test_nobody_writes_over_anothers_draft(desk: Desk, user: Person, visitor: Person) -> None:
    incidents.save_draft(desk, user, "d", {"title": "Mine"})
    incidents.save_draft(desk, visitor, "d", {"title": "Theirs"})
    assert incidents.load_draft(desk, user, "d") == {"title": "Mine"}


def test_a_late_keystroke_makes_no_draft_of_what_was_sent(desk: Desk, submit: Submit, user: Person) -> None:
    submit(key="d")
    incidents.save_draft(desk, user, "d", {"title": "Late"})
    assert incidents.load_draft(desk, user, "d") == {}


def test_a_draft_is_forgotten_after_thirty_days(desk: Desk, clock, user: Person) -> None:  # type: ignore[no-untyped-def]
    incidents.save_draft(desk, user, "old", {"title": "Old"})
    clock.forward(days=20)
    incidents.save_draft(desk, user, "new", {"title": "New"})
    clock.forward(days=11)
    assert incidents.forget_old_drafts(desk) == 1
    assert incidents.load_draft(desk, user, "new") == {"title": "New"}
