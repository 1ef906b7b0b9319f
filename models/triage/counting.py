"""What stands in texts laid end to end, as cells of a matrix: words, pairs of them, signs."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from models.triage.reading import Ints, Laid

Floats = NDArray[np.float64]


class Pairs(NamedTuple):
    """Pairs of tokens: the place of the left and of the right one, and the code of their words; each (n_pairs,)."""

    left: Ints
    right: Ints
    code: Ints


class Cells(NamedTuple):
    """Values to add up in the cells of a matrix, each of shape (n,)."""

    row: Ints
    column: Ints
    value: Floats


def once(row: Ints, column: Ints) -> Cells:
    """Return a one for each row and column."""
    return Cells(row, column, np.ones(len(row)))


def matrix(cells: Cells, shape: tuple[int, int]) -> sp.csr_matrix:
    """Return the matrix of these cells."""
    added = sp.coo_matrix((cells.value, (cells.row, cells.column)), shape=shape).tocsr()
    added.sum_duplicates()
    return added


def find_pairs(known: Ints, text: Ints, n_words: int, reach: int) -> Pairs:
    """Return every pair of different known words of one text at most `reach` tokens apart.

    `known` (n_tokens,) are their columns, below 0 for other words; a pair's code is lower column * `n_words` + higher
    column.
    """
    found = []
    for step in range(1, reach + 1):
        a, b = known[:-step], known[step:]
        left = np.flatnonzero((a >= 0) & (b >= 0) & (a != b) & (text[:-step] == text[step:]))
        found.append((left, left + step, np.minimum(a, b)[left] * n_words + np.maximum(a, b)[left]))
    return Pairs(*(np.concatenate(parts) for parts in zip(*found, strict=True)))


def find_opening_pairs(known: Ints, laid: Laid, n_words: int, opening: int) -> Pairs:
    """Return every pair of different known words among the first `opening` tokens of a text."""
    opens = np.flatnonzero(laid.position < opening)
    left, right, code = find_pairs(known[opens], laid.text[opens], n_words, opening - 1)
    return Pairs(opens[left], opens[right], code)


def frequent(pairs: Pairs, text: Ints, least: int) -> Ints:
    """Return the codes of the pairs that stand in at least so many texts, in order."""
    codes, n_texts = seen_in(pairs.code, text[pairs.left])
    return codes[n_texts >= least]


def count_pairs(pairs: Pairs, known: Ints, row: Ints, *, by_token: bool) -> Cells:
    """Count the pairs whose codes are among the sorted `known`; by token each gives half to both."""
    column = np.minimum(np.searchsorted(known, pairs.code), max(0, len(known) - 1))
    is_known = known[column] == pairs.code if len(known) else np.zeros(len(pairs.code), dtype=bool)
    left, right, column = pairs.left[is_known], pairs.right[is_known], column[is_known]
    if by_token:
        both, twice = np.concatenate([row[left], row[right]]), np.concatenate([column, column])
        return Cells(both, twice, np.full(len(both), 0.5))
    return once(row[left], column)


def count_signs(laid: Laid, row: Ints, *, by_token: bool) -> Cells:
    """Count the signs; by token each gives the same to all it covers, one together."""
    number, first, stop = laid.signs.T
    if not by_token:
        return once(row[first], number)
    length = stop - first
    place = np.repeat(first - (np.cumsum(length) - length), length) + np.arange(length.sum())
    return Cells(row[place], np.repeat(number, length), 1 / np.repeat(length, length))


def seen_in(what: Ints, text: Ints) -> tuple[Ints, Ints]:
    """Return the different values of `what` (n,) in order, and in how many texts each stands."""
    n_all = int(text.max(initial=0)) + 1
    cells = np.sort(what * n_all + text)  # np.unique would hash them, and take three times as long
    found, n_texts = np.unique_counts(cells[np.diff(cells, prepend=-1) > 0] // n_all)
    return found, n_texts
