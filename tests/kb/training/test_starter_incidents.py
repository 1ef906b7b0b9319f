"""The hand-written incidents a fresh installation learns from: enough of each kind, all by the rules of TAXONOMY.md."""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from kb.labels import Impact, Severity, Urgency, severity_of
from kb.training.rows import STARTER
from kb.triage import text_of
from models.evaluation.agreement import agreement

TYPES = (
    "performance",
    "configuration",
    "security",
    "data_integration",
    "software_bug",
    "hardware_failure",
    "data_corruption",
    "access",
)


@cache
def incidents() -> tuple[dict[str, str], ...]:
    with (STARTER / "incidents.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@cache
def read_twice() -> tuple[dict[str, str], ...]:
    """What two readers said, blind, of a sample, beside the set's labels before their differences were settled."""
    with (Path(__file__).parent / "double_labels.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def stamp(row: dict[str, str]) -> str:
    return hashlib.sha256(text_of(row["title"], row["body"]).encode()).hexdigest()[:12]


def words_of(row: dict[str, str]) -> list[str]:
    return f"{row['title']} {row['body']}".split()


def test_there_are_enough_incidents_of_every_type() -> None:
    assert len(incidents()) >= 1_600
    per_type = Counter(row["type"] for row in incidents())
    assert set(per_type) == set(TYPES)
    assert min(per_type.values()) >= 200


def test_every_type_has_every_severity() -> None:
    pairs = Counter((row["type"], row["severity"]) for row in incidents())
    assert [(kind, severity) for kind in TYPES for severity in Severity if pairs[kind, severity] < 30] == []


def test_no_incident_is_too_short_to_judge_or_too_long_to_read() -> None:
    assert [row["title"] for row in incidents() if not 5 <= len(words_of(row)) <= 200] == []


def test_the_severity_is_that_of_impact_and_urgency_unless_two_readers_said_otherwise() -> None:
    settled = {row["text"]: row["severity_a"] for row in read_twice() if row["severity_a"] == row["severity_b"]}
    wrong = [
        row["title"]
        for row in incidents()
        if row["severity"] != settled.get(stamp(row), severity_of(Impact(row["impact"]), Urgency(row["urgency"])))
    ]
    assert wrong == []


def test_where_two_readers_agree_the_set_says_the_same() -> None:
    by_text = {stamp(row): row for row in incidents()}
    assert len({row["text"] for row in read_twice()} & set(by_text)) == len(read_twice()) == 300
    wrong = [
        row["text"]
        for row in read_twice()
        for target in ("type", "severity")
        if row[f"{target}_a"] == row[f"{target}_b"] != by_text[row["text"]][target]
    ]
    assert wrong == []


@pytest.mark.parametrize(("target", "order"), [("type", ()), ("severity", tuple(Severity))])
def test_the_agreement_that_is_reported_is_that_of_the_labels(target: str, order: tuple[str, ...]) -> None:
    said = {who: [row[f"{target}_{who}"] for row in read_twice()] for who in ("a", "b", "set")}
    found = [agreement(said[one], said[other], order=order) for one, other in (("a", "b"), ("a", "set"), ("b", "set"))]
    cells = [f"{one.kappa:.3f} ({one.share * one.n:.0f} alike)" for one in found if one]
    reported = (STARTER / "TAXONOMY.md").read_text(encoding="utf-8").splitlines()
    assert [line for line in reported if line.startswith(f"| {target}") and line.endswith(f"| {' | '.join(cells)} |")]


def test_no_incident_is_told_twice() -> None:
    texts = Counter(" ".join(words_of(row)).casefold() for row in incidents())
    assert [text for text, times in texts.items() if times > 1] == []


@pytest.mark.parametrize("severity", Severity)
def test_the_length_of_a_text_does_not_give_its_severity_away(severity: Severity) -> None:
    lengths = np.array([len(words_of(row)) for row in incidents()])
    twentieths = np.searchsorted(np.quantile(lengths, np.arange(0.05, 1, 0.05)), lengths)[:, None]
    wanted = np.array([row["severity"] == severity for row in incidents()])
    model = make_pipeline(OneHotEncoder(), LogisticRegression())
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    chances = cross_val_predict(model, twentieths, wanted, cv=folds, method="predict_proba")[:, 1]
    assert roc_auc_score(wanted, chances) <= 0.62
