"""Services, types, targets, hours, costs and outages: who may change them and what is refused."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from kb import services
from kb.desk import Desk
from kb.errors import Conflict, NotAllowed, NotFound, NotValid
from kb.labels import OutageKind, Severity, SupportModel
from kb.person import Person
from kb.services import Hours


@pytest.fixture(autouse=True)
def seeded(desk: Desk) -> None:
    services.seed(desk)


def test_seeding_twice_changes_nothing(desk: Desk) -> None:
    before = services.services(desk), services.types(desk)
    services.seed(desk)
    assert (services.services(desk), services.types(desk)) == before
    assert len(before[1]) == 8


def test_an_admin_adds_and_renames_a_service(desk: Desk, admin: Person) -> None:
    made = services.save_service(desk, admin, name="  Till   system ", support_model=SupportModel.OUTSOURCED)
    assert services.save_service(desk, admin, name="Tills", service_id=made, is_active=False) == made
    assert "Tills" not in [row.name for row in services.services(desk)]
    assert "Tills" in [row.name for row in services.services(desk, with_inactive=True)]


def test_signs_no_database_keeps_go_out_of_names_and_messages(desk: Desk, admin: Person) -> None:
    made = services.save_service(desk, admin, name="Ti\x00ll\ud800")
    services.save_service(desk, admin, service_id=made, name="Till\x1b system")
    outage = {"kind": OutageKind.UNPLANNED, "message": "Do\x00wn", "started_at": desk.now()}
    services.record_outage(desk, admin, made, **outage)
    told = services.banners(desk)[0]
    assert (told.service, told.message) == ("Till system", "Down")


def test_a_service_name_is_single(desk: Desk, admin: Person) -> None:
    with pytest.raises(NotValid, match="already"):
        services.save_service(desk, admin, name="Network and Wi-Fi")


@pytest.mark.parametrize("name", ["", "   ", "x" * 81])
def test_a_service_needs_a_name(desk: Desk, admin: Person, name: str) -> None:
    with pytest.raises(NotValid):
        services.save_service(desk, admin, name=name)


def test_unknown_ids_lead_nowhere(desk: Desk, admin: Person) -> None:
    with pytest.raises(NotFound):
        services.save_service(desk, admin, name="X", service_id=999)
    with pytest.raises(NotFound):
        services.save_service(desk, admin, name="X", team_id=999)
    with pytest.raises(NotFound):
        services.end_outage(desk, admin, 999)


def test_a_type_keeps_its_slug_and_gets_a_new_name(desk: Desk, admin: Person) -> None:
    services.save_type(desk, admin, "performance", name="Too slow")
    services.save_type(desk, admin, "billing", name="Billing")
    names = services.type_names(desk)
    assert (names["performance"], names["billing"], len(names)) == ("Too slow", "Billing", 9)
    with pytest.raises(NotValid):
        services.save_type(desk, admin, "Not A Slug", name="x")


def test_only_an_admin_changes_what_is_promised(desk: Desk, lead: Person) -> None:
    with pytest.raises(NotAllowed):
        services.save_target(
            desk, lead, Severity.LOW, response_minutes=1, resolution_minutes=2, is_around_the_clock=False
        )
    with pytest.raises(NotAllowed):
        services.save_type(desk, lead, "x1", name="x")


def test_a_target_is_replaced(desk: Desk, admin: Person) -> None:
    services.save_target(
        desk, admin, Severity.LOW, response_minutes=60, resolution_minutes=120, is_around_the_clock=True
    )
    low = services.targets(desk, admin)[0]
    assert (low.severity, low.response_minutes, low.is_around_the_clock) == (Severity.LOW, 60, True)
    with pytest.raises(NotValid):
        services.save_target(
            desk, admin, Severity.LOW, response_minutes=60, resolution_minutes=5, is_around_the_clock=True
        )


def test_hours_have_a_default_and_can_be_set(desk: Desk, admin: Person) -> None:
    assert services.hours(desk).begin == "09:00"
    chosen = Hours((0, 1, 5), "08:30", "18:00", "DE", "BY")
    services.save_hours(desk, admin, chosen)
    assert services.hours(desk) == chosen


@pytest.mark.parametrize(
    "chosen",
    [
        Hours((), "09:00", "17:00", "", ""),
        Hours((9,), "09:00", "17:00", "", ""),
        Hours((0,), "9 o'clock", "17:00", "", ""),
        Hours((0,), "17:00", "09:00", "", ""),
        Hours((0,), "09:00", "17:00", "XX", ""),
    ],
)
def test_impossible_hours_are_refused(desk: Desk, admin: Person, chosen: Hours) -> None:
    with pytest.raises(NotValid):
        services.save_hours(desk, admin, chosen)


def test_a_cost_of_the_same_day_is_replaced(desk: Desk, admin: Person) -> None:
    for amount in (100.0, 200.0):
        services.set_cost(desk, admin, "monthly", "in_house", amount=amount, valid_from=date(2026, 1, 1))
    assert [row.amount for row in services.costs(desk, admin)] == [200.0]


@pytest.mark.parametrize(
    ("kind", "label", "amount"),
    [("yearly", "in_house", 1), ("monthly", "nobody", 1), ("saved", "in_house", 1), ("saved", "access", float("nan"))],
)
def test_impossible_costs_are_refused(desk: Desk, admin: Person, kind: str, label: str, amount: float) -> None:
    with pytest.raises(NotValid):
        services.set_cost(desk, admin, kind, label, amount=amount, valid_from=date(2026, 1, 1))


def test_a_milestone_is_kept(desk: Desk, admin: Person) -> None:
    services.add_milestone(desk, admin, "automation", name="Self-healing tills", at=desk.now())
    assert [row.name for row in services.milestones(desk, admin)] == ["Self-healing tills"]


def test_a_present_outage_is_a_banner_until_it_ends(desk: Desk, agent: Person, clock: object) -> None:
    service = services.services(desk)[0].id
    started = desk.now() - timedelta(minutes=5)
    outage = services.record_outage(
        desk, agent, service, kind=OutageKind.UNPLANNED, message="Mail is late", started_at=started
    )
    assert [(banner.message, banner.is_present) for banner in services.banners(desk)] == [("Mail is late", True)]
    services.end_outage(desk, agent, outage)
    assert services.banners(desk) == ()
    assert services.outages(desk, agent)[0].ended_at == desk.now()


def test_a_planned_outage_is_announced_two_days_before(desk: Desk, agent: Person) -> None:
    service = services.services(desk)[0].id
    for days in (1, 5):
        begin = desk.now() + timedelta(days=days)
        services.record_outage(
            desk, agent, service, kind=OutageKind.PLANNED, message=str(days), started_at=begin,
            ended_at=begin + timedelta(hours=1),
        )  # fmt: skip
    assert [(banner.message, banner.is_present) for banner in services.banners(desk)] == [("1", False)]


def test_an_outage_that_has_not_begun_cannot_end(desk: Desk, agent: Person) -> None:
    begin = desk.now() + timedelta(hours=1)
    outage = services.record_outage(
        desk, agent, services.services(desk)[0].id, kind=OutageKind.PLANNED, message="", started_at=begin,
        ended_at=begin + timedelta(hours=1),
    )  # fmt: skip
    with pytest.raises(Conflict):
        services.end_outage(desk, agent, outage)


def test_a_planned_outage_needs_its_end_and_a_user_records_none(desk: Desk, agent: Person, user: Person) -> None:
    service = services.services(desk)[0].id
    with pytest.raises(NotValid):
        services.record_outage(desk, agent, service, kind=OutageKind.PLANNED, message="", started_at=desk.now())
    with pytest.raises(NotAllowed):
        services.record_outage(desk, user, service, kind=OutageKind.UNPLANNED, message="", started_at=desk.now())
