"""Run: each tab shows what is stored and stores what is said; bad input is a sentence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from kb import delivery, services
from kb.desk import Desk
from kb.labels import OutageKind, Severity
from kb.person import OPERATOR, Person
from kb.tables import OutboxRow

Open = Callable[..., AppTest]
TABS = (
    "Services and types",
    "Routing",
    "SLA and hours",
    "Costs and milestones",
    "Outages",
    "Jobs and health",
    "Import and export",
    "Demo data",
)


@pytest.fixture(autouse=True)
def seeded(desk: Desk) -> None:
    services.seed(desk)


@pytest.fixture
def open_tab(open_page: Open, admin: Person) -> Open:
    return lambda tab: open_page(admin, "run.py", tab=tab)


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click()
    return app.run()


@pytest.mark.parametrize("tab", TABS)
def test_every_tab_opens_on_a_new_installation(open_tab: Open, tab: str) -> None:
    app = open_tab(tab)
    assert not app.exception
    assert not app.error


@pytest.mark.parametrize("who", ["user", "agent", "lead"])
def test_it_is_for_administrators(open_page: Open, request: pytest.FixtureRequest, who: str) -> None:
    with pytest.raises(ValueError, match=r"run\.py"):
        open_page(request.getfixturevalue(who), "run.py")


def test_a_service_is_added_and_a_second_of_that_name_refused(open_tab: Open, desk: Desk) -> None:
    app = open_tab("Services and types")
    app.text_input("service-name-new").set_value("Tills")
    press(app, "Add the service")
    assert not app.exception
    assert "Tills" in [row.name for row in services.services(desk)]
    app.text_input("service-name-new").set_value("Tills")
    press(app, "Add the service")
    assert [error.value for error in app.error] == ["There is already a service called Tills."]


def test_a_type_is_added(open_tab: Open, desk: Desk) -> None:
    app = open_tab("Services and types")
    app.text_input("type-name-new").set_value("Billing")
    press(app, "Add the type")
    assert services.type_names(desk)["billing"] == "Billing"


def test_a_target_is_changed_in_hours(open_tab: Open, desk: Desk) -> None:
    app = open_tab("SLA and hours")
    app.number_input("response-critical").set_value(5)
    app.number_input("resolution-critical").set_value(1.5)
    app.button("save-critical").click()
    app.run()
    critical = services.targets(desk, OPERATOR)[-1]
    assert (critical.severity, critical.response_minutes, critical.resolution_minutes) == (Severity.CRITICAL, 5, 90)


def test_hours_and_holidays_are_kept_or_refused_with_a_sentence(open_tab: Open, desk: Desk) -> None:
    app = open_tab("SLA and hours")
    app.text_input("country").set_value("de")
    press(app, "Save the hours")
    assert services.hours(desk).country == "DE"
    app.text_input("country").set_value("XX")
    press(app, "Save the hours")
    assert "No holidays are known" in app.error[0].value


def test_costs_and_milestones_are_kept(open_tab: Open, desk: Desk) -> None:
    app = open_tab("Costs and milestones")
    app.number_input("cost-amount-monthly").set_value(25_000.0)
    app.button("cost-save-monthly").click()
    app.run()
    app.text_input("milestone-name").set_value("Alerts for the tills")
    press(app, "Add the milestone")
    assert [row.amount for row in services.costs(desk, OPERATOR)] == [25_000]
    assert [row.name for row in services.milestones(desk, OPERATOR)] == ["Alerts for the tills"]


def test_an_outage_is_recorded_shown_and_ended(open_tab: Open, desk: Desk, clock: object) -> None:
    app = open_tab("Outages")
    app.text_input("outage-message").set_value("The disks are full.")
    press(app, "Record the outage")
    clock.forward(minutes=5)  # type: ignore[attr-defined]
    assert [banner.message for banner in services.banners(desk)] == ["The disks are full."]
    press(app.run(), "It is over")
    assert services.banners(desk) == ()


def test_a_planned_outage_without_its_end_is_refused(open_tab: Open) -> None:
    app = open_tab("Outages")
    app.selectbox("outage-kind").set_value(OutageKind.PLANNED)
    press(app, "Record the outage")
    assert [error.value for error in app.error] == ["A planned outage needs its end."]


def test_what_was_not_delivered_is_shown_and_can_be_sent_again(open_tab: Open, desk: Desk) -> None:
    with desk.transaction() as session:
        session.add(
            OutboxRow(
                channel="mail", address="a@example.com", subject="Hello", created_at=desk.now(), attempts=10, error="no"
            )
        )
    app = open_tab("Jobs and health")
    assert any("Hello\nto a@example.com: no\n10 attempts, given up" in text.value for text in app.text)
    press(app, "Send again")
    assert delivery.failures(desk, OPERATOR)[0].next_at == desk.now()


def test_damage_is_looked_for(open_tab: Open, desk: Desk) -> None:
    app = open_tab("Jobs and health")
    press(app, "Look for damage")
    assert not app.exception
    assert "Attachments: 0 files as they were stored" in [found.value for found in app.success]


def test_an_article_is_imported_after_a_dry_run(open_tab: Open, desk: Desk) -> None:
    app = open_tab("Import and export")
    page = ("howto.md", b"# Restart the spooler\n\nStop it, start it.\n", "text/markdown")
    app.file_uploader("file-articles").set_value([page])
    press(app, "Import articles")
    assert app.success[0].value.startswith("Would be: 1 created")
    app.checkbox("dry-articles").uncheck()
    press(app, "Import articles")
    assert app.success[0].value.startswith("Done: 1 created")


def test_a_file_that_is_no_table_is_refused_with_a_sentence(open_tab: Open) -> None:
    app = open_tab("Import and export")
    app.file_uploader("file-incidents").set_value([("x.csv", b"\x00\x01\x02", "text/csv")])
    press(app, "Import incidents")
    assert not app.exception
    assert app.error


def test_an_import_without_a_file_asks_for_one(open_tab: Open) -> None:
    assert press(open_tab("Import and export"), "Import articles").warning[0].value == "Choose a file first."


def test_the_banner_says_in_words_since_when(open_page: Open, desk: Desk, agent: Person) -> None:
    service = services.services(desk)[0]
    begin = desk.now() - timedelta(minutes=50)
    services.record_outage(desk, agent, service.id, kind=OutageKind.UNPLANNED, message="Disks *full*", started_at=begin)
    [warning] = open_page(None, "search.py").warning
    assert warning.value.startswith("**Business applications** is down since today at 08:10.")
    assert "Disks \\*full\\*" in warning.value
