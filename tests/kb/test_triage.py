from __future__ import annotations

from pathlib import Path

import pytest
from sqlmodel import select

from kb import incidents, review, services, training, triage
from kb.desk import Desk
from kb.errors import NotValid
from kb.labels import Severity, Target
from kb.person import Person
from kb.tables import ActiveModel, Prediction
from kb.training import rows
from models.triage import TriageModel
from models.triage.guess import Candidate, Guess
from models.triage.turning import turning_words, without
from tests.labelled import opinion, report, write_small_starter

SLOW = {"title": "Everything is slow", "body": "the till needs minutes for a sale, load is high"}


@pytest.fixture
def trained(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr(rows, "STARTER", write_small_starter(tmp_path, each=20))
    training.first_models(desk)
    return desk


def test_without_models_there_is_no_guess(desk: Desk) -> None:
    labels = triage.label(desk, **SLOW)
    assert labels.type is None
    assert labels.severity is None
    assert triage.sentiment(desk, "Great, thank you!") == ""


def test_trained_models_guess_type_and_severity(trained: Desk) -> None:
    labels = triage.label(trained, **SLOW)
    assert labels.type
    assert labels.type.label == "performance"
    assert {candidate.label for candidate in labels.type.candidates} >= {"access", "security"}
    assert labels.severity
    assert labels.severity.label in list(Severity)


@pytest.mark.parametrize(
    ("impact", "urgency", "start", "is_disputed"),
    [("all", "high", "critical", True), ("some", "medium", "medium", False)],
)
def test_impact_and_urgency_decide_the_start_and_a_text_that_differs_is_told(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, impact: str, urgency: str, start: str, is_disputed: bool
) -> None:
    chances = (Candidate("medium", 0.7), Candidate("low", 0.3))
    monkeypatch.setattr(triage, "_guess", lambda *_: Guess("medium", 0.7, False, chances, ()))
    labels = triage.label(desk, title="Slow", body="", impact=impact, urgency=urgency)
    assert (labels.start_severity, labels.is_severity_disputed) == (start, is_disputed)


def test_without_impact_and_urgency_the_text_decides_and_nothing_is_disputed(trained: Desk) -> None:
    labels = triage.label(trained, **SLOW)
    assert labels.severity
    assert (labels.start_severity, labels.is_severity_disputed) == (labels.severity.label, False)


@pytest.mark.parametrize(("given", "missing"), [({"impact": "one"}, "urgency"), ({"urgency": "low"}, "impact")])
def test_one_of_impact_and_urgency_says_nothing_alone(desk: Desk, given: dict[str, str], missing: str) -> None:
    with pytest.raises(NotValid, match="both impact and urgency") as refused:
        triage.label(desk, **SLOW, **given)
    assert refused.value.field == missing


def test_a_guess_is_recorded_in_the_transaction_of_the_caller(trained: Desk) -> None:
    incident_id = report(trained, **SLOW)
    with trained.reading() as session:
        said = session.exec(select(Prediction).where(Prediction.incident_id == incident_id)).all()
    assert {row.target: row.model_version_id for row in said} == {"type": 1, "severity": 2}
    assert said[0].candidates[0] == [said[0].label, said[0].confidence]
    assert said[0].words
    assert said[0].n_alike >= said[0].n_right > 0
    assert 0 < said[0].n_covering <= len(said[0].candidates)


def test_a_reviewer_sees_which_words_turn_the_label(trained: Desk, lead: Person) -> None:
    seen = review.details(trained, lead, report(trained, **SLOW))
    assert seen.turn
    served = triage.serving(trained, Target.TYPE)[Target.TYPE].model
    assert isinstance(served, TriageModel)
    text = triage.text_of(seen.title, seen.body)
    assert served.guess(without(text, seen.turn.words)).label == seen.turn.label != seen.shown_type


@pytest.mark.parametrize("comment", ["", "  \n"])
def test_no_comment_has_no_sentiment(trained: Desk, comment: str) -> None:
    assert triage.sentiment(trained, comment) == ""


def test_a_comment_has_a_sentiment(trained: Desk) -> None:
    assert triage.sentiment(trained, "Thank you, this helped me at once!") in ("positive", "neutral", "negative")


@pytest.mark.parametrize("content", [None, b"", b"not a model"])
def test_a_missing_or_broken_file_leaves_its_target_without_a_guess(trained: Desk, content: bytes | None) -> None:
    path = next(trained.folder("models").glob("type-*"))
    path.unlink() if content is None else path.write_bytes(content)
    labels = triage.label(trained, **SLOW)
    assert labels.type is None
    assert labels.severity is not None


def test_a_file_put_back_serves_again(trained: Desk) -> None:
    path = next(trained.folder("models").glob("type-*"))
    whole = path.read_bytes()
    path.write_bytes(whole[:100])
    assert triage.label(trained, **SLOW).type is None
    path.write_bytes(whole)
    assert triage.label(trained, **SLOW).type


def test_another_process_follows_a_changed_version(trained: Desk) -> None:
    other = Desk(trained.settings, now=trained.now)
    assert Target.TYPE in triage.serving(other, *Target)
    with trained.transaction() as session:
        session.delete(session.get_one(ActiveModel, Target.TYPE))
    assert Target.TYPE not in triage.serving(other, *Target)
    other.close()


def test_a_report_of_no_known_word_is_not_sure(trained: Desk) -> None:
    guess = triage.label(trained, title="qwxzv", body="").type
    assert guess
    assert not guess.is_sure


def said(**chances: float) -> Guess:
    """A guess whose first three candidates cover; of 50 as sure as it 40 were right."""
    candidates = tuple(Candidate(*chance) for chance in chances.items())
    return Guess(candidates[0].label, candidates[0].confidence, False, candidates, (), 3, 50, 40)


FOUR = {"access": 0.4, "configuration": 0.3, "security": 0.2, "performance": 0.1}


@pytest.mark.parametrize(
    ("slug", "into", "covering"),
    [
        ("security", "configuration", ["configuration", "access"]),  # two of the covering ones are one now
        ("access", "performance", ["performance", "configuration", "security"]),
        ("performance", "access", ["access", "configuration", "security"]),
    ],
)
def test_what_a_merge_adds_up_has_no_record_and_a_covering_set_that_holds(
    desk: Desk, admin: Person, slug: str, into: str, covering: list[str]
) -> None:
    services.seed(desk)
    services.merge_types(desk, admin, slug, into=into)
    guess = triage._as_of_today(desk, said(**FOUR))
    assert guess
    assert [one.label for one in guess.candidates[: guess.n_covering]] == covering
    assert (guess.label, guess.n_alike, guess.n_right) == (covering[0], 0, 0)


def test_a_merge_beside_the_label_leaves_its_record(desk: Desk, admin: Person) -> None:
    services.seed(desk)
    services.merge_types(desk, admin, "performance", into="security")
    guess = triage._as_of_today(desk, said(access=0.5, configuration=0.2, security=0.15, performance=0.1))
    assert guess
    assert (guess.label, guess.confidence, guess.n_alike, guess.n_right) == ("access", 0.5, 50, 40)
    assert [one.label for one in guess.candidates[: guess.n_covering]] == ["access", "security", "configuration"]


@pytest.mark.parametrize(
    ("n_alike", "n_right", "told"),
    [
        (0, 0, ""),
        (1214, 1008, "of 1,214 answers as sure as this, 1,008 were right (about 83 of 100)"),
        (220, 219, "of 220 answers as sure as this, 219 were right (over 99 of 100)"),
    ],
)
def test_a_frequency_is_told_where_it_is_known(n_alike: int, n_right: int, told: str) -> None:
    assert triage.frequency(n_alike, n_right) == told


def test_an_incident_tells_how_often_answers_as_sure_as_its_own_were_right(desk: Desk, lead: Person) -> None:
    first, second = report(desk), report(desk, "Another")
    opinion(desk, first, n_alike=50, n_right=40)
    opinion(desk, first, "high", target=Target.SEVERITY)
    opinion(desk, second, n_alike=10, n_right=1)
    said = incidents.get(desk, lead, first).opinions
    assert (said["type"].n_alike, said["type"].n_right) == (50, 40)
    assert not said["severity"].n_alike


def test_a_reviewer_sees_which_words_turn_the_severity(trained: Desk, lead: Person) -> None:
    seen = review.details(trained, lead, report(trained, **SLOW), why=Target.SEVERITY)
    assert seen.severity_opinion
    assert seen.why is Target.SEVERITY
    served = triage.serving(trained, Target.SEVERITY)[Target.SEVERITY].model
    assert isinstance(served, TriageModel)
    text = triage.text_of(seen.title, seen.body)
    assert seen.turn == turning_words(served, text, served.guess(text))
    assert seen.turn
    assert seen.turn.label != seen.severity_opinion.label
