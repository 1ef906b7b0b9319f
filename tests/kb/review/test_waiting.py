from __future__ import annotations

from typing import Any

import pytest

from kb import incidents, review
from kb.desk import Desk
from kb.errors import NotAllowed
from kb.labels import Status, Target
from kb.person import OPERATOR, Person
from tests.labelled import opinion, report, reviewed


def titles(desk: Desk, person: Person) -> list[str]:
    return [item.title for item in review.queue(desk, person).items]


def test_an_empty_queue_tells_how_often_the_assistant_was_sure(desk: Desk, lead: Person, clock: Any) -> None:
    opinion(desk, report(desk, "Long ago"), is_sure=True)
    clock.forward(days=8)
    opinion(desk, report(desk, "Now"), is_sure=True)
    found = review.queue(desk, lead)
    assert (found.items, found.count, found.minutes, found.sure_this_week) == ((), 0, 0, 1)


def test_what_was_not_sure_waits_and_what_was_sure_does_not(desk: Desk, lead: Person) -> None:
    opinion(desk, report(desk, "Sure"), is_sure=True, confidence=0.99)
    opinion(desk, report(desk, "Not sure"))
    report(desk, "No opinion")
    assert titles(desk, lead) == ["No opinion", "Not sure"]


def test_uncertain_and_severe_comes_first(desk: Desk, lead: Person) -> None:
    opinion(desk, report(desk, "Nearly sure, low", impact="one", urgency="low"), confidence=0.9)
    opinion(desk, report(desk, "Uncertain, low", impact="one", urgency="low"), confidence=0.3)
    opinion(desk, report(desk, "Uncertain, critical", impact="all", urgency="high"), confidence=0.3)
    assert titles(desk, lead) == ["Uncertain, critical", "Uncertain, low", "Nearly sure, low"]


def test_a_text_that_surely_speaks_for_another_severity_waits_last(desk: Desk, lead: Person) -> None:
    for title, severity in (("Agrees", "medium"), ("Differs", "critical")):
        incident_id = report(desk, title)
        opinion(desk, incident_id, is_sure=True)
        opinion(desk, incident_id, severity, target=Target.SEVERITY, is_sure=True)
    opinion(desk, report(desk, "Not sure"), confidence=0.99)
    assert titles(desk, lead) == ["Not sure", "Differs"]


def test_whoever_was_not_sure_is_not_asked_again_but_others_are(desk: Desk, lead: Person, admin: Person) -> None:
    reviewed(desk, report(desk), lead, decision="unsure", type="", severity="")
    assert titles(desk, lead) == []
    assert titles(desk, admin) == ["Orders arrive twice"]


@pytest.mark.parametrize("decision", ["accepted", "corrected"])
def test_what_somebody_has_judged_no_longer_waits(desk: Desk, lead: Person, decision: str) -> None:
    reviewed(desk, report(desk), None, decision=decision)
    assert review.queue(desk, lead).count == 0


def test_old_incidents_wait_only_while_they_are_live(desk: Desk, lead: Person, clock: Any) -> None:
    solved = report(desk, "Solved")
    report(desk, "Open")
    incidents.set_status(desk, OPERATOR, solved, Status.CLOSED)
    assert titles(desk, lead) == ["Solved", "Open"][::-1]
    clock.forward(days=31)
    assert titles(desk, lead) == ["Open"]


def test_the_estimate_is_the_median_of_past_reviews(desk: Desk, lead: Person) -> None:
    for n in range(4):
        report(desk, f"Waits {n}")
    assert review.queue(desk, lead, limit=2).minutes == 3  # 4 of 45 seconds
    for n, seconds in enumerate((10, 30, 590)):
        reviewed(desk, report(desk, f"Judged {n}"), lead, seconds=seconds)
    found = review.queue(desk, lead, limit=2)
    assert (len(found.items), found.count, found.minutes) == (2, 4, 2)


def test_only_leads_review(desk: Desk, agent: Person) -> None:
    with pytest.raises(NotAllowed):
        review.queue(desk, agent)
