from __future__ import annotations

from typing import Any

import pytest
from sqlmodel import select

from kb import review, training
from kb.desk import Desk
from kb.errors import Conflict, NotAllowed, NotFound
from kb.labels import Target
from kb.person import OPERATOR, Person
from kb.tables import Prediction, ShadowPrediction
from kb.training.measuring import fitted
from kb.training.rows import Rows, starter
from kb.training.versions import Made, publish
from tests.labelled import report, reviewed


@pytest.fixture
def other(small: Desk) -> int:
    """A version that calls everything access; it does not serve."""
    known = starter(Target.TYPE)
    rows = Rows(known.texts, ("access",) * len(known.texts), known.n_starter)
    made = Made(Target.TYPE, "Ann", is_live=False)
    return publish(small, fitted(Target.TYPE, rows), rows, made).id or 0


def answers(desk: Desk) -> list[tuple[int, str]]:
    with desk.reading() as session:
        rows = session.exec(select(ShadowPrediction).order_by(ShadowPrediction.id)).all()
    return [(row.incident_id, row.label) for row in rows]


def test_it_answers_new_incidents_once_and_unseen(small: Desk, lead: Person, other: int, clock: Any) -> None:
    report(small, "Before it ran in the shadow")
    clock.forward(minutes=1)
    training.put_in_shadow(small, lead, other)
    incident_id = report(small, "The disk makes a noise")
    assert [training.answer_in_shadow(small, OPERATOR) for _ in range(2)] == [1, 0]
    assert answers(small) == [(incident_id, "access")]
    seen = review.details(small, lead, incident_id)
    assert seen.type_opinion
    assert len(seen.type_opinion.candidates) > 1  # the answer of the one that serves
    with small.reading() as session:
        said = session.exec(select(Prediction.model_version_id).where(Prediction.incident_id == incident_id)).all()
    assert other not in said


def test_it_is_compared_on_what_people_judged(small: Desk, lead: Person, other: int) -> None:
    training.put_in_shadow(small, lead, other)
    for n, truth in enumerate(("access", "access", "hardware_failure")):
        incident_id = report(small, f"The disk of the server is broken {n}", "It makes a loud noise")
        reviewed(small, incident_id, lead, type=truth)
    training.answer_in_shadow(small, OPERATOR)
    row = training.shadows(small, lead)[0]
    assert (row.target, row.version_id, row.seen) == (Target.TYPE, other, 3)
    assert (row.duel.n, row.duel.second_right) == (3, 2)


def test_letting_it_serve_takes_it_out_of_the_shadow(small: Desk, lead: Person, other: int) -> None:
    training.put_in_shadow(small, lead, other)
    training.roll_back(small, lead, other)
    assert training.shadows(small, lead) == ()


def test_it_can_be_ended(small: Desk, lead: Person, other: int) -> None:
    training.put_in_shadow(small, lead, other)
    training.end_shadow(small, lead, Target.TYPE)
    report(small)
    assert (training.shadows(small, lead), training.answer_in_shadow(small, OPERATOR)) == ((), 0)


def test_a_damaged_file_answers_nothing(small: Desk, lead: Person, other: int) -> None:
    training.put_in_shadow(small, lead, other)
    for path in small.folder("models").glob("type-*"):
        path.write_bytes(b"damaged")
    report(small)
    assert training.answer_in_shadow(small, OPERATOR) == 0
    with pytest.raises(Conflict):
        training.put_in_shadow(small, lead, other)


def test_the_serving_version_has_no_shadow(small: Desk, lead: Person) -> None:
    live = next(row.id for row in training.versions(small, lead) if row.target is Target.TYPE)
    with pytest.raises(Conflict):
        training.put_in_shadow(small, lead, live)


def test_sentiment_and_unknown_versions_are_not_found(small: Desk, lead: Person) -> None:
    sentiment = next(row.id for row in training.versions(small, lead) if row.target is Target.SENTIMENT)
    for version_id in (sentiment, 999):
        with pytest.raises(NotFound):
            training.put_in_shadow(small, lead, version_id)


def test_only_leads_run_shadows(small: Desk, agent: Person) -> None:
    for verb in (training.put_in_shadow, training.end_shadow):
        with pytest.raises(NotAllowed):
            verb(small, agent, 1)  # type: ignore[operator]
    with pytest.raises(NotAllowed):
        training.shadows(small, agent)
