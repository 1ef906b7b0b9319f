"""A report becomes one incident, labelled, timed and told."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlmodel import func, select

from kb import drafts, incidents
from kb.desk import Desk
from kb.errors import Conflict, NotFound, NotValid
from kb.incidents import submitting
from kb.labels import Severity, Status
from kb.person import Person
from kb.tables import Incident, IncidentType, Prediction, Service, Team
from kb.triage import Labels
from models.triage import Candidate, Guess
from tests.kb.incidents.conftest import Submit, stored, timeline, told


def count(desk: Desk) -> int:
    with desk.reading() as session:
        return session.exec(select(func.count()).select_from(Incident)).one()


def guess(label: str, confidence: float, is_sure: bool) -> Guess:
    return Guess(label, confidence, is_sure, (Candidate(label, confidence),), (("queue", 1.0),))


def open_with(desk: Desk, person: Person, labels: Labels, **given: object) -> Incident:
    values = {"key": "k", "title": "Slow", "body": "", "impact": "some", "urgency": "medium", **given}
    with desk.transaction() as session:
        return submitting.open_incident(session, desk, person, submitting.Report(**values), labels=labels)


def labels(type: Guess | None = None, severity: Guess | None = None) -> Labels:
    return Labels(type, severity, None, None, Severity.MEDIUM)


def test_a_report_gets_a_number_a_severity_and_a_time(desk: Desk, submit: Submit) -> None:
    done = submit(impact="all", urgency="high")
    assert (done.number, done.is_new, done.severity) == ("INC-1", True, Severity.CRITICAL)
    assert done.response_due_at == desk.now() + timedelta(minutes=15)
    assert stored(desk, done.id).status == Status.NEW
    assert timeline(desk, done.id) == ["reported"]


def test_the_same_key_twice_is_one_incident(desk: Desk, submit: Submit) -> None:
    first, second = submit(key="once"), submit(key="once", title="Typed again")
    assert (second.is_new, second.id, second.title, second.severity) == (False, first.id, first.title, first.severity)
    assert count(desk) == 1


def test_the_same_key_at_the_same_moment_is_one_incident(desk: Desk, submit: Submit) -> None:
    barrier, numbers = threading.Barrier(6), []

    def send() -> None:
        barrier.wait()
        numbers.append(submit(key="once").number)

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(numbers), len(set(numbers)), count(desk)) == (6, 1, 1)


def test_anothers_key_gives_nothing_away(submit: Submit, agent: Person) -> None:
    submit(key="once")
    with pytest.raises(Conflict, match="somebody else"):
        submit(agent, key="once")


def test_a_guest_gets_a_link_that_is_stored_only_as_a_hash(desk: Desk, submit: Submit, visitor: Person) -> None:
    done = submit(visitor, guest_email="Ann@Example.com")
    kept = stored(desk, done.id)
    assert kept.guest_email == "ann@example.com"
    assert len(done.guest_key) >= 43
    assert done.guest_key not in str(kept.model_dump())
    assert incidents.get(desk, visitor, done.id, key=done.guest_key).is_mine
    assert submit(visitor, key=kept.key, guest_email="ann@example.com").guest_key == done.guest_key


def test_a_guest_without_address_is_asked_for_one(submit: Submit, visitor: Person) -> None:
    with pytest.raises(NotValid, match="e-mail address"):
        submit(visitor)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"title": " \x00 "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"body": "x" * 100_001}, "body"),
        ({"impact": "many"}, "impact"),
        ({"urgency": ""}, "urgency"),
        ({"service_id": 77}, "service_id"),
        ({"service_id": 2**80}, "service_id"),
        ({"key": ""}, "key"),
        ({"key": "k" * 201}, "key"),
    ],
)
def test_bad_input_is_named_and_stores_nothing(desk: Desk, submit: Submit, given: dict[str, str], field: str) -> None:
    with pytest.raises(NotValid) as error:
        submit(**given)
    assert (error.value.field, count(desk)) == (field, 0)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"impact": ""}, "Say who is affected: “Only me”, “Some of us” or “Everybody here”."),
        ({"impact": "Only me"}, "Say who is affected: “Only me”, “Some of us” or “Everybody here”."),
        (
            {"urgency": "bad"},
            "Say whether work can go on: “Yes, work goes on”, “Badly” or “No, work has stopped”.",
        ),
    ],
)
def test_a_choice_is_asked_for_in_the_words_of_the_form(submit: Submit, given: dict[str, str], told: str) -> None:
    with pytest.raises(NotValid) as error:
        submit(**given)
    assert str(error.value) == told


def test_what_a_database_refuses_is_left_out(desk: Desk, submit: Submit) -> None:
    done = submit(title="No\x00 ligh\ud800t\r\n here", body="a\x00\r\nb\ud83d")
    kept = stored(desk, done.id)
    assert (kept.title, kept.body) == ("No light here", "a\nb")


def test_the_longest_report_fits(desk: Desk, submit: Submit) -> None:
    done = submit(title="t" * 200, body="b" * 100_000)
    assert len(stored(desk, done.id).body) == 100_000


def test_a_type_is_set_only_when_the_assistant_is_sure(desk: Desk, user: Person) -> None:
    unsure = open_with(desk, user, labels(type=guess("access", 0.4, False)))
    sure = open_with(desk, user, labels(type=guess("access", 0.9, True)), key="k2")
    assert (unsure.type, sure.type) == ("", "access")
    shown = incidents.submitted(desk, user, "k")
    assert shown
    assert (shown.type, shown.type_guess, shown.type_confidence, shown.is_type_sure) == ("", "access", 0.4, False)


def test_a_text_that_sounds_worse_is_kept_but_does_not_decide(desk: Desk, user: Person) -> None:
    open_with(desk, user, labels(severity=guess("critical", 0.9, True)), impact="one", urgency="low")
    shown = incidents.submitted(desk, user, "k")
    assert shown
    assert (shown.severity, shown.text_severity, shown.is_severity_disputed) == (Severity.LOW, "critical", True)
    with desk.reading() as session:
        assert session.exec(select(Prediction.label)).all() == ["critical"]


@pytest.mark.parametrize(
    ("said", "is_disputed"), [("critical", True), ("high", False), ("medium", False), ("low", False)]
)
def test_a_text_the_assistant_is_unsure_of_disputes_only_what_is_two_steps_away(
    desk: Desk, user: Person, said: str, is_disputed: bool
) -> None:
    open_with(desk, user, labels(severity=guess(said, 0.4, False)), impact="some", urgency="medium")
    shown = incidents.submitted(desk, user, "k")
    assert shown
    assert (shown.severity, shown.text_severity, shown.is_severity_disputed) == (Severity.MEDIUM, said, is_disputed)


def test_the_services_team_comes_before_the_types(desk: Desk, user: Person) -> None:
    with desk.transaction() as session:
        session.add_all([network := Team(slug="n", name="Network"), desk_team := Team(slug="d", name="Desk")])
        session.flush()
        session.add(IncidentType(slug="access", name="Access", team_id=desk_team.id))
        session.add_all([vpn := Service(name="VPN", team_id=network.id), mail := Service(name="Mail")])
    said = labels(type=guess("access", 0.9, True))
    teams = [open_with(desk, user, said, key=str(s), service_id=s).team_id for s in (vpn.id, mail.id, None)]
    assert teams == [network.id, desk_team.id, desk_team.id]


def test_a_closed_service_takes_no_reports(desk: Desk, submit: Submit) -> None:
    with desk.transaction() as session:
        session.add(Service(name="Old", is_active=False))
    with pytest.raises(NotValid, match="no such service"):
        submit(service_id=1)


def test_the_team_is_told_and_the_reporter_gets_a_receipt(
    desk: Desk, submit: Submit, user: Person, lead: Person
) -> None:
    submit(title="No mail")
    assert told(desk) == [(lead.id, "INC-1: No mail"), (user.id, "INC-1: we have your report")]


def test_a_sent_draft_is_gone(desk: Desk, submit: Submit, user: Person) -> None:
    drafts.save(desk, user, "d", {"title": "Half"})
    submit(key="d")
    assert drafts.load(desk, user, "d") == {}


def test_a_foreign_file_is_refused_and_nothing_is_stored(desk: Desk, submit: Submit) -> None:
    with pytest.raises(NotFound):
        submit(attachments=["someone-elses"])
    assert count(desk) == 0
