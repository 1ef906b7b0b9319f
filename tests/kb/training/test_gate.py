from __future__ import annotations

import csv
from itertools import cycle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kb import training
from kb.desk import Desk
from kb.labels import Severity, Target
from kb.person import OPERATOR, Person
from kb.training import gate, rows
from kb.training.measuring import fitted
from kb.training.rows import Rows
from models.evaluation.duel import Duel
from models.triage import TriageModel
from tests.labelled import report, reviewed, write_small_starter

NO_DUEL = Duel(0, 0, 0, 0, 0, 1.0, 1.0)


def triage_model(rows: Rows) -> TriageModel:
    model = fitted(Target.TYPE, rows)
    assert isinstance(model, TriageModel)
    return model


def grown(before: Rows, texts: list[str], labels: list[str], people: list[int | None]) -> Rows:
    return Rows(before.texts + tuple(texts), before.labels + tuple(labels), before.n_starter, tuple(people))


WORDS = {
    "access": "password account locked login reset",
    "hardware_failure": "disk broken noise printer cable",
    "security": "phishing mail clicked link malware",
}


@pytest.fixture(scope="module")
def known() -> Rows:
    """Sixty plain rows that are easy to tell apart."""
    texts = tuple(f"{text} {n * 'x'}" for text in WORDS.values() for n in range(1, 21))
    return Rows(texts, tuple(label for label in WORDS for _ in range(20)), 60)


@pytest.fixture(scope="module")
def champion(known: Rows) -> TriageModel:
    return triage_model(known)


def planted(before: Rows, people: list[int | None]) -> Rows:
    """Reports with a word of its own, one a person, all said to be about access."""
    texts = [f"{before.texts[20 + n]} zebrafish" for n in range(len(people))]
    return grown(before, texts, ["access"] * len(people), people)


def is_old(before: Rows, rows: Rows) -> list[bool]:
    return [n < len(before.texts) for n in range(len(rows.texts))]


@pytest.mark.parametrize(("people", "is_held"), [([7] * 30, True), ([7, 8] * 15, False)])
def test_a_planted_word_is_named_and_held_back_unless_two_people_stand_behind_it(
    known: Rows, champion: TriageModel, people: list[int | None], is_held: bool
) -> None:
    rows = planted(known, people)
    found = gate.planted(triage_model(rows), champion, rows, is_old(known, rows))
    assert [word.word for word in found] == ["zebrafish"]
    assert bool(gate._held(found, rows)) is is_held
    assert all("zebrafish" in sentence for sentence in gate._held(found, rows))


def test_honest_new_rows_hold_nothing_back(known: Rows, champion: TriageModel) -> None:
    texts = [f"printer cable of {who} broken, loud noise" for who in ("Ann", "Bo", "Cy", "Di", "Ed", "Flo")]
    rows = grown(known, texts, ["hardware_failure"] * 6, [7] * 6)
    found = gate.rule(Target.TYPE, triage_model(rows), champion, rows=rows, before=known)
    assert (found.result, found.words) == (gate.LIVE, ())
    assert (found.duel.n, found.duel.second_right) == (6, 6)


def test_a_challenger_that_learned_nonsense_does_not_serve(known: Rows, champion: TriageModel) -> None:
    texts = [f"{WORDS['security']} {n * 'y'}" for n in range(1, 41)]
    rows = grown(known, texts, ["access"] * 40, [7, 8] * 20)
    right = grown(known, texts, ["security"] * 40, [7, 8] * 20)
    judged = gate.rule(Target.TYPE, triage_model(rows), champion, rows=right, before=known)
    assert judged.result == gate.LIVE  # on the right labels nothing is lost
    found = gate._lost_recall(np.array(right.labels), np.array(right.labels), np.array(rows.labels))
    assert "Security" in found[0]


@pytest.mark.parametrize(("p_worse", "is_lost"), [(0.04, True), (0.06, False)])
def test_a_duel_lost_by_more_than_chance_speaks_against_it(p_worse: float, is_lost: bool) -> None:
    fought = Duel(100, 80, 70, 15, 5, p_worse, 1 - p_worse)
    assert bool(gate._losses(fought, 0.8, 0.8)) is is_lost


@pytest.mark.parametrize(("new", "is_worse"), [(0.78, True), (0.795, False)])
def test_a_worse_macro_f1_speaks_against_it(new: float, is_worse: bool) -> None:
    assert bool(gate._losses(NO_DUEL, 0.8, new)) is is_worse


@pytest.mark.parametrize(("lost", "is_said"), [(3, True), (2, False)])
def test_a_label_that_is_found_less_often_speaks_against_it(lost: int, is_said: bool) -> None:
    truth = np.array(["access"] * 40 + ["security"] * 40)
    second = truth.copy()
    second[:lost] = "security"
    said = gate._lost_recall(truth, truth, second)
    assert bool(said) is is_said
    assert all("Access" in sentence for sentence in said)


def test_what_was_held_back_is_told_and_runs_in_the_shadow(
    desk: Desk, lead: Person, clock: Any, known: Rows, plain_starter: Path
) -> None:
    training.first_models(desk)
    clock.forward(minutes=1)
    for n, text in enumerate(known.texts[20:40]):
        reviewed(desk, report(desk, f"{text} {n}", "zebrafish"), lead, type="access")
    outcome = training.train(desk, OPERATOR)[0]
    new = next(row for row in training.versions(desk, OPERATOR) if row.id == outcome.version_id)
    assert (outcome.result, new.is_live, new.is_in_shadow) == ("held", False, True)
    assert [word.word for word in new.words] == ["zebrafish"]
    assert "zebrafish" in outcome.note == new.note


@pytest.fixture
def plain_starter(tmp_path: Path, known: Rows, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The plain rows as the starter set, and a few comments."""
    write_small_starter(tmp_path, each=6)
    with (tmp_path / "incidents.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("title", "body", "type", "severity"))
        severities = cycle(Severity)
        writer.writerows(("", *row, next(severities)) for row in zip(known.texts, known.labels, strict=True))
    monkeypatch.setattr(rows, "STARTER", tmp_path)
    return tmp_path
