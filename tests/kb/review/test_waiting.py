from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from kb import incidents, review, training
from kb.desk import Desk
from kb.errors import NotAllowed, NotValid
from kb.labels import Role, Status, Target
from kb.person import OPERATOR, Person
from kb.tables import Prediction
from kb.training import rows
from tests.labelled import opinion, report, reviewed, write_small_starter


@pytest.fixture
def small(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk whose first models have learned from a few starter rows."""
    monkeypatch.setattr(rows, "STARTER", write_small_starter(tmp_path, each=20))
    training.first_models(desk)
    return desk


def set_opinion(desk: Desk, incident_id: int, **given: Any) -> None:
    """What was said of an incident when it came is to have been this."""
    with desk.transaction() as session:
        for row in session.exec(select(Prediction).where(Prediction.incident_id == incident_id)):
            row.is_sure = False
            row.confidence = given["confidence"]


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


def test_a_text_that_surely_speaks_for_a_worse_severity_comes_before_what_is_nearly_sure(
    desk: Desk, lead: Person
) -> None:
    for title, severity in (("Agrees", "medium"), ("Differs", "critical")):
        incident_id = report(desk, title)
        opinion(desk, incident_id, is_sure=True, confidence=0.9)
        opinion(desk, incident_id, severity, target=Target.SEVERITY, is_sure=True)
    opinion(desk, report(desk, "Not sure"), confidence=0.8)
    assert titles(desk, lead) == ["Differs", "Not sure"]


def test_a_text_two_steps_from_the_reporters_severity_waits_however_unsure(desk: Desk, lead: Person) -> None:
    for title, said in (("Near", "high"), ("Far", "critical"), ("Same", "medium"), ("No opinion", "")):
        incident_id = report(desk, title)
        opinion(desk, incident_id, is_sure=True, confidence=0.9)
        if said:
            opinion(desk, incident_id, said, target=Target.SEVERITY, is_sure=False)
    assert titles(desk, lead) == ["Far"]


def test_of_like_reports_one_comes_first_and_the_others_later(desk: Desk, lead: Person) -> None:
    for n in range(3):
        opinion(desk, report(desk, f"The label printer jams again {n}", "Paper jam"), confidence=0.5)
    opinion(desk, report(desk, "Invoices are computed wrongly", "Totals"), confidence=0.6)
    assert [title.startswith("The label printer") for title in titles(desk, lead)] == [True, False, True, True]


def test_what_is_like_a_judged_one_comes_later(desk: Desk, lead: Person, admin: Person) -> None:
    judged = report(desk, "The label printer jams again", "Paper jam")
    opinion(desk, report(desk, "The label printer jams", "Paper jam"), confidence=0.5)
    opinion(desk, report(desk, "Invoices are computed wrongly", "Totals"), confidence=0.6)
    reviewed(desk, judged, admin)
    assert titles(desk, lead) == ["Invoices are computed wrongly", "The label printer jams"]


def test_what_the_serving_model_has_learned_since_is_no_longer_doubtful(small: Desk, lead: Person) -> None:
    """Two with the same confidence on arrival: the serving model knows the words of one and not those of the other."""
    for title in ("Zqxv wlkj", "Phishing mail with a malware link, password stolen"):
        incident_id = report(small, title, "")
        set_opinion(small, incident_id, confidence=0.3)
    assert titles(small, lead)[0] == "Zqxv wlkj"


def test_one_of_ten_judged_ones_waits_for_a_second_person(desk: Desk, lead: Person, admin: Person, clock: Any) -> None:
    for n in range(20):
        incident_id = report(desk, f"Report {n}")
        opinion(desk, incident_id)
        reviewed(desk, incident_id, admin)
    found = review.queue(desk, lead).items
    assert sorted(item.id for item in found) == [10, 20]
    assert all(item.is_second for item in found)
    assert review.queue(desk, admin).count == 0
    reviewed(desk, 10, lead)
    assert [item.id for item in review.queue(desk, lead).items] == [20]
    clock.forward(days=15)
    assert review.queue(desk, lead).count == 0


def test_an_imported_label_asks_for_no_second_look(desk: Desk, lead: Person, admin: Person) -> None:
    for n in range(10):
        opinion(desk, report(desk, f"Report {n}"))
    reviewed(desk, 10, admin, is_imported=True)
    assert 10 not in [item.id for item in review.queue(desk, lead).items]
    assert not review.details(desk, lead, 10).is_second


def test_an_imported_label_is_no_second_look_itself(
    desk: Desk, lead: Person, admin: Person, make_person: Callable[..., Person]
) -> None:
    for n in range(10):
        report(desk, f"Report {n}")
    reviewed(desk, 10, make_person(Role.ADMIN, "Importer"), is_imported=True)
    reviewed(desk, 10, admin)
    assert 10 in [item.id for item in review.queue(desk, lead).items]


def test_what_two_have_judged_does_not_wait_for_a_third(
    desk: Desk, lead: Person, admin: Person, make_person: Callable[..., Person]
) -> None:
    for n in range(10):
        report(desk, f"Report {n}")
    reviewed(desk, 10, admin)
    reviewed(desk, 10, lead)
    assert 10 not in [item.id for item in review.queue(desk, make_person(Role.LEAD, "Third")).items]


def test_the_day_has_as_many_as_the_minutes_allow(desk: Desk, lead: Person, admin: Person, clock: Any) -> None:
    report(desk)
    assert review.queue(desk, lead).today == review.Today(20, 0, 27)  # of 45 seconds
    review.set_budget(desk, lead, 10)
    reviewed(desk, report(desk, "Judged"), lead, seconds=60.0)
    found = review.queue(desk, lead).today
    assert (found.minutes, found.used, found.fits, found.is_over) == (10, 1.0, 9, False)
    reviewed(desk, report(desk, "Judged, too"), lead, seconds=600.0)
    assert review.queue(desk, lead).today.is_over
    assert not review.queue(desk, admin).today.is_over
    clock.forward(days=1)
    assert review.queue(desk, lead).today.used == 0


@pytest.mark.parametrize("minutes", [0, -3, 481])
def test_a_day_of_no_or_too_many_minutes_is_refused(desk: Desk, lead: Person, minutes: int) -> None:
    with pytest.raises(NotValid):
        review.set_budget(desk, lead, minutes)


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
