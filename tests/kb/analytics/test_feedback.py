"""Figures over what people say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from kb import analytics
from kb.analytics import Cell
from kb.desk import Desk
from kb.person import OPERATOR
from kb.tables import Rating, Satisfaction

Cells = Callable[..., dict[str, Cell]]
Make = Callable[..., int]


@pytest.fixture
def answer(desk: Desk, incident: Make, add: Make) -> Callable[..., None]:
    """answer(score, comment=..., type=...) after an incident of its own."""

    def store(score: int, **given: object) -> None:
        told = {name: given.pop(name) for name in ("reason", "comment", "sentiment", "at") if name in given}
        row = {"at": desk.now(), **told}
        add(Satisfaction(incident_id=incident(solved=1, **given), score=score, **row))

    return store


@pytest.fixture
def rate(desk: Desk, add: Make) -> Callable[..., None]:
    """rate(article, helped, did_not) adds that many ratings."""

    def store(article_id: int, helped: int, not_helped: int, **given: object) -> None:
        values = [True] * helped + [False] * not_helped
        for place, is_helpful in enumerate(values):
            row = {"at": desk.now(), "rater": f"v:{article_id}-{place}", **given}
            add(Rating(article_id=article_id, is_helpful=is_helpful, **row))

    return store


def test_scores_have_their_words(answer: Callable[..., None], cells: Cells) -> None:
    for score in (5, 5, 4, 3, 2, 1):
        answer(score)
    found = cells("satisfaction_share")
    assert {label: round(cell.value * 6) for label, cell in found.items()} == {
        "excellent": 2, "good": 1, "average": 1, "poor": 2,
    }  # fmt: skip


def test_satisfaction_follows_team_and_type(desk: Desk, answer: Callable[..., None], cells: Cells) -> None:
    answer(5, type="access")
    answer(1, type="security")
    scope = analytics.scope(desk, type="access")
    assert cells("satisfaction_share", scope)["excellent"].value == 1
    assert analytics.headline(desk, OPERATOR, scope).satisfaction.value == 5


def test_sentiment_counts_comments_of_both_kinds(
    answer: Callable[..., None], rate: Callable[..., None], make_article: Make, cells: Cells
) -> None:
    answer(5, comment="Great", sentiment="positive")
    answer(3)
    rate(make_article(), 0, 1, comment="Bad", sentiment="negative")
    found = cells("sentiment_share")
    assert {label: (cell.value, cell.n) for label, cell in found.items()} == {
        "positive": (0.5, 2), "neutral": (0, 2), "negative": (0.5, 2),
    }  # fmt: skip


def test_comments_come_newest_first_and_by_sentiment(
    desk: Desk, answer: Callable[..., None], rate: Callable[..., None], make_article: Make
) -> None:
    article = make_article()
    answer(5, comment="Old", sentiment="positive", at=desk.now() - timedelta(hours=2))
    rate(article, 1, 0, comment="New", sentiment="positive", at=desk.now() - timedelta(hours=1))
    answer(1, comment="Bad", sentiment="negative")
    found = analytics.comments(desk, OPERATOR, analytics.scope(desk), sentiment="positive")
    assert [(row.text, row.article_id) for row in found] == [("New", article), ("Old", None)]
    assert len(analytics.comments(desk, OPERATOR, analytics.scope(desk), limit=1)) == 1


def test_articles_are_ranked_by_how_many_they_help(rate: Callable[..., None], make_article: Make, cells: Cells) -> None:
    good, bad, few = (make_article(title) for title in ("Good one", "Bad one", "Rarely rated"))
    rate(good, 4, 1)
    rate(bad, 1, 3)
    rate(few, 0, 2)
    assert list(cells("helped_least")) == [f"KB-{bad}", f"KB-{good}"]
    assert [cell.name for cell in cells("helped_most").values()] == ["Good one", "Bad one"]
    assert (cells("helped_share")["helped"].value, cells("helped_share")["helped"].n) == (5 / 11, 11)


def test_ratings_follow_the_type_of_their_article(
    desk: Desk, rate: Callable[..., None], make_article: Make, cells: Cells
) -> None:
    rate(make_article("One", type="access"), 1, 0)
    rate(make_article("Two", type="security"), 0, 2)
    assert cells("helped_share", analytics.scope(desk, type="security"))["helped"].n == 2


def test_reasons_are_counted_most_frequent_first(
    answer: Callable[..., None], rate: Callable[..., None], make_article: Make, cells: Cells
) -> None:
    for reason in ("slow", "fast", "fast"):
        answer(3, reason=reason)
    rate(make_article(), 0, 2, reason="unclear")
    assert [(label, cell.value) for label, cell in cells("reasons_satisfaction").items()] == [("fast", 2), ("slow", 1)]
    assert cells("reasons_not_helpful")["unclear"].name == "It is unclear"
