from __future__ import annotations

from collections.abc import Callable

import pytest

from kb import review
from kb.desk import Desk
from kb.errors import NotAllowed
from kb.labels import Role
from kb.person import Person
from tests.labelled import report, reviewed

SAID = (("access", "security"), ("access", "access"), ("security", "security"), ("access", "access"))


def test_two_people_who_judged_the_same_are_compared(desk: Desk, lead: Person, admin: Person) -> None:
    for n, (first, second) in enumerate(SAID):
        incident_id = report(desk, f"Report {n}")
        reviewed(desk, incident_id, lead, type=first, severity="low")
        reviewed(desk, incident_id, admin, type=second, severity="low")
    found = review.agreements(desk, lead)
    assert found.type
    assert (found.type.n, found.type.share, found.type.kappa) == (4, 0.75, pytest.approx(0.5))
    assert found.severity
    assert found.severity.kappa == 1.0


def test_what_one_person_alone_judged_counts_for_nothing(desk: Desk, lead: Person) -> None:
    incident_id = report(desk)
    reviewed(desk, incident_id, lead, type="access")
    reviewed(desk, incident_id, lead, type="security")
    assert review.agreements(desk, lead).type is None


@pytest.mark.parametrize(
    "given", [{"decision": "unsure"}, {"is_demo": True}, {"is_undone": True}, {"is_imported": True}]
)
def test_only_what_counts_is_compared(desk: Desk, lead: Person, admin: Person, given: dict[str, object]) -> None:
    incident_id = report(desk)
    reviewed(desk, incident_id, lead)
    if given.pop("is_undone", False):
        given["undone_at"] = desk.now()
    reviewed(desk, incident_id, admin, **given)
    assert review.agreements(desk, lead).type is None


def test_of_three_the_first_two_are_compared(
    desk: Desk, lead: Person, admin: Person, make_person: Callable[..., Person]
) -> None:
    incident_id = report(desk)
    for person, type_ in ((lead, "access"), (admin, "access"), (make_person(Role.LEAD, "Third"), "security")):
        reviewed(desk, incident_id, person, type=type_)
    found = review.agreements(desk, lead).type
    assert found
    assert (found.n, found.share) == (1, 1.0)


def test_only_leads_see_it(desk: Desk, agent: Person) -> None:
    with pytest.raises(NotAllowed):
        review.agreements(desk, agent)
