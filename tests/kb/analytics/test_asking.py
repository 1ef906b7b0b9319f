"""Who may ask, what is promised to other programs, and what leaves the house as a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest

from kb import analytics
from kb.analytics import CATALOGUE, CONTRACT, GROUPS, Cell, Figure, Shape, Unit
from kb.desk import Desk
from kb.errors import NotAllowed, NotFound
from kb.person import OPERATOR, Person
from kb.tables import SearchEvent

VERBS = (
    analytics.figures, analytics.headline, analytics.comments, analytics.milestones, analytics.saved,
    lambda desk, person, scope: analytics.has_data(desk, person),
)  # fmt: skip


@pytest.mark.parametrize("verb", VERBS)
def test_figures_are_for_leads(desk: Desk, agent: Person, lead: Person, verb: Callable[..., object]) -> None:
    scope = analytics.scope(desk)
    verb(desk, lead, scope)
    with pytest.raises(NotAllowed):
        verb(desk, agent, scope)


def test_the_contract_names_twelve_figures(desk: Desk) -> None:
    found = analytics.to_json(analytics.figures(desk, OPERATOR, analytics.scope(desk)))
    assert list(found) == [
        "response_minutes_by_team", "monthly_cost_by_support_model", "severity_share", "satisfaction_share",
        "resolution_hours_by_type", "availability_share_by_support_model", "skill_share", "incident_type_share",
        "saved_per_incident_by_type", "sentiment_share", "resolution_hours_by_linked_article",
        "resolution_hours_by_knowledge_sharing",
    ]  # fmt: skip
    assert found["severity_share"]["low"] == {"value": None, "n": 0}


def test_every_figure_stands_on_the_page_once() -> None:
    shown = [name for names in GROUPS.values() for name in names]
    assert sorted(shown) == sorted(CATALOGUE)
    assert set(CONTRACT) <= set(shown)


def test_an_unknown_figure_is_not_found(desk: Desk) -> None:
    with pytest.raises(NotFound, match="colour"):
        analytics.figures(desk, OPERATOR, analytics.scope(desk), ["colour"])


def test_a_search_is_enough_to_count(desk: Desk, add: Callable[..., None]) -> None:
    assert not analytics.has_data(desk, OPERATOR)
    add(SearchEvent(query="q", found=0, milliseconds=1, shown_ids=[], at=desk.now()))
    assert analytics.has_data(desk, OPERATOR)


def figure(*cells: Cell) -> Figure:
    return Figure("severity_share", "Severity", "", "", Unit.SHARE, Shape.PARTS, cells)


@pytest.mark.parametrize("text", ["=1+1", "+49", "-2", "@SUM(A1)", "\tx", "\rx"])
def test_a_file_holds_no_formulas(text: str) -> None:
    rows = list(csv.DictReader(io.StringIO(analytics.to_csv([figure(Cell(text, text, 0.5, 4))]))))
    assert rows[0]["label"] == rows[0]["name"] == f"'{text}"


def test_a_file_holds_every_cell_with_n_and_interval() -> None:
    text = analytics.to_csv([figure(Cell("low", "Low", 0.5, 4, 0.1, 0.9), Cell("high", "High", None, 0))])
    assert text.splitlines() == [
        "figure,label,name,value,unit,n,low,high",
        "severity_share,low,Low,0.5,share,4,0.1,0.9",
        "severity_share,high,High,,share,0,,",
    ]


def test_shares_among_some_add_up_to_one() -> None:
    whole = figure(Cell("low", "Low", 0.2, 10), Cell("high", "High", 0.3, 10), Cell("medium", "Medium", 0.5, 10))
    among = analytics.among(whole, ["low", "high"])
    assert [(cell.label, cell.value, cell.n) for cell in among.cells] == [("low", 0.4, 5), ("high", 0.6, 5)]
