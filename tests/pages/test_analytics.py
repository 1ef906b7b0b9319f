"""The figures page over the demo year, and where there is nothing to show."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from kb.analytics import GROUPS
from kb.desk import Desk
from kb.person import Person

Open = Callable[..., AppTest]
YEAR = {"from": "2025-03-02", "to": "2026-03-02"}


@pytest.fixture
def desk(demo_desk: Desk) -> Desk:
    """Every page of this file stands on the demo year."""
    return demo_desk


def metrics(app: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


@pytest.mark.parametrize("role", ["visitor", "user", "agent"])
def test_figures_are_not_for_others(open_page: Open, role: str, request: pytest.FixtureRequest) -> None:
    with pytest.raises(ValueError, match="analytics"):
        open_page(request.getfixturevalue(role), "analytics.py")


def test_the_headline_has_n_and_interval(open_page: Open, lead: Person) -> None:
    app = open_page(lead, "analytics.py", **YEAR)
    assert metrics(app)["Satisfaction"] == "4.2 of 5"
    assert any("n = 680" in caption.value for caption in app.caption)
    assert list(metrics(app)) == ["Satisfaction", "Solved without an incident", "SLA kept", "To resolve, median"]


@pytest.mark.parametrize("group", GROUPS)
def test_each_tab_shows_its_figures_alone_with_a_table_each(open_page: Open, lead: Person, group: str) -> None:
    app = open_page(lead, "analytics.py", tab=group, **YEAR)
    assert not app.exception
    assert not app.error
    assert len(app.table) == len(GROUPS[group])


def test_the_demo_year_is_marked(open_page: Open, lead: Person) -> None:
    app = open_page(lead, "analytics.py", tab="Teams")
    assert "demo year" in app.caption[0].value


def test_titles_state_the_finding(open_page: Open, lead: Person) -> None:
    app = open_page(lead, "analytics.py", tab="Teams", **YEAR)
    assert any("Team B answers slowest: 12 minutes on average" in html.proto.body for html in app.get("html"))


def test_a_chosen_period_stands_in_the_address(open_page: Open, lead: Person) -> None:
    app = open_page(lead, "analytics.py", tab="Teams")
    app.selectbox("figures_period").select("Last 30 days").run()
    assert app.query_params["from"] == "2026-01-31"
    assert app.query_params["to"] == "2026-03-02"
    assert not app.exception


def test_own_dates_are_kept_in_the_address(open_page: Open, lead: Person) -> None:
    app = open_page(lead, "analytics.py", **{"tab": "Teams", "from": "2025-06-01", "to": "2025-06-30"})
    assert app.selectbox("figures_period").value == "Own dates"
    assert [f"{day}" for day in app.date_input("figures_dates").value] == ["2025-06-01", "2025-06-30"]


def test_team_and_type_narrow_and_stand_in_the_address(open_page: Open, lead: Person) -> None:
    app = open_page(lead, "analytics.py", tab="Teams", type="access", **YEAR)
    assert app.selectbox("figures_type").value == "access"
    before = [caption.value for caption in app.caption if caption.value.startswith("n =")]
    app.selectbox("figures_team").select("1").run()
    assert app.query_params["team"] == "1"
    after = [caption.value for caption in app.caption if caption.value.startswith("n =")]
    assert len(after) == len(before) == 3
    assert not set(after) & set(before)


@pytest.mark.parametrize(
    "address", [{"from": "soon"}, {"from": "2026-03-01", "to": "2025-01-01"}, {"to": "9999-12-31"}]
)
def test_an_impossible_period_is_said_and_a_usual_one_shown(
    open_page: Open, lead: Person, address: dict[str, str]
) -> None:
    app = open_page(lead, "analytics.py", tab="Teams", **address)
    assert app.warning
    assert app.selectbox("figures_period").value == "Last 90 days"


@pytest.mark.parametrize("address", [{"team": "999"}, {"type": "nonsense"}, {"tab": "Nothing"}])
def test_unknown_choices_in_the_address_are_left_aside(open_page: Open, lead: Person, address: dict[str, str]) -> None:
    app = open_page(lead, "analytics.py", **address)
    assert not app.exception
    assert app.selectbox("figures_team").value == ""


def test_shares_among_chosen_types(open_page: Open, lead: Person) -> None:
    app = open_page(lead, "analytics.py", tab="Incidents and SLA", **YEAR)
    app.multiselect("figures_among").set_value(["performance", "configuration", "security", "data_integration"]).run()
    assert any(
        "Performance is the most frequent type: 45 % of incidents" in html.proto.body for html in app.get("html")
    )


def test_comments_can_be_narrowed_to_the_bad_ones(open_page: Open, lead: Person) -> None:
    app = open_page(lead, "analytics.py", **YEAR)
    app.segmented_control("figures_sentiment").set_value("negative").run()
    shown = [html.proto.body for html in app.get("html") if "<small>" in html.proto.body]
    assert shown
    assert all("Negative" in body for body in shown)


def test_a_period_without_anything_says_so(open_page: Open, lead: Person) -> None:
    app = open_page(lead, "analytics.py", **{"tab": "Teams", "from": "2001-01-01", "to": "2001-12-31"})
    assert not app.exception
    assert metrics(app)["Satisfaction"] == "none"
