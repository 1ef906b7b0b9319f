"""Whether what comes in now is still what came in before: words, shares of labels, agreement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.stats import hypergeom

Floats = NDArray[np.float64]
ROUNDS = 999
"""Shuffles of a permutation test: the smallest p it can give is 1 in 1,000."""
LEAST_TEXTS = 3
"""A word in fewer texts is no habit."""
MOST_TOLD = 10


@dataclass(frozen=True, slots=True)
class Shift:
    """How far two periods are apart (0-1), how often chance alone brings a change as great (p, 0-1), and what changed
    most: (what, its share before, its share after)."""

    distance: float
    p: float
    changed: tuple[tuple[str, float, float], ...]


def vocabulary_shift(before: Sequence[Sequence[str]], after: Sequence[Sequence[str]], *, seed: int = 0) -> Shift:
    """Compare the words of texts, given as rows of words; a word counts once a text.

    The distance is Jensen and Shannon's between the two distributions of words. p is of the word that changed most
    beyond its own chance, and comes from dealing the texts into the two periods at random: a new word in few reports
    would be lost among thousands of others in the distance of all.

    References
    ----------
    Lin (1991), Divergence Measures Based on the Shannon Entropy, IEEE Transactions on Information Theory 37(1);
    Westfall, Young (1993), Resampling-Based Multiple Testing, chapter 2 (the greatest of many statistics);
    Phipson, Smyth (2010), Permutation p-values Should Never Be Zero, Statistical Applications in Genetics 9(1).
    """
    return _shift([sorted(set(row)) for row in (*before, *after)], len(before), LEAST_TEXTS, seed)


def share_shift(before: Sequence[str], after: Sequence[str], *, seed: int = 0) -> Shift:
    """Compare how labels are shared out; distance and p as in `vocabulary_shift`."""
    return _shift([[label] for label in (*before, *after)], len(before), 1, seed)


def drop_p(right_before: int, n_before: int, right_after: int, n_after: int) -> float:
    """Return how often chance alone brings so few right ones after, when nothing has changed.

    References
    ----------
    Fisher (1935), The Logic of Inductive Inference, Journal of the Royal Statistical Society 98 (the exact test).
    """
    if not n_before or not n_after:
        return 1.0
    return float(hypergeom.cdf(right_after, n_before + n_after, right_before + right_after, n_after))


def _shift(rows: Sequence[Sequence[str]], n_before: int, least: int, seed: int) -> Shift:
    names = sorted(name for name, count in Counter(name for row in rows for name in row).items() if count >= least)
    if not names or not 0 < n_before < len(rows):
        return Shift(0.0, 1.0, ())
    counts = _counted(rows, names)
    is_before = np.zeros(len(rows))
    is_before[:n_before] = 1
    total = np.asarray(counts.sum(axis=0)).ravel()
    random = np.random.default_rng(seed)
    dealt = np.array([is_before, *(random.permutation(is_before) for _ in range(ROUNDS))])
    first = np.asarray(counts.T @ dealt.T).T  # (rounds, names)
    beyond = np.abs(_beyond_chance(first, total, n_before, len(rows)))
    greatest = beyond.max(axis=1)
    p = float((greatest >= greatest[0] - 1e-9).mean())
    shares = first[0] / n_before, (total - first[0]) / (len(rows) - n_before)
    order = np.argsort(-beyond[0], kind="stable")[:MOST_TOLD]
    changed = tuple((names[i], float(shares[0][i]), float(shares[1][i])) for i in order if shares[0][i] != shares[1][i])
    return Shift(float(_jensen_shannon(first[:1], total - first[:1])[0]), p, changed)


def _beyond_chance(first: Floats, total: Floats, n_before: int, n: int) -> Floats:
    """Return by how many standard deviations each count of the first period (rounds, names) is off what chance gives
    (hypergeometric)."""
    expected = total * n_before / n
    variance = expected * (1 - total / n) * (n - n_before) / max(1, n - 1)
    found: Floats = (first - expected) / np.sqrt(np.maximum(variance, 1e-12))
    return found


def _counted(rows: Sequence[Sequence[str]], names: Sequence[str]) -> sp.csr_matrix:
    column = {name: place for place, name in enumerate(names)}
    places = [(row, column[name]) for row, found in enumerate(rows) for name in found if name in column]
    row, col = np.array(places, dtype=np.int64).T
    return sp.csr_matrix((np.ones(len(places)), (row, col)), shape=(len(rows), len(names)))


def _jensen_shannon(first: Floats, second: Floats) -> Floats:
    """Return the distance (0-1) of each pair of rows of counts: the root of the divergence in bits."""
    p = first / np.maximum(first.sum(axis=1, keepdims=True), 1)
    q = second / np.maximum(second.sum(axis=1, keepdims=True), 1)
    middle = (p + q) / 2
    divergence: Floats = (_entropy(middle) - (_entropy(p) + _entropy(q)) / 2).clip(0, 1)
    return np.sqrt(divergence)


def _entropy(shares: Floats) -> Floats:
    bits: Floats = -(shares * np.log2(np.where(shares > 0, shares, 1))).sum(axis=1)
    return bits
