"""Run: own types and routing rules, made and tried by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from kb import people, routing, services
from kb.desk import Desk
from kb.labels import Role
from kb.person import Person
from kb.routing import Rule
from tests.labelled import report

Open = Callable[..., AppTest]


@pytest.fixture(autouse=True)
def seeded(desk: Desk) -> None:
    services.seed(desk)


@pytest.fixture
def open_tab(open_page: Open, admin: Person) -> Open:
    return lambda tab: open_page(admin, "run.py", tab=tab)


@pytest.fixture
def rule_id(desk: Desk, admin: Person) -> int:
    team_id = people.teams(desk, admin)[1].id
    return routing.save_rule(desk, admin, Rule("VPN *now*", ("vpn",), team_id=team_id, sets_type="configuration"))


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click()
    return app.run()


def said(app: AppTest) -> str:
    return "\n".join(part.value for part in app.markdown)


def chosen(app: AppTest, key: str, label: str) -> Any:
    return app.selectbox(key).select(label)


def test_a_type_needs_a_skill_that_may_be_new(open_tab: Open, desk: Desk) -> None:
    app = open_tab("Services and types")
    app.text_input("type-name-new").set_value("Medical devices")
    chosen(app, "type-skill-new", "Databases")
    press(app, "Add the type")
    row = services.types(desk)[-1]
    assert (row.slug, row.skill) == ("medical_devices", "databases")


def test_two_types_are_merged_and_the_history_says_so(open_tab: Open, desk: Desk) -> None:
    app = open_tab("Services and types")
    chosen(app, "merge-from", "Data corruption")
    chosen(app, "merge-into", "Data integration")
    press(app, "Merge")
    assert not app.exception
    assert "data_corruption" not in [row.slug for row in services.types(desk)]
    assert "02 Mar 2026: Merged **Data corruption → Data integration** by Admin" in said(app)
    assert "Part of Data integration" in app.dataframe[1].value["State"].tolist()


def test_a_merge_needs_both(open_tab: Open, desk: Desk) -> None:
    app = press(open_tab("Services and types"), "Merge")
    assert app.error[0].value == "Choose both types."


def test_a_rule_is_made(open_tab: Open, desk: Desk, admin: Person) -> None:
    app = open_tab("Routing")
    app.text_input("rule-name-new").set_value("Tills")
    app.text_input("rule-words-new").set_value("till, card reader")
    chosen(app, "rule-least-new", "High")
    chosen(app, "rule-team-new", "Team B")
    press(app, "Add the rule")
    assert not app.exception
    row = routing.rules(desk, admin)[0]
    assert row.condition == "the text has “till” or “card reader” and it is high or worse"
    assert (row.result, row.is_live) == ("it goes to Team B", False)


def test_a_rule_without_a_condition_is_a_sentence(open_tab: Open) -> None:
    app = open_tab("Routing")
    app.text_input("rule-name-new").set_value("All")
    chosen(app, "rule-team-new", "Team B")
    assert "Say when the rule fits" in press(app, "Add the rule").error[0].value


def test_a_rule_is_tried_before_it_can_go_live(open_tab: Open, desk: Desk, admin: Person, rule_id: int) -> None:
    report(desk, "VPN _drops_")
    app = open_tab("Routing")
    assert app.button(f"live-{rule_id}").disabled
    app.button(f"try-{rule_id}").click().run()
    assert "Of the **1** latest incidents **1** fit." in said(app)
    assert "- 1 would go to Team B instead of nobody" in said(app)
    assert "VPN \\_drops\\_  \nnobody, type not known → Team B, Configuration" in said(app)
    app.button(f"live-{rule_id}").click().run()
    assert routing.rules(desk, admin)[0].is_live
    app.button(f"pause-{rule_id}").click().run()
    assert not routing.rules(desk, admin)[0].is_live


def test_a_rule_is_changed_moved_and_removed(open_tab: Open, desk: Desk, admin: Person, rule_id: int) -> None:
    routing.save_rule(desk, admin, Rule("Other", ("x",), sets_type="access"))
    app = open_tab("Routing")
    chosen(app, "rule", "Other").run()
    other = routing.rules(desk, admin)[1].id
    app.number_input(f"rule-place-{other}").set_value(1)
    press(app, "Save")
    assert [row.rule.name for row in routing.rules(desk, admin)] == ["Other", "VPN *now*"]
    app.button(f"remove-{other}").click().run()
    assert [row.rule.name for row in routing.rules(desk, admin)] == ["VPN *now*"]


def test_the_teams_are_shown_with_who_is_there(
    open_tab: Open, desk: Desk, admin: Person, make_person: Callable[..., Person]
) -> None:
    team_id = people.teams(desk, admin)[0].id
    ann = make_person(Role.AGENT, "Ann", team_id)
    people.set_skills(desk, admin, ann.id or 0, ["databases"])
    shown = open_tab("Routing").dataframe[0].value.iloc[0].tolist()
    assert shown == ["Team A", "1 of 1", 0, "0.0", "Databases (1)"]
