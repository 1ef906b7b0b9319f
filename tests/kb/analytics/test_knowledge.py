"""Figures over searches and articles, and what needed no incident."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from kb import analytics
from kb.analytics import Cell
from kb.desk import Desk
from kb.person import OPERATOR, Person
from kb.tables import Article, Deflection, SearchEvent

Cells = Callable[..., dict[str, Cell]]
Make = Callable[..., int]


@pytest.fixture
def searched(desk: Desk, add: Make) -> Callable[..., None]:
    """searched("printer", found=3, opened_id=...) a day ago."""

    def store(query: str = "printer", **given: object) -> None:
        values = {"found": 3, "milliseconds": 5.0, "shown_ids": [], "searcher": "v:x", **given}
        add(SearchEvent(query=query, at=desk.now() - timedelta(days=1), **values))

    return store


def test_searches_that_found_nothing_and_that_led_somewhere(searched: Callable[..., None], cells: Cells) -> None:
    searched(found=0)
    searched(opened_id=1)
    searched()
    searched()
    found = cells("search_share")
    assert (found["found"].value, found["opened"].value, found["found"].n) == (0.75, 0.25, 4)


def test_queries_are_counted_whatever_their_case(searched: Callable[..., None], cells: Cells) -> None:
    for query in ("Printer", "printer", "vpn"):
        searched(query)
    searched("fax", found=0)
    assert {label: cell.value for label, cell in cells("top_queries").items()} == {"printer": 2, "fax": 1, "vpn": 1}
    assert list(cells("queries_without_result")) == ["fax"]


def test_opened_articles_by_their_title(searched: Callable[..., None], make_article: Make, cells: Cells) -> None:
    article = make_article("Reset the queue")
    searched(opened_id=article)
    assert cells("most_opened")[f"KB-{article}"].name == "Reset the queue"


def test_articles_by_status_and_by_whether_they_are_verified(desk: Desk, add: Make, cells: Cells) -> None:
    for days, status in ((1, "published"), (900, "published"), (None, "published"), (None, "draft")):
        verified_at = None if days is None else desk.now() - timedelta(days=days)
        add(Article(title="T", body="", type="access", status=status, verified_at=verified_at, created_at=desk.now(),
                    updated_at=desk.now()))  # fmt: skip
    assert (cells("articles_by_status")["published"].value, cells("articles_by_status")["draft"].value) == (3, 1)
    assert cells("verified_share_by_type")["access"].value == pytest.approx(1 / 3)


def deflected(desk: Desk, **given: object) -> tuple[int, int, int]:
    found = analytics.headline(desk, OPERATOR, analytics.scope(desk, **given)).deflected
    return found.confirmed, found.probable, found.incidents


def test_who_opens_an_article_and_reports_nothing_was_probably_helped(
    desk: Desk, user: Person, searched: Callable[..., None], incident: Make, make_article: Make
) -> None:
    article = make_article()
    for who in ("v:a", "v:a", "v:b", user.rater):
        searched(opened_id=article, searcher=who)
    incident(reporter_id=user.id, created_at=desk.now() - timedelta(hours=20))
    assert deflected(desk) == (0, 2, 1)


def test_a_report_later_than_three_days_has_another_reason(
    desk: Desk, user: Person, incident: Make, make_article: Make, add: Make
) -> None:
    at = desk.now() - timedelta(days=5)
    add(
        SearchEvent(
            query="q", found=1, milliseconds=1, shown_ids=[], searcher=user.rater, opened_id=make_article(), at=at
        )
    )
    incident(reporter_id=user.id, created_at=desk.now() - timedelta(days=1))
    assert deflected(desk) == (0, 1, 1)


def test_who_says_so_is_confirmed_and_not_counted_twice(
    desk: Desk, searched: Callable[..., None], make_article: Make, add: Make, incident: Make
) -> None:
    article = make_article(type="access")
    searched(opened_id=article, searcher="v:a")
    add(Deflection(article_id=article, rater="v:a", day="2026-03-01", type="access", at=desk.now()))
    incident(source="alert")
    assert deflected(desk) == (1, 0, 0)
    assert deflected(desk, type="security") == (0, 0, 0)


def test_shares_lie_between_confirmed_and_probable() -> None:
    found = analytics.Deflected(confirmed=10, probable=20, incidents=30)
    assert (found.low_share, found.high_share) == (0.25, 0.5)
    assert analytics.Deflected(0, 0, 0).high_share is None
