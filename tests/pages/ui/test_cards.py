"""Words of cards: ages, marks, facts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from pages.ui import cards

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days", "words"),
    [(0, "today"), (0.9, "today"), (1, "1 day ago"), (13, "1 week ago"), (21, "3 weeks ago"), (45, "1 month ago"),
     (364, "12 months ago"), (800, "2 years ago"), (-3, "today")],
)  # fmt: skip
def test_ages_are_told_in_the_largest_unit(days: float, words: str) -> None:
    assert cards.age(NOW - timedelta(days=days), NOW) == words


def test_marks_are_drawn_and_everything_else_escaped() -> None:
    assert cards.marked("a <b> & c", ((2, 5), (8, 9))) == "a <mark>&lt;b&gt;</mark> &amp; <mark>c</mark>"
    assert cards.marked("<script>", ()) == "&lt;script&gt;"


def test_an_article_nobody_rated_says_nothing_of_it() -> None:
    assert (cards.helped(0, 0), cards.helped(48, 52)) == ("", "helped 48 of 52")
