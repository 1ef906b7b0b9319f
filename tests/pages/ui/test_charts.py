"""Charts as specifications: what is drawn, what is held back, what stands in the table."""

from __future__ import annotations

from datetime import UTC, datetime

from kb.analytics import Cell, Figure, Mark, Shape, Unit
from pages.ui import charts


def figure(*cells: Cell, unit: Unit = Unit.HOURS, shape: Shape = Shape.BARS, name: str = "x") -> Figure:
    return Figure(name, "Title", "It says so", "What it counts", unit, shape, cells)


def drawn(figure: Figure) -> list[dict[str, object]]:
    return charts.spec(figure)["data"]["values"]


def test_a_bar_has_its_value_n_and_interval() -> None:
    row = drawn(figure(Cell("a", "A", 4.0, 50, 3.5, 4.5)))[0]
    assert (row["text"], row["low"], row["high"], row["shade"]) == ("4 hours · n = 50", 3.5, 4.5, 1)


def test_few_cases_are_faint_and_have_no_number() -> None:
    few = figure(Cell("a", "A", 4.0, 3, 1.0, 9.0))
    assert drawn(few)[0]["shade"] == charts.FAINT
    assert "low" not in drawn(few)[0]
    assert charts.table(few)["Value"] == ["too\u00a0few"]


def test_nothing_counted_is_not_drawn_but_stands_in_the_table() -> None:
    empty = figure(Cell("a", "A", None, 0), Cell("b", "B", 1.0, 9))
    assert [row["name"] for row in drawn(empty)] == ["B"]
    assert charts.table(empty)["Value"] == ["none", "1\u00a0hour"]


def test_counts_need_no_n_of_their_own() -> None:
    counts = figure(Cell("a", "A", 7.0, 7, is_exact=True), unit=Unit.COUNT)
    assert list(charts.table(counts)) == ["Title", "Value"]
    assert drawn(counts)[0]["text"] == "7"


def test_overdue_is_said_as_a_part() -> None:
    assert drawn(figure(Cell("a", "A", 2.0, 7, is_exact=True), unit=Unit.COUNT))[0]["text"] == "2 of 7"


def test_shares_run_from_nothing_to_all_but_availability_is_cut() -> None:
    share = charts.spec(figure(Cell("a", "A", 0.4, 50), unit=Unit.SHARE, shape=Shape.PARTS))
    assert share["layer"][0]["encoding"]["x"]["scale"] == {"domain": [0, 1]}
    cut = charts.spec(figure(Cell("a", "A", 0.99, 50), unit=Unit.SHARE, name="availability_share_by_support_model"))
    assert cut["layer"][0]["mark"]["type"] == "point"


def test_milestones_are_drawn_into_months() -> None:
    months = figure(Cell("2026-01", "2026-01", 4.0, 50), shape=Shape.MONTHS)
    mark = Mark("automation", "Self-healing", datetime(2026, 1, 20, tzinfo=UTC), "2026-01")
    spec = charts.spec(months, (mark,))
    assert spec["layer"][-1]["data"]["values"][0]["at"] == "2026-01-20"
    assert len(spec["layer"]) == len(charts.spec(months)["layer"]) + 2


def test_words_of_people_stay_words_in_the_table() -> None:
    table = charts.table(figure(Cell("a", "![x](http://evil/x.png)", 4.0, 50)))
    assert "![" not in table["Title"][0]
