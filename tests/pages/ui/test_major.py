"""A burst on Review, and the banner of the major incident that is made of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from kb import incidents
from kb.desk import Desk
from kb.incidents import outages
from kb.labels import Role
from kb.person import OPERATOR, Person
from kb.tables import Burst, Preference
from tests.labelled import report

Open = Callable[..., AppTest]
ALONE = "That is for reports alone, not for “Me too”."
PAGES = ("search.py", "submit.py")


@pytest.fixture
def burst(desk: Desk) -> Burst:
    """Two people report the same; chance does that once in twenty months."""
    ids = [report(desk, f"VPN *down* {n}") for n in range(2)]
    row = Burst(incident_id=ids[0], incident_ids=ids, people=2, chance_a_month=0.05, found_at=desk.now())
    with desk.transaction() as session:
        session.add(row)
    return row


def said(page: AppTest) -> str:
    assert not page.exception
    return "\n".join(part.value for part in page.markdown)


def test_the_false_alarm_rate_of_reports_is_said(open_page: Open, lead: Person, burst: Burst) -> None:
    shown = said(open_page(lead, "review.py"))
    assert "2 people report the same.** Chance alone brings as many together at most once in 20 months." in shown
    assert ALONE not in shown


def test_where_people_joined_the_rate_is_said_to_be_for_reports_alone(
    open_page: Open, desk: Desk, lead: Person, user: Person, burst: Burst
) -> None:
    incidents.me_too(desk, user, burst.incident_id)
    shown = said(open_page(lead, "review.py"))
    assert f"Chance alone brings as many reports together at most once in 20 months. {ALONE}" in shown


def test_a_single_report_that_many_joined_is_announced_on_review(
    open_page: Open, desk: Desk, lead: Person, make_person: Callable[..., Person]
) -> None:
    kept = {"at": desk.now().isoformat(), "a_month": (30.0,) * 3 + (0.05,) * 10, "months": 120}
    with desk.transaction() as session:
        session.add(Preference(name="burst_chance", value=kept))
    incident_id = report(desk, "VPN down")
    for n in range(10):
        incidents.me_too(desk, make_person(Role.USER, f"Wu {n}"), incident_id)
    outages.look(desk, OPERATOR)
    page = open_page(lead, "review.py")
    assert "Perhaps a major incident: 11 people report the same." in said(page)
    page.button(key="burst_1_announce").click().run()
    assert [one.incident_id for one in outages.announced(desk)] == [incident_id]


@pytest.mark.parametrize("page", PAGES)
def test_a_major_incident_stands_above_find_and_report_until_it_ends(
    open_page: Open, desk: Desk, lead: Person, burst: Burst, page: str
) -> None:
    assert not open_page(None, page).error
    outages.announce(desk, lead, burst.id or 0, message="Nobody gets *in*")
    (banner,) = open_page(None, page).error
    assert banner.value.startswith("**Nobody gets \\*in\\*** ")
    assert banner.value.replace("\\", "").endswith(
        "Since today at 09:00, 2 people so far. Support works on it (INC-1): no need to report it again."
    )
    incidents.resolve(desk, lead, burst.incident_id, resolution="A new certificate")
    assert not open_page(None, page).error
