from __future__ import annotations

from pathlib import Path

import pytest
from sqlmodel import select

from kb import review, training, triage
from kb.desk import Desk
from kb.labels import Severity, Target
from kb.person import Person
from kb.tables import ActiveModel, Prediction
from kb.training import rows
from models.triage import TriageModel
from models.triage.turning import without
from tests.labelled import report, write_small_starter

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
