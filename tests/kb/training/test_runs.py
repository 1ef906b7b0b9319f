from __future__ import annotations

import signal
import subprocess
import sys
from datetime import timedelta
from itertools import islice, product
from typing import Any

import pytest
from sqlmodel import select

from kb import training, triage
from kb.desk import Desk
from kb.errors import NotAllowed
from kb.labels import Target
from kb.person import OPERATOR, Person
from kb.settings import ROOT
from kb.tables import ModelVersion
from kb.training import gate, rows, runs
from tests.labelled import report, reviewed

SCORES = {"n_test": 48, "accuracy": 0.7, "macro_f1": 0.7, "per_label": {}}


def versions(desk: Desk, target: Target = Target.TYPE) -> list[training.VersionRow]:
    return [version for version in training.versions(desk, OPERATOR) if version.target == target]


def measured(desk: Desk) -> None:
    """As if every version had been measured."""
    with desk.transaction() as session:
        for version in session.exec(select(ModelVersion)):
            version.scores = SCORES


def teach(desk: Desk, person: Person, n: int) -> None:
    """Reports of different words, all of one type."""
    what = ("orders", "stock", "prices", "customers", "invoices", "addresses")
    where = ("warehouse", "shop", "bank", "supplier")
    for thing, system in islice(product(what, where), n):
        incident_id = report(desk, f"No {thing} from the {system}", f"The nightly sync of {thing} rejected the file")
        reviewed(desk, incident_id, person)


def test_the_first_models_are_trained_once(small: Desk) -> None:
    training.first_models(small)
    found = training.versions(small, OPERATOR)
    assert [(version.target, version.is_live, version.scores) for version in found] == [
        (target, True, None) for target in sorted(Target)
    ]


def test_a_damaged_file_is_trained_again_and_the_note_says_so(small: Desk) -> None:
    next(small.folder("models").glob("type-*")).write_bytes(b"damaged")
    training.first_models(small)
    new, old = versions(small)
    assert new.is_live
    assert old.problem
    assert f"version {old.id} can't be used" in new.note
    assert triage.label(small, title="The till is slow", body="").type


def test_training_twice_on_the_same_rows_adds_no_version(small: Desk) -> None:
    first = training.train(small, OPERATOR)
    second = training.train(small, OPERATOR)
    assert [outcome.result for outcome in first + second] == ["unchanged"] * 4
    assert len(training.versions(small, OPERATOR)) == 3
    assert all(version.scores for version in training.versions(small, OPERATOR))


def test_reviews_make_a_new_version_that_serves(small: Desk, lead: Person, clock: Any) -> None:
    clock.forward(minutes=1)
    teach(small, lead, 12)
    outcome = training.train(small, lead)[0]
    live = next(version for version in versions(small) if version.is_live)
    assert (outcome.result, live.id, live.n_reviews, live.trained_by) == ("live", outcome.version_id, 12, lead.name)
    assert live.scores
    assert triage.serving(small, Target.TYPE)[Target.TYPE].version_id == live.id
    assert all(version.scores for version in versions(small))
    assert not runs.is_due(small)


def test_a_worse_version_is_kept_but_does_not_serve(
    small: Desk, lead: Person, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.forward(minutes=1)
    monkeypatch.setattr(gate, "TOLERANCE", -1.0)  # no version can be that much better
    teach(small, lead, 3)
    outcome = training.train(small, lead)[0]
    new, old = versions(small)
    assert (outcome.result, new.is_live, old.is_live) == ("not_better", False, True)
    assert (new.is_in_shadow, old.is_in_shadow) == (True, False)
    assert new.duel
    assert new.duel.n == 3
    assert training.train(small, lead)[0].result == "unchanged"


def test_only_leads_train(small: Desk, agent: Person) -> None:
    for verb in (training.train, training.train_aside, training.retrain_if_due):
        with pytest.raises(NotAllowed):
            verb(small, agent)


@pytest.mark.parametrize(
    ("reviews", "waited", "is_due"),
    [(0, timedelta(days=9), False), (19, timedelta(hours=1), False), (20, timedelta(0), True), (1, timedelta(1), True)],
)
def test_a_trainingis_due_after_20_reviews_or_a_day_with_one(
    small: Desk, lead: Person, clock: Any, reviews: int, waited: timedelta, is_due: bool
) -> None:
    measured(small)
    clock.forward(seconds=1)
    teach(small, lead, reviews)
    clock.forward(seconds=waited.total_seconds())
    assert runs.is_due(small) is is_due


def test_a_trainingis_due_while_a_version_is_not_measured(small: Desk) -> None:
    assert runs.is_due(small)


def test_nothing_due_trains_nothing(small: Desk) -> None:
    measured(small)
    assert training.retrain_if_due(small, OPERATOR) == ()


KILLED = """
import importlib, os, signal, sys
from pathlib import Path
from kb.desk import Desk
from kb.labels import Target
from kb.settings import Settings
from kb.training import rows, runs

versions = importlib.import_module("kb.training.versions")
save = versions.save

def dies(model, path):
    save(model, path)
    os.kill(os.getpid(), signal.SIGKILL)

rows.STARTER, versions.save = Path(sys.argv[1]), dies
runs._train_afresh(Desk(Settings.from_env(os.environ)), Target.TYPE)
"""


def test_a_killed_training_leaves_what_serves_as_it_was(small: Desk) -> None:
    """Killed when the file of the new model is whole and its row is not yet written."""
    text = {"title": "The till is slow", "body": "Since the update this morning."}
    was, answer = versions(small), triage.label(small, **text)
    files = set(small.folder("models").iterdir())
    command = [sys.executable, "-c", KILLED, str(rows.STARTER)]
    done = subprocess.run(command, env=small.settings.environ(), cwd=ROOT, capture_output=True)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert set(small.folder("models").iterdir()) > files
    fresh = Desk(small.settings, now=small.now)
    assert (versions(fresh), triage.label(fresh, **text)) == (was, answer)
    fresh.close()
