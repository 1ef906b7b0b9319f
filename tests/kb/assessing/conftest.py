"""Confirmed incidents of three kinds, and a starter set too small to know them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from kb import services
from kb.desk import Desk
from kb.labels import Role
from kb.person import Person
from kb.tables import Incident, Review
from kb.training import rows
from tests.labelled import write_small_starter
from tests.models.texts import three_kinds

TYPES = {"printer": "hardware_failure", "login": "access", "network": "performance"}
GRADES = {
    "printer": ("low", "one", "low"),
    "login": ("medium", "some", "medium"),
    "network": ("critical", "all", "high"),
}


@pytest.fixture(autouse=True)
def seeded(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    services.seed(desk)
    monkeypatch.setattr(rows, "STARTER", write_small_starter(tmp_path, each=2))


@pytest.fixture
def confirm(desk: Desk, make_person: Callable[..., Person]) -> Callable[..., list[int]]:
    """confirm(20, turned={3}) stores 20 incidents a kind, one an hour, reviewed; those turned carry a wrong type.

    As many people as it takes look at them, so that the cap leaves none out; or those named by `leads`.
    """

    several: list[Person] = []

    def make(
        each: int, *, turned: frozenset[int] = frozenset(), is_demo: bool = False, leads: Sequence[Person] = ()
    ) -> list[int]:
        while not leads and len(several) * rows.MOST_PER_REVIEWER < 3 * each:
            several.append(make_person(Role.LEAD, f"Lead {len(several)}"))
        by = leads or several
        texts, kinds = three_kinds(each)
        order = [kind * each + n for n in range(each) for kind in range(3)]  # each kind comes in all the time
        begun = desk.now() - timedelta(hours=len(order))
        with desk.transaction() as session:
            found = [
                _incident(texts[one], kinds[one], begun + timedelta(hours=place), is_demo)
                for place, one in enumerate(order)
            ]
            session.add_all(found)
            session.flush()
            for place, incident in enumerate(found):
                label = "security" if place in turned else incident.type
                session.add(
                    Review(
                        incident_id=incident.id or 0,
                        reviewer_id=by[place % len(by)].id,
                        decision="accepted",
                        type=label,
                        severity=incident.severity,
                        at=desk.now(),
                        is_demo=is_demo,
                    )
                )
        return [incident.id or 0 for incident in found]

    return make


def _incident(text: str, kind: str, at: object, is_demo: bool) -> Incident:
    severity, impact, urgency = GRADES[kind]
    return Incident(
        key=f"{text}{is_demo}",
        title=text,
        type=TYPES[kind],
        severity=severity,
        impact=impact,
        urgency=urgency,
        created_at=at,
        updated_at=at,
        is_demo=is_demo,
    )
