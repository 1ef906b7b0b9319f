"""Reading: what each role sees of an article."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kb import articles, feedback
from kb.desk import Desk
from kb.errors import NotFound
from kb.labels import ArticleStatus, Audience
from kb.person import OPERATOR, Person, guest
from kb.tables import Article

Make = Callable[..., int]


def test_a_visitor_reads_what_is_published(desk: Desk, visitor: Person, make_article: Make) -> None:
    article = articles.get(desk, visitor, make_article("Printer", "Text", tags=["b", "a"], type="access"))
    assert (article.number, article.title, article.tags, article.type) == (
        f"KB-{article.id}",
        "Printer",
        ("a", "b"),
        "access",
    )
    assert (article.author, article.owner, article.status) == ("Wanda Writer", "Wanda Writer", ArticleStatus.PUBLISHED)


def test_drafts_and_internal_articles_are_for_agents(
    desk: Desk, visitor: Person, user: Person, agent: Person, make_article: Make
) -> None:
    hidden = [make_article("Draft", "Text", is_draft=True), make_article("Inside", "Text", audience=Audience.INTERNAL)]
    for article_id in hidden:
        assert articles.get(desk, agent, article_id).id == article_id
        for person in (visitor, user):
            with pytest.raises(NotFound):
                articles.get(desk, person, article_id)
    assert articles.titles(desk, user, hidden) == {}
    assert articles.titles(desk, agent, hidden) == {hidden[1]: "Inside"}


@pytest.mark.parametrize("number", [0, -1, 999, 2**31, 2**80])
def test_an_unknown_number_is_not_found(desk: Desk, agent: Person, number: int) -> None:
    with pytest.raises(NotFound):
        articles.get(desk, agent, number)


@pytest.mark.parametrize(("text", "number"), [("KB-12", 12), ("12", 12), (" kb-7 ", 7)])
def test_numbers_are_read_in_either_form(text: str, number: int) -> None:
    assert articles.number(text) == number


@pytest.mark.parametrize("text", ["", "KB-", "KB-0", "KB--1", "12; drop", "KB-" + "9" * 30, "١٢"])
def test_what_is_no_number_leads_nowhere(text: str) -> None:
    with pytest.raises(NotFound):
        articles.number(text)


def test_ratings_are_counted(desk: Desk, make_article: Make) -> None:
    article_id = make_article()
    for name, is_helpful in (("a", True), ("b", True), ("c", False)):
        feedback.rate(desk, guest(name), article_id, is_helpful=is_helpful)
    article = articles.get(desk, guest("a"), article_id)
    assert (article.helped, article.rated) == (2, 3)


def test_an_article_of_nobody_is_read_all_the_same(desk: Desk, visitor: Person, lead: Person) -> None:
    article_id = articles.draft(desk, OPERATOR, title="Left behind", body="By somebody who is gone.")
    articles.publish(desk, lead, article_id)
    with desk.transaction() as session:
        session.get_one(Article, article_id).owner_id = None
    seen = articles.get(desk, visitor, article_id)
    assert (seen.title, seen.author, seen.owner) == ("Left behind", "", "")


def test_only_agents_learn_of_a_waiting_change_and_of_the_incident_behind(
    desk: Desk, user: Person, agent: Person, lead: Person, make_article: Make
) -> None:
    article_id = make_article("Printer", "Text")
    with desk.transaction() as session:
        session.get_one(Article, article_id).incident_id = 7
    assert not articles.get(desk, agent, article_id).has_pending
    base = articles.editing(desk, agent, article_id).revision
    articles.revise(desk, agent, article_id, revision=base, title="Printer", body="Other text")
    assert [articles.get(desk, person, article_id).has_pending for person in (user, agent)] == [False, True]
    assert [articles.get(desk, person, article_id).incident_id for person in (user, agent)] == [None, 7]
