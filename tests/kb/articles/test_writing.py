"""Writing: drafts, changes, and what happens when two write at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kb import articles, search
from kb.desk import Desk
from kb.errors import Conflict, NotAllowed, NotFound, NotValid
from kb.labels import ArticleStatus, Audience, Status
from kb.person import Person
from kb.tables import Incident

Make = Callable[..., int]


def revise(desk: Desk, person: Person, article_id: int, revision: int, **changed: Any) -> int:
    text = {"title": "Title", "body": "Body", **changed}
    return articles.revise(desk, person, article_id, revision=revision, **text)


def test_a_draft_is_cleaned_and_kept(desk: Desk, agent: Person) -> None:
    article_id = articles.draft(
        desk, agent, title="  Two\n words ", body="\r\nText\x00 \r\n", tags=["VPN", " vpn ", "Home  Office"]
    )
    kept = articles.editing(desk, agent, article_id)
    assert (kept.text.title, kept.text.body, kept.text.tags) == ("Two words", "Text", ("home office", "vpn"))
    assert (kept.status, kept.revision) == (ArticleStatus.DRAFT, 1)


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("title", {"title": " "}),
        ("title", {"title": "x" * 201}),
        ("body", {"body": "\n \n"}),
        ("body", {"body": "x" * 100_001}),
        ("type", {"type": "no_such_type"}),
        ("environment", {"environment": "x" * 301}),
    ],
)
def test_what_cannot_be_kept_is_refused_by_field(desk: Desk, agent: Person, field: str, given: dict[str, str]) -> None:
    with pytest.raises(NotValid) as refused:
        articles.draft(desk, agent, **{"title": "Title", "body": "Body", **given})
    assert refused.value.field == field


def test_a_user_writes_nothing(desk: Desk, user: Person, make_article: Make) -> None:
    with pytest.raises(NotAllowed):
        articles.draft(desk, user, title="T", body="B")
    with pytest.raises(NotAllowed):
        revise(desk, user, make_article(), 2)


def test_the_second_of_two_writers_is_told_and_overwrites_nothing(desk: Desk, agent: Person, lead: Person) -> None:
    article_id = articles.draft(desk, agent, title="Title", body="First")
    revise(desk, agent, article_id, 1, body="Hers")
    with pytest.raises(Conflict):
        revise(desk, lead, article_id, 1, body="His")
    assert articles.editing(desk, agent, article_id).text.body == "Hers"
    assert revise(desk, lead, article_id, 2, body="Hers and his") == 3


def test_saving_the_same_again_makes_no_revision(desk: Desk, agent: Person) -> None:
    article_id = articles.draft(desk, agent, title="Title", body="Body")
    assert revise(desk, agent, article_id, 1) == 1
    assert len(articles.revisions(desk, agent, article_id)) == 1


def test_an_agents_change_of_a_published_article_waits_for_a_lead(
    desk: Desk, agent: Person, lead: Person, visitor: Person, make_article: Make
) -> None:
    article_id = make_article("Printer", "Old text")
    base = articles.editing(desk, agent, article_id).revision
    changed = revise(desk, agent, article_id, base, title="Printer", body="New text")
    assert articles.get(desk, visitor, article_id).body == "Old text"
    assert articles.get(desk, agent, article_id).has_pending
    assert not articles.get(desk, visitor, article_id).has_pending
    articles.publish(desk, lead, article_id, revision=changed)
    assert articles.get(desk, visitor, article_id).body == "New text"


def test_a_leads_change_is_found_at_once(desk: Desk, lead: Person, visitor: Person, make_article: Make) -> None:
    article_id = make_article("Printer", "Old text")
    search.search(desk, visitor, "spooler")
    base = articles.editing(desk, lead, article_id).revision
    revise(desk, lead, article_id, base, title="Printer", body="Restart the spooler", tags=["print"])
    assert [hit.id for hit in search.search(desk, visitor, "spooler").hits] == [article_id]


def test_only_a_lead_changes_who_finds_a_published_article(
    desk: Desk, agent: Person, lead: Person, visitor: Person, make_article: Make
) -> None:
    article_id = make_article("Printer", "Text")
    base = articles.editing(desk, agent, article_id).revision
    with pytest.raises(NotAllowed):
        revise(desk, agent, article_id, base, title="Printer", body="Text", audience=Audience.INTERNAL)
    revise(desk, lead, article_id, base, title="Printer", body="Text", audience=Audience.INTERNAL)
    assert not search.search(desk, visitor, "printer").hits
    assert search.search(desk, agent, "printer").hits


def incident(desk: Desk, status: Status) -> int:
    with desk.transaction() as session:
        row = Incident(
            key=status, title="Printer is dead", body="No light", impact="one", urgency="low", status=status,
            cause="Fuse", resolution="Change the fuse", created_at=desk.now(), updated_at=desk.now(),
        )  # fmt: skip
        session.add(row)
    return row.id or 0


def test_a_resolved_incident_becomes_a_draft_once(desk: Desk, agent: Person) -> None:
    number = incident(desk, Status.RESOLVED)
    article_id = articles.draft_from_incident(desk, agent, number)
    kept = articles.editing(desk, agent, article_id)
    assert kept.text.title == "Printer is dead"
    assert "## Cause\n\nFuse\n\n## Steps\n\nChange the fuse" in kept.text.body
    assert articles.draft_from_incident(desk, agent, number) == article_id


def test_an_open_incident_or_none_gives_no_draft(desk: Desk, agent: Person) -> None:
    with pytest.raises(Conflict):
        articles.draft_from_incident(desk, agent, incident(desk, Status.OPEN))
    with pytest.raises(NotFound):
        articles.draft_from_incident(desk, agent, 999)
