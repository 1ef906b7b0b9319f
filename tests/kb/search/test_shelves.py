"""What is offered without a query."""

from __future__ import annotations

from collections.abc import Callable

from kb import articles, feedback, search
from kb.desk import Desk
from kb.labels import Audience
from kb.person import Person, guest

Make = Callable[..., int]


def test_popular_is_what_helped_lately(desk: Desk, visitor: Person, make_article: Make, clock) -> None:  # type: ignore[no-untyped-def]
    old, some, most, none = (make_article(title, "Text") for title in ("Old", "Some", "Most", "None"))
    for name in "abc":
        feedback.rate(desk, guest(name), old, is_helpful=True)
    clock.forward(days=91)
    feedback.rate(desk, guest("a"), some, is_helpful=True)
    feedback.rate(desk, guest("a"), none, is_helpful=False)
    feedback.rate(desk, guest("a"), most, is_helpful=True)
    feedback.fixed_it(desk, guest("b"), most)
    assert [hit.id for hit in search.popular(desk, visitor)] == [most, some]


def test_recent_is_newest_first_and_hides_what_is_internal(
    desk: Desk, visitor: Person, agent: Person, make_article: Make, clock
) -> None:  # type: ignore[no-untyped-def]
    first = make_article("First", "Text")
    clock.forward(hours=1)
    second = make_article("Second", "Text", audience=Audience.INTERNAL)
    make_article("Draft", "Text", is_draft=True)
    assert [hit.id for hit in search.recent(desk, visitor)] == [first]
    assert [hit.id for hit in search.recent(desk, agent)] == [second, first]


def test_related_articles_share_words_and_leave_the_article_out(
    desk: Desk, visitor: Person, make_article: Make
) -> None:
    article_id = make_article("Reset a password", "Text", tags=["account"])
    near = make_article("Account is locked", "The password was wrong three times.")
    make_article("Printer asks for paper", "Set the tray to A4.")
    related = search.related(desk, visitor, articles.get(desk, visitor, article_id))
    assert [hit.id for hit in related] == [near]
