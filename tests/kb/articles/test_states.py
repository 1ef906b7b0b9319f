"""The life of an article, and who is told."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kb import articles, outbox, search
from kb.desk import Desk
from kb.errors import Conflict, NotAllowed, NotFound
from kb.labels import ArticleStatus
from kb.person import Person

Make = Callable[..., int]


def told(desk: Desk, person: Person) -> list[str]:
    return [notice.subject for notice in outbox.notices(desk, person)]


def test_the_way_of_a_draft_to_its_readers(desk: Desk, agent: Person, lead: Person, visitor: Person) -> None:
    article_id = articles.draft(desk, agent, title="Reset the router", body="Pull the plug.")
    articles.submit_for_review(desk, agent, article_id)
    assert told(desk, lead) == [f"KB-{article_id} waits for review: Reset the router"]
    with pytest.raises(NotFound):
        articles.get(desk, visitor, article_id)
    articles.publish(desk, lead, article_id)
    assert told(desk, agent) == [f"KB-{article_id} is published: Reset the router"]
    article = articles.get(desk, visitor, article_id)
    assert (article.published_at, article.verified_at) == (desk.now(), desk.now())


def test_an_agent_does_not_publish_or_archive(desk: Desk, agent: Person, make_article: Make) -> None:
    article_id = make_article()
    for verb in (articles.publish, articles.archive, articles.return_to_draft):
        with pytest.raises(NotAllowed):
            verb(desk, agent, article_id)


def test_a_review_can_be_returned_with_a_reason(desk: Desk, agent: Person, lead: Person) -> None:
    article_id = articles.draft(desk, agent, title="Reset the router", body="Pull the plug.")
    with pytest.raises(Conflict):
        articles.return_to_draft(desk, lead, article_id)
    articles.submit_for_review(desk, agent, article_id)
    articles.return_to_draft(desk, lead, article_id, note="Which plug?")
    assert told(desk, agent) == [f"KB-{article_id} comes back to you: Which plug?"]
    assert articles.editing(desk, agent, article_id).status is ArticleStatus.DRAFT


def test_an_archived_article_is_found_no_more_until_it_is_published_again(
    desk: Desk, lead: Person, visitor: Person, make_article: Make
) -> None:
    article_id = make_article("Printer", "Restart the spooler")
    articles.archive(desk, lead, article_id)
    assert search.search(desk, visitor, "spooler").found == 0
    with pytest.raises(Conflict):
        articles.archive(desk, lead, article_id)
    articles.publish(desk, lead, article_id)
    assert search.search(desk, visitor, "spooler").found == 1


def test_a_lead_publishes_only_what_was_read(desk: Desk, agent: Person, lead: Person) -> None:
    article_id = articles.draft(desk, agent, title="T", body="One")
    articles.revise(desk, agent, article_id, revision=1, title="T", body="Two")
    with pytest.raises(Conflict):
        articles.publish(desk, lead, article_id, revision=1)
    articles.publish(desk, lead, article_id, revision=2)
    with pytest.raises(Conflict):
        articles.publish(desk, lead, article_id)


def test_every_step_is_a_revision(desk: Desk, agent: Person, lead: Person) -> None:
    article_id = articles.draft(desk, agent, title="T", body="One")
    articles.submit_for_review(desk, agent, article_id)
    articles.publish(desk, lead, article_id)
    statuses = [row.status for row in articles.revisions(desk, agent, article_id)]
    assert statuses == [ArticleStatus.PUBLISHED, ArticleStatus.IN_REVIEW, ArticleStatus.DRAFT]


def test_only_a_published_article_is_verified(desk: Desk, agent: Person, clock: object, make_article: Make) -> None:
    article_id = make_article()
    clock.forward(days=200)  # type: ignore[attr-defined]
    assert articles.get(desk, agent, article_id).needs_verifying
    articles.verify(desk, agent, article_id)
    assert not articles.get(desk, agent, article_id).needs_verifying
    with pytest.raises(Conflict):
        articles.verify(desk, agent, make_article("Draft", "Text", is_draft=True))


def test_a_published_article_without_a_change_is_not_handed_in(desk: Desk, agent: Person, make_article: Make) -> None:
    with pytest.raises(Conflict):
        articles.submit_for_review(desk, agent, make_article())
