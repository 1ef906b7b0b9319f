"""The hand-written incidents a fresh installation learns from: enough of each kind, all by the rules of TAXONOMY.md."""

from __future__ import annotations

import csv
from collections import Counter
from functools import cache

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from kb.labels import Impact, Severity, Urgency, severity_of
from kb.training.rows import STARTER

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


def test_the_severity_is_that_of_impact_and_urgency() -> None:
    wrong = [
        row["title"]
        for row in incidents()
        if row["severity"] != severity_of(Impact(row["impact"]), Urgency(row["urgency"]))
    ]
    assert wrong == []


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
