"""Sentiment of a comment: positive, neutral or negative."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

from models.triage.features import TextFeatures


class SentimentModel(BaseEstimator, ClassifierMixin):  # type: ignore[misc]
    """Logistic regression on words, word pairs and letter groups."""

    def fit(self, texts: Sequence[str], labels: Sequence[str]) -> Self:
        """Learn from `texts` (n,) and `labels` (n,)."""
        self.features_ = TextFeatures()
        rows = self.features_.fit_transform(texts)
        self.machine_ = LogisticRegression(C=3.0, max_iter=300).fit(rows, np.asarray(labels, dtype=str))
        self.classes_ = self.machine_.classes_
        return self

    def predict_proba(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Return probabilities of shape (n, k), columns as in `classes_`."""
        probabilities: NDArray[np.float64] = self.machine_.predict_proba(self.features_.transform(texts))
        return probabilities

    def predict(self, texts: Sequence[str]) -> NDArray[np.str_]:
        """Return the likeliest label of every text, shape (n,)."""
        labels: NDArray[np.str_] = self.classes_[self.predict_proba(texts).argmax(axis=1)]
        return labels

    def guess(self, text: str) -> tuple[str, float]:
        """Return the likeliest label of one text and its probability (0-1)."""
        probabilities = self.predict_proba([text])[0]
        best = int(probabilities.argmax())
        return str(self.classes_[best]), float(probabilities[best])
