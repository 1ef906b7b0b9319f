"""What people decided where a text and its reporter's answers spoke for different severities."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest

from kb import review
from kb.desk import Desk
from kb.labels import Target
from kb.person import Person
from kb.review import Settled
from tests.labelled import opinion, report, reviewed

_number = count()


def _differing(desk: Desk, said: str, *, impact: str = "one", urgency: str = "low", **text: str) -> int:
    """A report whose text sounds as `said`; impact and urgency give low unless told otherwise."""
    incident_id = report(desk, f"Report {next(_number)}", impact=impact, urgency=urgency, **text)
    opinion(desk, incident_id, said, target=Target.SEVERITY)
    return incident_id


def _settled(desk: Desk, lead: Person, said: str = "critical", **given: str) -> Settled | None:
    return review.details(desk, lead, _differing(desk, said, **given)).settled


def test_past_decisions_are_counted_by_who_was_followed(desk: Desk, lead: Person) -> None:
    for decided in ("low", "low", "high", "medium"):
        reviewed(desk, _differing(desk, "high"), lead, severity=decided)
    assert _settled(desk, lead) == Settled(is_graver=True, n=4, as_reported=2, as_text=1)


def test_graver_and_milder_texts_are_counted_apart(desk: Desk, lead: Person) -> None:
    reviewed(desk, _differing(desk, "medium"), lead, severity="low")
    reviewed(desk, _differing(desk, "low", impact="all", urgency="high"), lead, severity="low")
    reviewed(desk, _differing(desk, "low"), lead, severity="low")  # these two agree
    assert _settled(desk, lead) == Settled(is_graver=True, n=1, as_reported=1, as_text=0)
    milder = _settled(desk, lead, "medium", impact="all", urgency="high")
    assert milder == Settled(is_graver=False, n=1, as_reported=0, as_text=1)


def test_where_they_agree_there_is_nothing_to_settle(desk: Desk, lead: Person) -> None:
    assert _settled(desk, lead, "low") is None


@pytest.mark.parametrize("given", [{"decision": "unsure"}, {"is_demo": True}, {"is_imported": True}])
def test_only_judgements_of_people_here_count(desk: Desk, lead: Person, given: dict[str, Any]) -> None:
    reviewed(desk, _differing(desk, "high"), lead, severity="low", **given)
    assert _settled(desk, lead) == Settled(is_graver=True, n=0, as_reported=0, as_text=0)


def test_the_latest_judgement_of_an_incident_counts(desk: Desk, lead: Person, admin: Person) -> None:
    incident_id = _differing(desk, "high")
    reviewed(desk, incident_id, lead, severity="low")
    reviewed(desk, incident_id, admin, severity="high")
    assert _settled(desk, lead) == Settled(is_graver=True, n=1, as_reported=0, as_text=1)
