"""Held-out scores: every row is labelled by a model that has not seen it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from kb.desk import Desk
from kb.labels import Severity, Target
from kb.tables import ModelVersion
from kb.training.rows import Rows
from models.evaluation.classification import accuracy, cross_validate, macro_f1, per_label
from models.sentiment import SentimentModel
from models.store import Model
from models.triage import TriageModel

FOLDS = 5


def blank(target: Target) -> TriageModel:
    """An unfitted model for the type or the severity."""
    return TriageModel(ordered_labels=tuple(Severity) if target is Target.SEVERITY else None)


def fitted(target: Target, rows: Rows) -> Model:
    """A model that has learned `rows`."""
    if target is Target.SENTIMENT:
        return SentimentModel().fit(rows.texts, rows.labels)
    return blank(target).fit(rows.texts, rows.labels)


def scores_of(target: Target, rows: Rows, *, taught: Sequence[bool] | None = None) -> dict[str, Any]:
    """The scores of a model trained on those of `rows` that are `taught` (all by default), fit to be stored."""
    if target is Target.SENTIMENT:
        return _sentiment_scores(rows)
    return asdict(cross_validate(blank(target), rows.texts, rows.labels, folds=FOLDS, taught=taught))


def measure(desk: Desk, version: ModelVersion, rows: Rows) -> dict[str, Any]:
    """The scores of a version trained on `rows`; worked out and stored when it has none."""
    if version.scores:
        return version.scores
    scores = scores_of(Target(version.target), rows)
    with desk.transaction() as session:
        session.get_one(ModelVersion, version.id).scores = scores
    return scores


def _sentiment_scores(rows: Rows) -> dict[str, Any]:
    fold_of = np.arange(len(rows.texts)) % FOLDS
    texts, labels = np.array(rows.texts, dtype=object), np.array(rows.labels)
    predicted = labels.copy()
    for fold in range(FOLDS):
        is_out = fold_of == fold
        predicted[is_out] = SentimentModel().fit(texts[~is_out], labels[~is_out]).predict(texts[is_out])
    found = {label: asdict(score) for label, score in per_label(labels, predicted).items()}
    return {
        "n_test": len(labels),
        "accuracy": accuracy(labels, predicted),
        "macro_f1": macro_f1(labels, predicted),
        "per_label": found,
    }
