"""Figures of money."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from kb import analytics, services
from kb.analytics import Cell
from kb.desk import Desk
from kb.person import OPERATOR
from kb.tables import Deflection, IncidentArticle

Cells = Callable[..., dict[str, Cell]]
Make = Callable[..., int]


def cost(desk: Desk, kind: str, label: str, amount: float, valid_from: date = date(2020, 1, 1)) -> None:
    services.set_cost(desk, OPERATOR, kind, label, amount=amount, valid_from=valid_from)


def test_monthly_cost_is_the_mean_of_the_settings_in_force(desk: Desk, cells: Cells) -> None:
    cost(desk, "monthly", "in_house", 100, date(2025, 11, 1))
    cost(desk, "monthly", "in_house", 400, date(2026, 1, 1))
    found = cells("monthly_cost_by_support_model", analytics.scope(desk, date(2025, 10, 5), date(2026, 1, 31)))
    assert (found["in_house"].value, found["in_house"].n) == (200, 3)
    assert (found["outsourced"].value, found["outsourced"].n) == (None, 0)


def test_a_cost_from_the_next_month_on_does_not_count_yet(desk: Desk, cells: Cells) -> None:
    cost(desk, "monthly", "in_house", 100)
    cost(desk, "monthly", "in_house", 900, date(2026, 2, 1))
    found = cells("monthly_cost_by_support_model", analytics.scope(desk, date(2026, 1, 1), date(2026, 1, 31)))
    assert found["in_house"].value == 100


def test_saved_counts_confirmed_cases_of_both_kinds(
    desk: Desk, cells: Cells, incident: Make, add: Make, make_article: Make
) -> None:
    cost(desk, "saved", "security", 1000)
    article = make_article(type="security")
    solved, shown = incident(type="security", solved=1), incident(type="security", solved=1)
    at = desk.now() - timedelta(hours=1)
    add(IncidentArticle(incident_id=solved, article_id=article, is_solution=True, at=at))
    add(IncidentArticle(incident_id=shown, article_id=article, is_solution=False, at=at))
    add(Deflection(article_id=article, rater="v:a", day="2026-03-01", type="security", at=at))
    add(Deflection(article_id=article, rater="v:a", day="2026-03-02", type="access", at=at))
    found = cells("saved_per_incident_by_type")
    assert {label: (cell.value, cell.n) for label, cell in found.items()} == {"security": (1000, 2)}
    total = analytics.saved(desk, OPERATOR, analytics.scope(desk))
    assert (total.total, total.cases) == (2000, 3)


def test_the_dearest_type_comes_first_and_a_chosen_one_stands_alone(desk: Desk, cells: Cells) -> None:
    cost(desk, "saved", "access", 50)
    cost(desk, "saved", "security", 1000)
    assert list(cells("saved_per_incident_by_type")) == ["security", "access"]
    assert list(cells("saved_per_incident_by_type", analytics.scope(desk, type="access"))) == ["access"]
