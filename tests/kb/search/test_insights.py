"""What people search, counted by hand: every share with its n, over whole days of the portal's zone."""

from __future__ import annotations

from collections.abc import Iterator
from csv import DictReader
from datetime import timedelta
from io import StringIO
from itertools import count
from typing import Any

import pytest

from kb import analytics
from kb.analytics.intervals import wilson
from kb.desk import Desk
from kb.errors import NotAllowed
from kb.person import Person
from kb.search import insights
from kb.search.insights import Order
from kb.tables import Incident, SearchEvent

KEYS: Iterator[int] = count(1)


def add(desk: Desk, *rows: Any) -> None:
    with desk.transaction() as session:
        session.add_all(rows)


def event(desk: Desk, query: str, *, days: float = 1, **given: Any) -> SearchEvent:
    """A search of yesterday; `rank` is the place of what was opened."""
    rank, values = given.pop("rank", None), {"found": 3, "searcher": "v:x", **given}
    return SearchEvent(
        query=query, shown_ids=[], milliseconds=1, at=desk.now() - timedelta(days=days),
        opened_id=None if rank is None else 1, opened_rank=rank, **values,
    )  # fmt: skip


def incident(desk: Desk, reporter: Person, *, minutes: float) -> Incident:
    """Reported so long after yesterday's searches."""
    at = desk.now() - timedelta(days=1) + timedelta(minutes=minutes)
    values = {"key": f"k{next(KEYS)}", "title": "T", "impact": "one", "urgency": "low", "reporter_id": reporter.id}
    return Incident(created_at=at, updated_at=at, **values)


@pytest.fixture
def searched(desk: Desk, user: Person, agent: Person) -> None:
    ours, theirs = user.rater, agent.rater
    add(
        desk,
        *(event(desk, query, rank=rank) for query, rank in (("Printer", 1), ("printer ", 2), ("PRINTER", 6))),
        event(desk, "printer", searcher=ours),
        event(desk, "vpn", found=0, searcher=ours),
        event(desk, "vpn", found=0, searcher=theirs),
        event(desk, "mouse"),
        event(desk, "mouse"),
        event(desk, "old", days=400),
    )
    add(desk, incident(desk, user, minutes=59), incident(desk, agent, minutes=61), incident(desk, agent, minutes=-1))


def test_the_whole_period(desk: Desk, lead: Person, searched: None) -> None:
    seen = insights.overview(desk, lead, analytics.scope(desk))
    assert seen.searches == 8
    assert (seen.without_result.value, seen.without_result.n) == (2 / 8, 8)
    assert (seen.without_result.low, seen.without_result.high) == wilson(2, 8)
    assert (seen.without_click.value, seen.without_click.n) == (3 / 6, 6)
    assert (seen.rank.value, seen.rank.n) == (3.0, 3)
    assert seen.rank.low is not None
    assert seen.rank.low < 3 < (seen.rank.high or 0)


def test_only_the_same_person_within_an_hour_counts_as_reported(desk: Desk, lead: Person, searched: None) -> None:
    reported = insights.overview(desk, lead, analytics.scope(desk)).reported
    assert (reported.value, reported.n) == (2 / 3, 3)


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (Order.TOP, [("printer", 4), ("mouse", 2), ("vpn", 2)]),
        (Order.WITHOUT_RESULT, [("vpn", 2)]),
        (Order.WITHOUT_CLICK, [("mouse", 2), ("printer", 4)]),
        (Order.REPORTED, [("printer", 4), ("vpn", 2)]),
    ],
)
def test_each_order_leaves_out_what_does_not_apply(
    desk: Desk, lead: Person, searched: None, order: Order, expected: list[tuple[str, int]]
) -> None:
    rows = insights.queries(desk, lead, analytics.scope(desk), order)
    assert [(row.query, row.searches) for row in rows] == expected


def test_a_query_has_its_own_figures(desk: Desk, lead: Person, searched: None) -> None:
    row = insights.queries(desk, lead, analytics.scope(desk), limit=1)[0]
    assert (row.without_result.value, row.without_click.value, row.without_click.n) == (0, 1 / 4, 4)
    assert (row.rank.value, row.rank.n, row.reported.value, row.reported.n) == (3.0, 3, 1.0, 1)


def test_the_period_is_kept(desk: Desk, lead: Person, searched: None) -> None:
    today = desk.now().date()
    scope = analytics.scope(desk, today - timedelta(days=401), today - timedelta(days=399))
    assert [row.query for row in insights.queries(desk, lead, scope)] == ["old"]


def test_an_empty_period_has_no_values(desk: Desk, lead: Person) -> None:
    seen = insights.overview(desk, lead, analytics.scope(desk))
    cells = (seen.without_result, seen.without_click, seen.rank, seen.reported)
    assert [cell.value for cell in cells] == [None] * 4
    assert insights.queries(desk, lead, analytics.scope(desk)) == ()


def test_the_file_holds_every_figure_and_no_formula(desk: Desk, lead: Person) -> None:
    add(desk, event(desk, "=1+1", rank=2))
    (row,) = DictReader(StringIO(insights.to_csv(insights.queries(desk, lead, analytics.scope(desk)))))
    assert (row["query"], row["searches"], row["rank_value"], row["rank_n"]) == ("'=1+1", "1", "2.0", "1")
    assert (row["without_result_value"], row["reported_value"], row["reported_n"]) == ("0.0", "", "0")


def test_searches_are_for_leads(desk: Desk, agent: Person) -> None:
    for verb in (insights.overview, insights.queries):
        with pytest.raises(NotAllowed):
            verb(desk, agent, analytics.scope(desk))
