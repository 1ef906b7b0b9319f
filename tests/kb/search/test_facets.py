"""Age and verification narrow results down, with honest counts."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kb import articles, search
from kb.desk import Desk
from kb.person import Person

Make = Callable[..., int]


@pytest.fixture
def shelf(desk: Desk, agent: Person, make_article: Make, clock) -> dict[str, int]:  # type: ignore[no-untyped-def]
    """One printer article of each age; the oldest was verified today, the one of this year 7 months ago."""
    found = {}
    for name, days in (("older", 300), ("year", 200), ("month", 10)):
        found[name] = make_article(f"Printer, {name}", "Text", type="configuration" if name == "year" else "")
        clock.forward(days=days)
    articles.verify(desk, agent, found["older"])
    return found


def ids(results: search.Results) -> set[int]:
    return {hit.id for hit in results.hits}


def test_ages_and_verification_are_counted(desk: Desk, visitor: Person, shelf: dict[str, int]) -> None:
    results = search.search(desk, visitor, "printer")
    assert results.age_counts == {"month": 1, "year": 2, "older": 1}
    assert results.verified_counts == {True: 2, False: 1}
    assert search.search(desk, visitor, "zzzz").age_counts == search.search(desk, visitor, "").verified_counts == {}


@pytest.mark.parametrize(("age", "names"), [("month", {"month"}), ("year", {"month", "year"}), ("older", {"older"})])
def test_an_age_narrows_down(desk: Desk, visitor: Person, shelf: dict[str, int], age: str, names: set[str]) -> None:
    results = search.search(desk, visitor, "printer", age=age)
    assert ids(results) == {shelf[name] for name in names}
    assert results.found == results.age_counts[age] == len(names)
    assert results.age_counts == {"month": 1, "year": 2, "older": 1}
    assert results.verified_counts == {True: 1, False: age == "year"}


def test_verified_or_not_narrows_down(desk: Desk, visitor: Person, shelf: dict[str, int]) -> None:
    assert ids(search.search(desk, visitor, "printer", is_verified=True)) == {shelf["older"], shelf["month"]}
    other = search.search(desk, visitor, "printer", is_verified=False)
    assert ids(other) == {shelf["year"]}
    assert (other.type_counts, other.age_counts["older"]) == ({"configuration": 1}, 0)


def test_a_verification_shows_at_once_and_runs_out(
    desk: Desk, visitor: Person, agent: Person, shelf: dict[str, int], clock  # type: ignore[no-untyped-def]
) -> None:  # fmt: skip
    assert search.search(desk, visitor, "printer").verified_counts == {True: 2, False: 1}
    articles.verify(desk, agent, shelf["year"])
    assert search.search(desk, visitor, "printer").verified_counts == {True: 3, False: 0}
    clock.forward(days=desk.settings.verify_days + 1)
    assert search.search(desk, visitor, "printer").verified_counts == {True: 0, False: 3}
