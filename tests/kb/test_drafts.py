"""Text not yet sent."""

from __future__ import annotations

from kb import drafts, incidents
from kb.desk import Desk
from kb.person import Person, guest


def test_a_draft_comes_back_to_its_owner_alone(desk: Desk, user: Person, agent: Person, visitor: Person) -> None:
    drafts.save(desk, user, "d", {"title": "Half\x00 a title", "files": ["f1"]})
    assert drafts.load(desk, user, "d") == {"title": "Half a title", "files": ["f1"]}
    assert drafts.load(desk, agent, "d") == drafts.load(desk, visitor, "d") == {}


def test_nobody_writes_over_anothers_draft(desk: Desk, user: Person, visitor: Person) -> None:
    drafts.save(desk, user, "d", {"title": "Mine"})
    drafts.save(desk, visitor, "d", {"title": "Theirs"})
    assert drafts.load(desk, user, "d") == {"title": "Mine"}


def test_a_late_keystroke_makes_no_draft_of_what_was_sent(desk: Desk, user: Person) -> None:
    incidents.submit(desk, user, key="d", title="No mail", body="", impact="some", urgency="low")
    drafts.save(desk, user, "d", {"title": "Late"})
    assert drafts.load(desk, user, "d") == {}


def test_a_draft_is_forgotten_after_thirty_days(desk: Desk, clock, user: Person) -> None:  # type: ignore[no-untyped-def]
    drafts.save(desk, user, "old", {"title": "Old"})
    clock.forward(days=20)
    drafts.save(desk, user, "new", {"title": "New"})
    clock.forward(days=11)
    assert drafts.forget_old(desk) == 1
    assert drafts.load(desk, user, "new") == {"title": "New"}


def test_a_draft_is_dropped_by_its_owner_alone(desk: Desk, user: Person, visitor: Person) -> None:
    drafts.save(desk, user, "d", {"title": "Mine"})
    drafts.drop(desk, visitor, "d")
    assert drafts.load(desk, user, "d") == {"title": "Mine"}
    drafts.drop(desk, user, "d")
    assert drafts.load(desk, user, "d") == {}


def test_guests_without_a_cookie_share_no_draft(desk: Desk) -> None:
    drafts.save(desk, guest(""), "d", {"title": "Whose?"})
    assert drafts.load(desk, guest(""), "d") == {}


def test_an_article_is_kept_as_it_is_written(desk: Desk, agent: Person) -> None:
    """Its text is not masked when it is saved either."""
    text = "Write to desk@example.com or call +49 30 901820."
    drafts.save(desk, agent, "d", {"article_body": text, "body": text})
    assert drafts.load(desk, agent, "d")["article_body"] == text
    assert "desk@example.com" not in drafts.load(desk, agent, "d")["body"]
