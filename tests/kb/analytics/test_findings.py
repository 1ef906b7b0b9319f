"""What figures say of themselves, and when they hold back."""

from __future__ import annotations

import pytest

from kb.analytics import CATALOGUE, Cell, Shape, Unit, say, say_range
from kb.analytics.findings import PAIRS, finding


def cell(label: str, value: float | None, n: int = 50, *interval: float) -> Cell:
    return Cell(label, label.replace("_", " ").capitalize(), value, n, *interval)


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (0.4, Unit.SHARE, "40 %"), (0.9995, Unit.SHARE, "100 %"), (0.995, Unit.SHARE, "99.5 %"),
        (12.04, Unit.MINUTES, "12 minutes"), (1.0, Unit.HOURS, "1 hour"), (27.6, Unit.HOURS, "28 hours"),
        (0.0, Unit.COUNT, "0"), (20.0, Unit.COUNT, "20"), (25_000, Unit.MONEY, "25,000"),
        (4.26, Unit.SCORE, "4.3 of 5"),
        (None, Unit.SHARE, "none"),
    ],
)  # fmt: skip
def test_values_are_said_as_people_say_them(value: float | None, unit: Unit, said: str) -> None:
    assert say(value, unit) == said


def test_a_range_has_its_unit_once() -> None:
    assert say_range(3.1, 3.5, Unit.HOURS) == "3.1–3.5 hours"


def test_the_slowest_team_is_named() -> None:
    cells = [cell("team_a", 4, 50, 3.5, 4.5), cell("team_b", 12, 50, 11, 13)]
    assert finding("response_minutes_by_team", Unit.MINUTES, Shape.BARS, cells) == (
        "Team b answers slowest: 12 minutes on average"
    )


def test_a_difference_within_the_intervals_may_be_chance() -> None:
    cells = [cell("team_a", 11, 50, 9, 13), cell("team_b", 12, 50, 10, 14)]
    said = finding("response_minutes_by_team", Unit.MINUTES, Shape.BARS, cells)
    assert said.endswith("(close to Team a: may be chance)")


def test_few_cases_say_nothing() -> None:
    said = finding("response_minutes_by_team", Unit.MINUTES, Shape.BARS, [cell("team_a", 12, 3)])
    assert said == "Too few cases to say (fewer than 5 each)"


def test_none_at_all_is_said() -> None:
    assert finding("severity_share", Unit.SHARE, Shape.PARTS, []) == "Nothing was recorded in this period"


def test_equal_values_name_nobody() -> None:
    cells = [cell("access", 1.0), cell("security", 1.0)]
    assert finding("verified_share_by_type", Unit.SHARE, Shape.BARS, cells) == "All alike: 100 %"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ((9, 9, 9, 4, 4, 4), "The median time to resolve fell from 9 hours to 4 hours"),
        ((2, 4), "The median time to resolve rose from 2 hours to 4 hours"),
        ((5, 5, 5), "The median time to resolve stayed at 5 hours"),
        ((5,), "Too short to show a change"),
    ],
)
def test_a_trend_compares_its_ends(values: tuple[float, ...], said: str) -> None:
    cells = [cell(f"2026-0{place}", value) for place, value in enumerate(values, 1)]
    assert finding("median_resolution_hours_by_month", Unit.HOURS, Shape.MONTHS, cells) == said


def test_the_cut_months_at_both_ends_are_no_fall_in_counts() -> None:
    cells = [cell(f"2026-0{place}", value) for place, value in enumerate((10, 90, 90, 90, 5), 1)]
    assert "stayed at 90" in finding("incidents_by_month", Unit.COUNT, Shape.MONTHS, cells)


def test_a_pair_is_set_side_by_side() -> None:
    cells = [cell("linked", 4, 50, 3, 5), cell("not_linked", 4.5, 50, 4, 5)]
    said = finding("resolution_hours_by_linked_article", Unit.HOURS, Shape.BARS, cells)
    assert said == "Linked: 4 hours; not linked: 4.5 hours (the difference may be chance)"


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_figure_can_say_something_and_tells_what_it_counts(name: str) -> None:
    entry = CATALOGUE[name]
    labels = {
        "satisfaction_share": ("excellent", "good", "average", "poor"),
        "sentiment_share": ("positive", "neutral", "negative"),
        "helped_share": ("helped",),
        "search_share": ("found", "opened"),
        **dict.fromkeys(PAIRS, ("linked", "not_linked")),
    }.get(name, ("2026-01", "2026-02", "2026-03", "2026-04"))
    cells = [cell(label, 0.5 / place) for place, label in enumerate(labels, 1)]
    assert finding(name, entry.unit, entry.shape, cells)
    assert entry.about
