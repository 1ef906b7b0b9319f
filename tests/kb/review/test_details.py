from __future__ import annotations

import pytest

from kb import review, services
from kb.desk import Desk
from kb.errors import NotAllowed, NotFound
from kb.labels import Severity, Target
from kb.person import Person
from kb.training import rows
from tests.labelled import opinion, report, reviewed


def test_the_words_that_spoke_are_marked_where_they_stand(desk: Desk, lead: Person) -> None:
    incident_id = report(desk, "Orders arrive twice", "TWICE since the release")
    opinion(desk, incident_id)
    seen = review.details(desk, lead, incident_id)
    assert [seen.title[mark.start : mark.end] for mark in seen.title_marks] == ["twice"]
    marked = {seen.body[mark.start : mark.end]: mark.weight for mark in seen.body_marks}
    assert marked == {"TWICE": 0.9, "release": -0.4}


def test_the_candidates_come_with_their_confidence(desk: Desk, lead: Person) -> None:
    incident_id = report(desk)
    opinion(desk, incident_id)
    seen = review.details(desk, lead, incident_id)
    assert seen.type_opinion
    assert seen.type_opinion.candidates == (("data_integration", 0.6), ("software_bug", 0.3))
    assert (seen.type, seen.shown_type) == ("", "data_integration")


@pytest.mark.parametrize(("said", "is_disputed"), [("medium", False), ("critical", True)])
def test_text_and_matrix_may_differ(desk: Desk, lead: Person, said: str, is_disputed: bool) -> None:
    incident_id = report(desk, impact="some", urgency="medium")
    opinion(desk, incident_id, said, target=Target.SEVERITY)
    seen = review.details(desk, lead, incident_id)
    assert (seen.matrix_severity, seen.is_disputed) == (Severity.MEDIUM, is_disputed)


def test_the_words_for_the_severity_are_marked_when_it_is_asked_about(desk: Desk, lead: Person) -> None:
    incident_id = report(desk, "Orders arrive twice", "TWICE since the release")
    opinion(desk, incident_id)
    opinion(desk, incident_id, "high", target=Target.SEVERITY, words=[["Orders", 0.8], ["since", -0.5]])
    seen = review.details(desk, lead, incident_id, why=Target.SEVERITY)
    assert seen.explained is seen.severity_opinion
    assert [seen.title[mark.start : mark.end] for mark in seen.title_marks] == ["Orders"]
    assert [(seen.body[mark.start : mark.end], mark.weight) for mark in seen.body_marks] == [("since", -0.5)]


def test_where_nothing_was_said_of_the_severity_the_type_is_explained(desk: Desk, lead: Person) -> None:
    incident_id = report(desk)
    opinion(desk, incident_id)
    seen = review.details(desk, lead, incident_id, why=Target.SEVERITY)
    assert (seen.why, seen.explained) == (Target.TYPE, seen.type_opinion)


def test_similar_incidents_that_a_person_labelled_are_shown(desk: Desk, lead: Person) -> None:
    alike = report(desk, "Orders from the shop arrive twice", "in the warehouse")
    reviewed(desk, alike, lead)
    report(desk, "Orders from the shop are doubled", "nobody has judged this one")
    reviewed(desk, report(desk, "Paper jam in the printer", "on floor 3"), lead)
    seen = review.details(desk, lead, report(desk, "Shop orders come in twice", "again"))
    confirmed = [other for other in seen.similar if not other.is_starter]
    assert [(other.number, set(other.words) >= {"orders", "twice"}) for other in confirmed] == [(f"INC-{alike}", True)]


def test_starter_examples_fill_up_until_three_confirmed_ones_are_alike(desk: Desk, lead: Person) -> None:
    seen_id, titles = report(desk, "Shop orders come in twice", "again"), "abc"
    for n, title in enumerate(titles):
        seen = review.details(desk, lead, seen_id)
        assert [other.is_starter for other in seen.similar] == [False] * n + [True] * (3 - n)
        reviewed(desk, report(desk, f"Orders from the shop arrive twice {title}"), lead)
    assert [other.is_starter for other in review.details(desk, lead, seen_id).similar] == [False] * 3


def test_a_starter_example_has_labels_words_and_no_number(desk: Desk, lead: Person) -> None:
    example = review.details(desk, lead, report(desk, "Shop orders come in twice", "again")).similar[0]
    known = rows.starter(Target.TYPE)
    place = next(n for n, text in enumerate(known.texts) if text.startswith(f"{example.title}\n"))
    assert (example.number, example.type) == ("", known.labels[place])
    assert example.severity == rows.starter(Target.SEVERITY).labels[place]
    assert all(word.lower() in known.texts[place].lower() for word in example.words)


def test_starter_examples_bear_the_types_of_today(desk: Desk, lead: Person, admin: Person) -> None:
    services.seed(desk)
    incident_id = report(desk, "Shop orders come in twice", "again")
    old = {other.title: other.type for other in review.details(desk, lead, incident_id).similar}
    gone = next(iter(old.values()))
    services.merge_types(desk, admin, gone, into="access")
    new = {other.title: other.type for other in review.details(desk, lead, incident_id).similar}
    assert new == {title: "access" if type_ == gone else type_ for title, type_ in old.items()}


def test_an_incident_without_any_opinion_can_be_judged(desk: Desk, lead: Person) -> None:
    seen = review.details(desk, lead, report(desk, "Qwxzv", "qwxzv"))
    assert (seen.type_opinion, seen.severity_opinion, seen.shown_type, seen.similar) == (None, None, "", ())


@pytest.mark.parametrize("incident_id", [0, 7, -1, 2**40])
def test_an_unknown_incident_is_not_found(desk: Desk, lead: Person, incident_id: int) -> None:
    with pytest.raises(NotFound):
        review.details(desk, lead, incident_id)


def test_only_leads_see_the_details(desk: Desk, agent: Person) -> None:
    with pytest.raises(NotAllowed):
        review.details(desk, agent, report(desk))
