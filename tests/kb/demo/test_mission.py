"""The figures over the demo year equal the example values the product page prints, to the rounding it prints."""

from __future__ import annotations

import pytest

from kb import analytics
from kb.desk import Desk
from kb.person import OPERATOR

MISSION = {
    "response_minutes_by_team": {"team_a": 4, "team_b": 12, "team_c": 8},
    "monthly_cost_by_support_model": {"in_house": 25_000, "outsourced": 15_000},
    "severity_share": {"low": 0.40, "medium": 0.30, "high": 0.20, "critical": 0.10},
    "satisfaction_share": {"excellent": 0.50, "good": 0.30, "average": 0.15, "poor": 0.05},
    "resolution_hours_by_type": {"software_bug": 6, "hardware_failure": 12, "data_corruption": 4},
    "availability_share_by_support_model": {"in_house": 0.999, "outsourced": 0.995},
    "skill_share": {"system_administration": 0.35, "databases": 0.25, "networking": 0.20, "troubleshooting": 0.20},
    "saved_per_incident_by_type": {
        "performance": 500,
        "configuration": 300,
        "security": 1000,
        "data_integration": 400,
    },
    "sentiment_share": {"positive": 0.75, "neutral": 0.20, "negative": 0.05},
}
AMONG = {"performance": 0.45, "configuration": 0.25, "security": 0.15, "data_integration": 0.15}


def figure(desk: Desk, name: str) -> analytics.Figure:
    return analytics.figures(desk, OPERATOR, analytics.scope(desk), [name])[0]


def values(figure: analytics.Figure) -> dict[str, float]:
    return {cell.label: cell.value or 0.0 for cell in figure.cells}


@pytest.mark.parametrize("name", MISSION)
def test_the_demo_year_has_the_example_values(demo_desk: Desk, name: str) -> None:
    digits = 3 if name.startswith("availability") else (2 if name.endswith("_share") else 0)
    found = values(figure(demo_desk, name))
    assert {label: round(found[label], digits) for label in MISSION[name]} == MISSION[name]


def test_the_types_among_the_four(demo_desk: Desk) -> None:
    among = analytics.among(figure(demo_desk, "incident_type_share"), tuple(AMONG))
    assert {label: round(value, 2) for label, value in values(among).items()} == AMONG


def test_shared_knowledge_brings_the_mean_under_five_hours(demo_desk: Desk) -> None:
    found = values(figure(demo_desk, "resolution_hours_by_knowledge_sharing"))
    assert found["regular"] <= 5 < found["none"]


def test_a_linked_article_makes_it_faster(demo_desk: Desk) -> None:
    found = values(figure(demo_desk, "resolution_hours_by_linked_article"))
    assert found["linked"] < found["not_linked"]


@pytest.mark.parametrize(
    ("name", "kind", "is_better_lower"),
    [("median_resolution_hours_by_month", "automation", True), ("availability_by_month", "monitoring", False)],
)
def test_trends_turn_at_their_milestone(demo_desk: Desk, name: str, kind: str, is_better_lower: bool) -> None:
    marks = analytics.milestones(demo_desk, OPERATOR, analytics.scope(demo_desk))
    month = next(mark.month for mark in marks if mark.kind == kind)
    found = values(figure(demo_desk, name))
    before = [value for label, value in found.items() if label < month]
    after = [value for label, value in found.items() if label > month]
    difference = sum(after) / len(after) - sum(before) / len(before)
    assert (difference < 0) is is_better_lower
