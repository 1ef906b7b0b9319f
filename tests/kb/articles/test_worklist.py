"""What waits for a writer."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kb import articles, feedback
from kb.desk import Desk
from kb.errors import NotAllowed
from kb.person import Person, guest

Make = Callable[..., int]


def ids(rows: tuple[articles.Work, ...]) -> list[int]:
    return [row.id for row in rows]


def test_an_agent_sees_own_drafts_and_a_lead_all(desk: Desk, agent: Person, lead: Person, make_article: Make) -> None:
    other = make_article("Other", "Text", is_draft=True)
    own = articles.draft(desk, agent, title="Own", body="Text")
    assert ids(articles.worklist(desk, agent).drafts) == [own]
    assert set(ids(articles.worklist(desk, lead).drafts)) == {own, other}


def test_handed_in_drafts_and_waiting_changes_are_to_review(desk: Desk, agent: Person, make_article: Make) -> None:
    drafted = articles.draft(desk, agent, title="Own", body="Text")
    articles.submit_for_review(desk, agent, drafted)
    changed = make_article("Printer", "Old")
    base = articles.editing(desk, agent, changed).revision
    articles.revise(desk, agent, changed, revision=base, title="Printer", body="New")
    make_article("Untouched", "Text")
    assert set(ids(articles.worklist(desk, agent).in_review)) == {drafted, changed}


def test_what_was_not_verified_for_long_comes_oldest_first(
    desk: Desk, agent: Person, clock, make_article: Make
) -> None:  # type: ignore[no-untyped-def]
    first = make_article("First", "Text")
    clock.forward(days=10)
    second = make_article("Second", "Text")
    clock.forward(days=175)
    assert ids(articles.worklist(desk, agent).to_verify) == [first]
    clock.forward(days=10)
    assert ids(articles.worklist(desk, agent).to_verify) == [first, second]


def test_three_ratings_and_less_than_half_helpful_is_low(desk: Desk, agent: Person, make_article: Make) -> None:
    bad, good, few = make_article("Bad", "Text"), make_article("Good", "Text"), make_article("Few", "Text")
    for number, helpful in ((bad, (0, 0, 1)), (good, (1, 1, 0)), (few, (0, 0))):
        for name, is_helpful in enumerate(helpful):
            feedback.rate(desk, guest(f"g{name}"), number, is_helpful=bool(is_helpful))
    low = articles.worklist(desk, agent).low_rated
    assert [(row.id, row.why) for row in low] == [(bad, "Helped 1 of 3")]


def test_open_annotations_are_counted(desk: Desk, agent: Person, user: Person, make_article: Make) -> None:
    article_id = make_article("Printer", "Restart the spooler.")
    first = feedback.annotate(desk, user, article_id, quote="the spooler", body="Which?")
    feedback.annotate(desk, user, article_id, quote="Restart", body="How?")
    assert articles.worklist(desk, agent).annotated[0].why == "2 open annotations"
    feedback.resolve_annotation(desk, agent, first)
    assert articles.worklist(desk, agent).annotated[0].why == "1 open annotation"


def test_archived_articles_are_kept_in_sight_and_the_list_is_for_agents(
    desk: Desk, user: Person, lead: Person, make_article: Make
) -> None:
    article_id = make_article()
    articles.archive(desk, lead, article_id)
    assert ids(articles.worklist(desk, lead).archived) == [article_id]
    with pytest.raises(NotAllowed):
        articles.worklist(desk, user)
