from __future__ import annotations

from typing import Any

import pytest
from sqlmodel import select

from kb import training, triage
from kb.desk import Desk
from kb.errors import Conflict, NotAllowed, NotFound
from kb.labels import Target
from kb.person import OPERATOR, Person
from kb.tables import Review
from kb.training.measuring import fitted
from kb.training.rows import Rows
from kb.training.versions import Made, publish
from tests.labelled import report, reviewed

TEXTS = ("the disk is broken", "the disk makes noise", "a phishing mail came", "a strange login mail")
LABELS = ("hardware_failure", "hardware_failure", "security", "security")
SCORES = {
    "n_test": 200,
    "accuracy": 0.9,
    "macro_f1": 0.88,
    "ece": 0.03,
    "coverage": 0.5,
    "selective_accuracy": 0.96,
    "target_error": 0.05,
    "per_label": {"security": {"precision": 1.0, "recall": 0.8, "f1": 0.89, "n": 20}},
}


@pytest.fixture
def two(desk: Desk, clock: Any) -> tuple[int, int]:
    """Two versions of the type model; the second serves."""
    ids = []
    for n in (0, 2):
        rows = Rows(TEXTS + TEXTS[:n], LABELS + LABELS[:n], 4)
        made = Made(Target.TYPE, "Ann", scores=SCORES if n else {})
        ids.append(publish(desk, fitted(Target.TYPE, rows), rows, made).id or 0)
        clock.forward(hours=1)
    return ids[0], ids[1]


def test_versions_say_what_they_were_trained_on_and_how_good_they_are(desk: Desk, two: tuple[int, int]) -> None:
    new, old = training.versions(desk, OPERATOR)
    assert (new.id, new.is_live, new.n_starter, new.n_reviews, new.trained_by) == (two[1], True, 4, 2, "Ann")
    assert new.scores
    assert (new.scores.macro_f1, new.scores.n_sure, new.scores.labels[0].label) == (0.88, 100, "security")
    assert (old.is_live, old.scores) == (False, None)


def test_rolling_back_gives_the_very_answers_of_before(desk: Desk, two: tuple[int, int], lead: Person) -> None:
    training.roll_back(desk, lead, two[0])
    before = triage.label(desk, title="strange noise", body="")
    training.roll_back(desk, lead, two[1])
    training.roll_back(desk, lead, two[0])
    assert triage.label(desk, title="strange noise", body="") == before
    assert before.type_version_id == two[0]


def test_a_version_with_a_damaged_file_is_not_rolled_back_to(desk: Desk, two: tuple[int, int], lead: Person) -> None:
    old = training.versions(desk, lead)[1]
    for path in desk.folder("models").glob("type-*"):
        path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(Conflict, match="can't serve"):
        training.roll_back(desk, lead, old.id)
    assert training.versions(desk, lead)[0].is_live


def test_an_unknown_version_is_not_found(desk: Desk, lead: Person) -> None:
    with pytest.raises(NotFound):
        training.roll_back(desk, lead, 99)


def test_only_leads_see_and_change_versions(desk: Desk, two: tuple[int, int], agent: Person) -> None:
    with pytest.raises(NotAllowed):
        training.versions(desk, agent)
    with pytest.raises(NotAllowed):
        training.roll_back(desk, agent, two[0])


def test_two_trainings_on_the_same_rows_at_once_make_one_version(desk: Desk) -> None:
    rows = Rows(TEXTS, LABELS, 4)
    ids = [publish(desk, fitted(Target.TYPE, rows), rows, Made(Target.TYPE, by)).id for by in ("Ann", "Bo")]
    assert ids[0] == ids[1]
    assert len(list(desk.folder("models").iterdir())) == 1


def test_a_version_measured_again_gives_the_figures_it_was_kept_with(small: Desk, lead: Person, clock: Any) -> None:
    incident_id = report(small, "The disk of the server is broken", "It makes a loud noise")
    reviewed(small, incident_id, lead, type="hardware_failure")
    clock.forward(minutes=1)
    training.train(small, lead)
    clock.forward(minutes=1)
    with small.transaction() as session:  # taken back later: a row of this version all the same
        session.exec(select(Review)).one().undone_at = small.now()
    reviewed(small, incident_id, lead, type="access")  # said later: no row of this version
    version = next(row for row in training.versions(small, lead) if row.target is Target.TYPE and row.n_reviews)
    again = training.measure_again(small, lead, version.id)
    assert (again.version, again.measured, again.is_same_rows) == (version, version.scores, True)


def test_a_version_whose_rows_are_others_by_now_says_so(small: Desk, two: tuple[int, int], lead: Person) -> None:
    assert not training.measure_again(small, lead, two[0]).is_same_rows


def test_only_leads_measure_a_version_that_is_there(
    desk: Desk, two: tuple[int, int], lead: Person, agent: Person
) -> None:
    with pytest.raises(NotFound):
        training.measure_again(desk, lead, 99)
    with pytest.raises(NotAllowed):
        training.measure_again(desk, agent, two[0])
