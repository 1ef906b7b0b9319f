from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kb.desk import Desk
from kb.labels import Role, Target
from kb.person import Person
from kb.tables import ModelVersion
from kb.training import rows
from tests.labelled import report, reviewed, write_small_starter


@pytest.fixture(autouse=True)
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "STARTER", write_small_starter(tmp_path, each=2))


def collected(desk: Desk, target: Target = Target.TYPE, **given: object) -> list[tuple[str, str]]:
    with desk.reading() as session:
        found = rows.collect(session, target, **given)  # type: ignore[arg-type]
    return list(zip(found.texts, found.labels, strict=True))[found.n_starter :]


def test_a_confirmed_label_is_learned_with_title_and_body(desk: Desk, lead: Person) -> None:
    reviewed(desk, report(desk), lead)
    assert collected(desk) == [("Orders arrive twice\nSince the release.", "data_integration")]
    assert collected(desk, Target.SEVERITY)[0][1] == "high"


@pytest.mark.parametrize("given", [{"decision": "unsure"}, {"is_demo": True}])
def test_only_what_a_person_confirmed_is_learned(desk: Desk, lead: Person, given: dict[str, object]) -> None:
    report(desk, "Nobody has looked")
    reviewed(desk, report(desk), lead, **given)
    assert collected(desk) == []


def test_the_latest_judgement_counts(desk: Desk, lead: Person, admin: Person) -> None:
    incident_id = report(desk)
    reviewed(desk, incident_id, lead, type="access")
    reviewed(desk, incident_id, admin, type="security")
    reviewed(desk, incident_id, lead, decision="unsure", type="")
    assert [label for _, label in collected(desk)] == ["security"]


def test_one_reviewer_adds_no_more_than_the_cap_with_one_training(
    desk: Desk, make_person: Callable[..., Person]
) -> None:
    eager, other = make_person(Role.LEAD, "Eager"), make_person(Role.LEAD, "Other")
    for n in range(rows.MOST_PER_REVIEWER + 3):
        reviewed(desk, report(desk, f"Report {n}"), eager)
    reviewed(desk, report(desk, "Another"), other)
    texts = [text for text, _ in collected(desk)]
    assert len(texts) == rows.MOST_PER_REVIEWER + 1
    assert texts[0].startswith("Report 3")  # the latest are kept, oldest first


def test_the_next_training_takes_more_of_the_same_reviewer(desk: Desk, lead: Person, clock: Any) -> None:
    for n in range(rows.MOST_PER_REVIEWER):
        reviewed(desk, report(desk, f"Report {n}"), lead)
    trained_at = desk.now()
    version = {"file_name": "", "sha256": "", "scores": {}, "data_stamp": "", "n_train": 1, "trained_by": ""}
    with desk.transaction() as session:
        session.add(ModelVersion(target=Target.TYPE, trained_at=trained_at, **version))
    clock.forward(hours=1)
    reviewed(desk, report(desk, "Later"), lead)
    assert len(collected(desk)) == rows.MOST_PER_REVIEWER + 1
    assert len(collected(desk, until=trained_at)) == rows.MOST_PER_REVIEWER


def test_a_training_soon_after_the_last_does_not_lift_the_cap(desk: Desk, lead: Person, clock: Any) -> None:
    version = {"file_name": "", "sha256": "", "scores": {}, "data_stamp": "", "n_train": 1, "trained_by": ""}
    for hour in range(4):
        with desk.transaction() as session:
            session.add(ModelVersion(target=Target.TYPE, trained_at=desk.now(), **version))
        clock.forward(hours=1)
        for n in range(rows.MOST_PER_REVIEWER):
            reviewed(desk, report(desk, f"Report {hour} {n}"), lead)
    assert len(collected(desk)) == rows.MOST_PER_REVIEWER


def test_it_is_known_who_confirmed_each_row(desk: Desk, lead: Person, admin: Person) -> None:
    for n, person in enumerate((lead, admin)):
        reviewed(desk, report(desk, f"Report {n}"), person)
    with desk.reading() as session:
        assert rows.collect(session, Target.TYPE).reviewers == (lead.id, admin.id)


def test_what_was_taken_back_is_not_learned(desk: Desk, lead: Person) -> None:
    reviewed(desk, report(desk), lead, undone_at=desk.now())
    assert collected(desk) == []


def test_what_was_taken_back_later_was_learned_before(desk: Desk, lead: Person, clock: Any) -> None:
    then = desk.now()
    clock.forward(hours=1)
    reviewed(desk, report(desk), lead, at=then, undone_at=desk.now())
    assert len(collected(desk, until=then)) == 1
    assert collected(desk, until=desk.now()) == collected(desk) == []


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 1, 0, 2)])
def test_the_cap_keeps_what_each_judged_last_in_whatever_order_the_rows_come(
    monkeypatch: pytest.MonkeyPatch, order: tuple[int, ...]
) -> None:
    monkeypatch.setattr(rows, "MOST_PER_REVIEWER", 1)
    judged = [rows.Judged(1, (7, 0)), rows.Judged(2, (7, 0)), rows.Judged(3, (7, 1)), rows.Judged(4, None)]
    kept = rows.within_cap([judged[place] for place in order])
    assert [judged[place].review_id for place, may in zip(order, kept, strict=True) if not may] == [1]


def test_the_same_rows_have_the_same_stamp(desk: Desk, lead: Person) -> None:
    with desk.reading() as session:
        first, second = (rows.collect(session, Target.TYPE).stamp for _ in range(2))
    reviewed(desk, report(desk), lead)
    with desk.reading() as session:
        third = rows.collect(session, Target.TYPE).stamp
    assert first == second != third


def test_the_starter_set_has_all_types_and_severities() -> None:
    assert set(rows.starter(Target.SEVERITY).labels) <= {"low", "medium", "high", "critical"}
    assert len(set(rows.starter(Target.TYPE).labels)) == 8
