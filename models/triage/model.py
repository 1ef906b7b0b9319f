"""The triage model: one label of an incident (its type, or its severity), how sure it is, and which words said so."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.svm import LinearSVC

from models.calibration import Bools, Floats, Ints, Scaling, fit_scaling, grouped_folds, label_thresholds, log_loss
from models.triage.concepts import CONCEPTS
from models.triage.features import MANY_TEXTS, Reading, TextFeatures, tokens_of

LEAST_TELLING = 2  # different known words that are no stop words, below which nobody can tell
LEAST_SHARE = 0.4  # of the words must be known: keyboard noise and other languages stay below
MOST_WORDS = 12  # of an explanation
_STRENGTH = 0.2  # C of LinearSVC: jira_severity likes 0.1, it_service_tickets 0.3; flat in between


@dataclass(frozen=True, slots=True)
class Candidate:
    """A label and its probability (0-1)."""

    label: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Guess:
    """What the model thinks of one text.

    `is_sure` False means that a person will look. `candidates` holds every label, most likely first. `words` are
    the words as they stand in the text with their weight for (+) or against (-) the label, strongest first.
    """

    label: str
    confidence: float
    is_sure: bool
    candidates: tuple[Candidate, ...]
    words: tuple[tuple[str, float], ...]


class TriageModel(BaseEstimator, ClassifierMixin):  # type: ignore[misc]
    """Linear classifier on words, word pairs and letter groups, with probabilities fitted out of fold.

    Parameters
    ----------
    ordered_labels : tuple of str, optional
        The labels from least to most where they have an order (severity). No other label may then occur.
    target_error : float
        Share of wrong answers (0-1) allowed among the sure ones.
    random_state : int
        Seed of folds and solver: the same texts give the same model.

    Attributes
    ----------
    classes_ : ndarray of str, shape (k,)
    thresholds_ : ndarray of float, shape (k,)
        Confidence from which a guess of that label is sure; infinity when that could not be shown.
    n_train_ : int

    References
    ----------
    Fan, Chang, Hsieh, Wang, Lin (2008), LIBLINEAR: A Library for Large Linear Classification, JMLR 9.
    """

    def __init__(
        self, *, ordered_labels: tuple[str, ...] | None = None, target_error: float = 0.05, random_state: int = 0
    ) -> None:
        self.ordered_labels = ordered_labels
        self.target_error = target_error
        self.random_state = random_state

    def fit(self, texts: Sequence[str], labels: Sequence[str], groups: Sequence[object] | None = None) -> Self:
        """Learn from `texts` (n,) and `labels` (n,); rows of one group are never on both sides of a fold.

        Without `groups`, texts that differ only in digits, case and punctuation form a group. A single label is
        predicted always and never surely. Raises ValueError on no rows, unequal lengths or a label out of order.
        """
        self._check(texts, labels)
        self.classes_, codes = np.unique(np.asarray(labels, dtype=str), return_inverse=True)
        self.n_train_ = len(texts)
        k = len(self.classes_)
        self.slope_, self.thresholds_ = 1.0, np.full(k, np.inf)
        tokens = [tokens_of(text) for text in texts]
        if k == 1 or not any(tokens):
            self.coef_: Floats | None = None
            self.intercept_ = np.log(np.bincount(codes) / len(codes))
            return self
        self.features_ = TextFeatures(concept_weight=1.0 if len(texts) < MANY_TEXTS else 0.0)
        rows = self.features_.fit_rows(tokens)
        rows = self._calibrate(rows, codes, _alike(tokens) if groups is None else _codes(groups), tokens)
        self.coef_, self.intercept_ = _one_against_rest(rows, codes, k, self.random_state)
        return self

    def predict_proba(self, texts: Sequence[str]) -> Floats:
        """Return probabilities of shape (n, k), columns as in `classes_`."""
        rows = None if self.coef_ is None or not len(texts) else self.features_.transform(texts)
        return self._probabilities(rows, len(texts))

    def predict(self, texts: Sequence[str]) -> NDArray[np.str_]:
        """Return the likeliest label of every text, shape (n,)."""
        labels: NDArray[np.str_] = self.classes_[self.predict_proba(texts).argmax(axis=1)]
        return labels

    def is_sure(self, texts: Sequence[str], probabilities: Floats) -> Bools:
        """Return which guesses may stand without a person, shape (n,)."""
        return self._is_sure([tokens_of(text) for text in texts], probabilities)

    def guess(self, text: str) -> Guess:
        """Return label, confidence, candidates and the words that spoke for and against."""
        reading = None if self.coef_ is None else self.features_.read(text)
        probabilities = self._probabilities(None if reading is None else reading.row, 1)
        order = np.argsort(-probabilities[0], kind="stable")
        candidates = tuple(Candidate(str(self.classes_[i]), float(probabilities[0, i])) for i in order)
        is_sure = bool(self._is_sure([reading.tokens if reading else []], probabilities)[0])
        words = _strongest(text, self._attribute(reading, int(order[0])))
        return Guess(candidates[0].label, candidates[0].confidence, is_sure, candidates, words)

    def spans(self, text: str, guess: Guess) -> tuple[tuple[int, int, float], ...]:
        """Return (start, end, weight) of the places in `text` where the words of `guess` stand, in reading order."""
        told = {word.casefold() for word, _ in guess.words}
        reading = None if self.coef_ is None else self.features_.read(text)
        places = self._attribute(reading, int(np.searchsorted(self.classes_, guess.label)))
        return tuple(place for place in places if text[place[0] : place[1]].casefold() in told)

    def _check(self, texts: Sequence[str], labels: Sequence[str]) -> None:
        if len(texts) != len(labels):
            raise ValueError(f"{len(texts)} texts but {len(labels)} labels")
        if not len(texts):
            raise ValueError("there is nothing to learn from: no texts were given")
        strange = set(labels) - set(self.ordered_labels) if self.ordered_labels else set()
        if strange:
            raise ValueError(f"label {min(strange)!r} is not one of {', '.join(self.ordered_labels or ())}")

    def _calibrate(self, rows: sp.csr_matrix, codes: Ints, groups: Ints, tokens: Sequence[list[str]]) -> sp.csr_matrix:
        """Fit probabilities and thresholds to scores of rows that the scoring model has not seen.

        Returns the rows to learn from: without the concepts where those don't lower the loss.
        """
        n_folds = min(3 if len(codes) >= MANY_TEXTS else 5, len(np.unique(groups)))
        if n_folds < 2:
            return rows
        folds = grouped_folds(codes, groups, n_folds=n_folds, random_state=self.random_state)
        scaling, scores = self._unseen(rows, codes, folds)
        if self.features_.concept_weight:
            plain = rows[:, : -len(CONCEPTS)]
            other, other_scores = self._unseen(plain, codes, folds)
            if log_loss(other.probabilities(other_scores), codes) < log_loss(scaling.probabilities(scores), codes):
                rows, scaling, scores = plain, other, other_scores
                self.features_.leave_out_concepts()
        self.slope_, eligible = scaling.slope, self._knows_enough(tokens)
        probabilities = scaling.probabilities(scores)
        self.thresholds_ = label_thresholds(probabilities, codes, eligible, target_error=self.target_error)
        return rows

    def _unseen(self, rows: sp.csr_matrix, codes: Ints, folds: Ints) -> tuple[Scaling, Floats]:
        """Return scores (n, k) of every row by a model fitted without its fold, and the scaling that suits them."""
        k = len(self.classes_)
        scores = np.zeros((len(codes), k))
        for fold in np.unique(folds):
            inside, outside = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
            coef, intercept = _one_against_rest(rows[inside], codes[inside], k, self.random_state)
            scores[outside] = rows[outside] @ coef + intercept
        return fit_scaling(scores, codes), scores

    def _is_sure(self, rows: Sequence[list[str]], probabilities: Floats) -> Bools:
        if self.coef_ is None:
            return np.zeros(len(rows), dtype=bool)
        threshold = self.thresholds_[probabilities.argmax(axis=1)]
        is_sure: Bools = (probabilities.max(axis=1) >= threshold) & self._knows_enough(rows)
        return is_sure

    def _knows_enough(self, rows: Sequence[list[str]]) -> Bools:
        """Return which texts, given as rows of tokens, hold enough known words to judge them, shape (n,)."""
        telling, share = self.features_.known(rows)
        enough: Bools = (telling >= LEAST_TELLING) & (share >= LEAST_SHARE)
        return enough

    def _probabilities(self, rows: sp.csr_matrix | None, n: int) -> Floats:
        scores = np.zeros((n, 1)) if rows is None or self.coef_ is None else rows @ self.coef_
        return Scaling(self.slope_).probabilities(scores + self.intercept_)

    def _attribute(self, reading: Reading | None, column: int) -> list[tuple[int, int, float]]:
        """Return (start, end, weight) of every word; weights are in log-odds of the label against the average label."""
        if reading is None or self.coef_ is None:
            return []
        coef = self.coef_[reading.row.indices]
        against_mean = coef[:, column] - coef.mean(axis=1)
        return self.features_.attribute(reading, self.slope_ * reading.row.data * against_mean)


def _strongest(text: str, places: list[tuple[int, int, float]]) -> tuple[tuple[str, float], ...]:
    """Return the words that weigh most, however written, as first written in `text`."""
    written: dict[str, str] = {}
    weights: dict[str, float] = {}
    for start, end, weight in places:
        word = text[start:end].casefold()
        written.setdefault(word, text[start:end])
        weights[word] = weights.get(word, 0.0) + weight
    strongest = sorted(weights, key=lambda word: (-abs(weights[word]), word))[:MOST_WORDS]
    return tuple((written[word], weights[word]) for word in strongest if weights[word])


def same_text(texts: Sequence[str]) -> Ints:
    """Return a group number for every text, shape (n,): equal but for digits, case and punctuation means one group."""
    return _alike([tokens_of(text) for text in texts])


def _alike(rows: Sequence[list[str]]) -> Ints:
    return _codes([re.sub(r"\d+", "0", " ".join(row)) for row in rows])


def _codes(groups: Sequence[object]) -> Ints:
    numbers: dict[object, int] = {}
    return np.array([numbers.setdefault(group, len(numbers)) for group in groups], dtype=np.int64)


def _one_against_rest(rows: sp.csr_matrix, codes: Ints, k: int, random_state: int) -> tuple[Floats, Floats]:
    """Return coefficients (n_features, k) and intercepts (k,); a label without rows gets the score of a sure no.

    Every label weighs the same however rare, so that a rare one (critical) is heard.
    """
    coef, intercept = np.zeros((rows.shape[1], k), dtype=np.float32), np.full(k, -1.0)
    present = np.unique(codes)
    if len(present) == 1:
        intercept[present] = 1.0
        return coef, intercept
    machine = LinearSVC(C=_STRENGTH, class_weight="balanced", tol=1e-3, random_state=random_state).fit(rows, codes)
    signs = np.array([[-1.0], [1.0]]) if len(present) == 2 else np.ones((len(present), 1))
    coef[:, present] = (signs * machine.coef_).T
    intercept[present] = signs.ravel() * machine.intercept_
    return coef, intercept
