"""The triage model: one label of an incident (its type, or its severity), how sure it is, and which words said so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin

from models.calibration import (
    Bools,
    Floats,
    Ints,
    Scaling,
    cover_cutoff,
    fit_scaling,
    grouped_folds,
    label_thresholds,
    loss_fitted,
    track_record,
)
from models.triage.costs import cheapest
from models.triage.features import Reading, TextFeatures
from models.triage.groups import alike, numbered
from models.triage.guess import Candidate, Guess
from models.triage.reading import Told, read
from models.triage.recipe import Recipe, recipes_of
from models.triage.scoring import fit_scores, fit_steps, unevenness

LEAST_TELLING = 2  # different known words that are neither stop words nor numbers, below which nobody can tell
LEAST_SHARE = 0.5  # of the words must be known: keyboard noise and other languages stay below
MOST_WORDS = 12  # of an explanation
TRIED = 2  # held-out folds on which ways to learn are compared
COVERED = 0.9  # of the true labels are among the candidates named when the model is not sure
_FORMAT = 5  # of what a stored model holds; one of another format can't serve


class TriageModel(BaseEstimator, ClassifierMixin):  # type: ignore[misc]
    """Linear classifier on words, pairs, letter groups, concepts and signs, with probabilities fitted out of fold.

    Parameters
    ----------
    ordered_labels : tuple of str, optional
        The labels from least to most where they have an order (severity). No other label may then occur, and a label
        too low costs more than one too high.
    target_error : float
        Share of wrong answers (0-1) allowed among the sure ones.
    random_state : int
        Seed of folds and solver: the same texts give the same model.

    Attributes
    ----------
    classes_ : ndarray of str, shape (k,)
    thresholds_ : ndarray of float, shape (k,)
        Confidence from which a guess of that label is sure; infinity when that could not be shown.
    cutoff_ : float
        Labels at least so probable are the candidates; where it is not sure they cover `COVERED` of the true ones.
    held_columns_ : ndarray of int, shape (n, 2)
        The label that was said of each row by a model that had not seen it, and the true one.
    held_chances_ : ndarray of float, shape (n, 2)
        The probabilities of the two.
    held_known_ : ndarray of bool, shape (n,)
        Which of these rows hold enough known words to judge them.
    record_ : ndarray of float, shape (n_bins, 3)
        Of held-out guesses, by confidence: the lowest confidence, how many there were and how many were right.
    n_train_ : int

    References
    ----------
    Guo, Pleiss, Sun, Weinberger (2017), On Calibration of Modern Neural Networks, ICML.
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
        self.n_train_, self.record_ = len(texts), np.zeros((0, 3))
        self.slope_, self.offsets_ = 1.0, np.zeros(len(self.classes_))
        self.held_columns_, self.held_chances_ = np.zeros((0, 2), dtype=np.int64), np.zeros((0, 2))
        self.held_known_ = np.zeros(0, dtype=bool)
        self.allow(self.target_error)
        recipes = recipes_of(self.n_train_, is_ordered=self.ordered_labels is not None)
        self.features_ = TextFeatures(is_report=True, has_hints=recipes[0].has_hints)
        told = self.features_.read_all(texts)
        if len(self.classes_) == 1 or not any(one.tokens for one in told):
            self.coef_: Floats | None = None
            self.intercept_ = np.log(np.bincount(codes) / len(codes))
            return self
        counts = self.features_.fit_counts(told)
        folds = self._folds(recipes[0].n_folds, codes, alike(told) if groups is None else numbered(groups))
        recipe = recipes[0]
        if folds.any():
            recipe, scores = self._choose(recipes, counts, codes, folds)
            self._calibrate(scores, codes, told, has_offsets=recipe.has_offsets)
        self.features_.weights_ = self._weights(recipe, counts, codes)
        self.coef_, self.intercept_ = self._scores_of(recipe, self.features_.weigh(counts), codes)
        return self

    def allow(self, target_error: float) -> Self:
        """Let so many (0-1) of the sure answers be wrong from now on: the held-out guesses are judged anew."""
        self.target_error = target_error
        (said, truth), (confidence, of_truth) = self.held_columns_.T, self.held_chances_.T
        self.thresholds_ = label_thresholds(
            confidence, said, said == truth, self.held_known_, n_labels=len(self.classes_), target_error=target_error
        )
        is_sure = self.held_known_ & (confidence >= self.thresholds_[said])
        self.cutoff_ = cover_cutoff(of_truth[~is_sure], share=COVERED)
        return self

    def predict_proba(self, texts: Sequence[str]) -> Floats:
        """Return probabilities of shape (n, k), columns as in `classes_`."""
        rows = None if self.coef_ is None or not len(texts) else self.features_.transform(texts)
        return self._probabilities(rows, len(texts))

    def decide(self, probabilities: Floats) -> Ints:
        """Return the column of the label for each row of `probabilities` (n, k): the likeliest one.

        Of ordered labels it is the one that costs least on average, which leans to the upper side.
        """
        return cheapest(probabilities, self._ranks())

    def predict(self, texts: Sequence[str]) -> NDArray[np.str_]:
        """Return the label of every text, shape (n,)."""
        labels: NDArray[np.str_] = self.classes_[self.decide(self.predict_proba(texts))]
        return labels

    def is_sure(self, texts: Sequence[str], probabilities: Floats) -> Bools:
        """Return which guesses may stand without a person, shape (n,)."""
        return self._is_sure([read(text, is_report=True) for text in texts], probabilities)

    def guess(self, text: str) -> Guess:
        """Return label, confidence, candidates and the words that spoke for and against."""
        reading = None if self.coef_ is None else self.features_.read(text)
        probabilities = self._probabilities(None if reading is None else reading.row, 1)
        chosen = int(self.decide(probabilities)[0])
        order = np.argsort(-probabilities[0], kind="stable")
        confidence = float(probabilities[0, chosen])
        n_alike, n_right = self._record(confidence)
        return Guess(
            label=str(self.classes_[chosen]),
            confidence=confidence,
            is_sure=bool(self._is_sure([reading.told] if reading else [None], probabilities)[0]),
            candidates=tuple(Candidate(str(self.classes_[i]), float(probabilities[0, i])) for i in order),
            words=_strongest(text, self._attribute(reading, chosen)),
            n_covering=max(1, int((probabilities[0] >= self.cutoff_).sum())),
            n_alike=n_alike,
            n_right=n_right,
        )

    def spans(self, text: str, guess: Guess) -> tuple[tuple[int, int, float], ...]:
        """Return (start, end, weight) of the places in `text` where the words of `guess` stand, in reading order."""
        told = {word.casefold() for word, _ in guess.words}
        reading = None if self.coef_ is None else self.features_.read(text)
        places = self._attribute(reading, int(np.searchsorted(self.classes_, guess.label)))
        return tuple(place for place in places if text[place[0] : place[1]].casefold() in told)

    def __getstate__(self) -> dict[str, Any]:
        return dict(super().__getstate__()) | {"format": _FORMAT}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Raises ValueError when another format of this model was stored."""
        if state.pop("format", 1) != _FORMAT:
            raise ValueError("this model was stored by another version of the program")
        super().__setstate__(state)

    def _check(self, texts: Sequence[str], labels: Sequence[str]) -> None:
        if len(texts) != len(labels):
            raise ValueError(f"{len(texts)} texts but {len(labels)} labels")
        if not len(texts):
            raise ValueError("there is nothing to learn from: no texts were given")
        strange = set(labels) - set(self.ordered_labels) if self.ordered_labels else set()
        if strange:
            raise ValueError(f"label {min(strange)!r} is not one of {', '.join(self.ordered_labels or ())}")

    def _ranks(self) -> Ints | None:
        """Return the place of each class in the order, shape (k,)."""
        if self.ordered_labels is None:
            return None
        return np.array([self.ordered_labels.index(label) for label in self.classes_])

    def _weights(self, recipe: Recipe, counts: sp.csr_matrix, codes: Ints, known: Ints | slice = slice(None)) -> Floats:
        """Return what each column weighs: how rare it is, or what the labels of the rows that are `known` say."""
        if recipe.weighs_by_labels:
            return unevenness(counts[known], codes[known])
        return self.features_.weights_

    def _scores_of(self, recipe: Recipe, rows: sp.csr_matrix, codes: Ints) -> tuple[Floats, Floats]:
        ranks, strength, seed = self._ranks(), recipe.strength, self.random_state
        second = recipe.second, self.features_.part(*recipe.parts)
        scores = fit_scores(rows, codes, len(self.classes_), second=second, strength=strength, random_state=seed)
        if ranks is None:
            return scores
        steps = fit_steps(rows, ranks[codes], ranks, strength=strength, random_state=seed)
        return scores[0] + steps[0], scores[1] + steps[1]

    def _folds(self, most: int, codes: Ints, groups: Ints) -> Ints:
        """Return the fold of every row, shape (n,): 0 of all where they are too few to part."""
        n_folds = min(most, len(np.unique(groups)))
        if n_folds < 2:
            return np.zeros(len(codes), dtype=np.int64)
        return grouped_folds(codes, groups, n_folds=n_folds, random_state=self.random_state)

    def _choose(
        self, recipes: Sequence[Recipe], counts: sp.csr_matrix, codes: Ints, folds: Ints
    ) -> tuple[Recipe, Floats]:
        """Return the recipe that tells most of the first held-out folds, and its held-out scores of all rows (n, k)."""
        if len(recipes) == 1:
            return recipes[0], self._held_out(recipes[0], counts, codes, folds, np.unique(folds))
        first, rest = np.split(np.unique(folds), [TRIED])
        tried = [self._held_out(recipe, counts, codes, folds, first) for recipe in recipes]
        seen = np.isin(folds, first)
        losses = [
            loss_fitted(scores[seen], codes[seen], has_offsets=recipe.has_offsets)
            for recipe, scores in zip(recipes, tried, strict=True)
        ]
        best = int(np.argmin(losses))
        return recipes[best], tried[best] + self._held_out(recipes[best], counts, codes, folds, rest)

    def _held_out(self, recipe: Recipe, counts: sp.csr_matrix, codes: Ints, folds: Ints, left_out: Ints) -> Floats:
        """Return scores (n, k) of the rows of the folds `left_out`, by models that have not seen them; 0 of others."""
        scores = np.zeros((len(codes), len(self.classes_)))
        for fold in left_out:
            inside, outside = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
            rows = self.features_.weigh(counts, self._weights(recipe, counts, codes, inside))
            coef, intercept = self._scores_of(recipe, rows[inside], codes[inside])
            scores[outside] = rows[outside] @ coef + intercept
        return scores

    def _calibrate(self, scores: Floats, codes: Ints, told: Sequence[Told], *, has_offsets: bool) -> None:
        """Fit probabilities, thresholds, cut-off and record to held-out scores (n, k)."""
        scaling = fit_scaling(scores, codes, has_offsets=has_offsets)
        probabilities = scaling.probabilities(scores)
        said, places = self.decide(probabilities), np.arange(len(codes))
        self.slope_, self.offsets_ = scaling.slope, scaling.offsets
        self.held_columns_ = np.column_stack([said, codes])
        self.held_chances_ = np.column_stack([probabilities[places, said], probabilities[places, codes]])
        self.held_known_ = self._knows_enough(told)
        self.record_ = track_record(self.held_chances_[:, 0], said == codes)
        self.allow(self.target_error)

    def _record(self, confidence: float) -> tuple[int, int]:
        """Return how many held-out guesses were as confident, and how many of them were right."""
        if not len(self.record_):
            return 0, 0
        place = max(0, int(np.searchsorted(self.record_[:, 0], confidence, side="right")) - 1)
        return int(self.record_[place, 1]), int(self.record_[place, 2])

    def _is_sure(self, told: Sequence[Told | None], probabilities: Floats) -> Bools:
        if self.coef_ is None:
            return np.zeros(len(told), dtype=bool)
        said = self.decide(probabilities)
        confidence = probabilities[np.arange(len(said)), said]
        is_sure: Bools = (confidence >= self.thresholds_[said]) & self._knows_enough([one for one in told if one])
        return is_sure

    def _knows_enough(self, told: Sequence[Told]) -> Bools:
        """Return which texts hold enough known words to judge them, shape (n,)."""
        telling, share = self.features_.known(told)
        enough: Bools = (telling >= LEAST_TELLING) & (share >= LEAST_SHARE)
        return enough

    def _probabilities(self, rows: sp.csr_matrix | None, n: int) -> Floats:
        scores = np.zeros((n, 1)) if rows is None or self.coef_ is None else rows @ self.coef_
        return Scaling(self.slope_, self.offsets_).probabilities(scores + self.intercept_)

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
