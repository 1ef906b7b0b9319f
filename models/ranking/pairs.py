"""Pairs of terms that stand side by side, with function words left out between them."""

from collections.abc import Iterable, Sequence
from typing import Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from models.ranking.fields import Floats, Numbers, Sequences
from models.ranking.postings import Postings
from models.ranking.weights import inverse_frequency, saturated

_TITLE = 3.0  # a pair in a title counts as much as three in the text
_K1 = 1.2  # the same pair twice in a long text is no accident: length takes nothing

Keys = NDArray[np.int64]


class Pairs:
    """An inverted index of pairs of neighbouring terms: words that stand together as they were typed say more.

    References
    ----------
    Metzler, Croft (2005), A Markov Random Field Model for Term Dependencies (ordered windows of two),
    https://doi.org/10.1145/1076034.1076115
    """

    def fit(self, titles: Sequences, bodies: Sequences, stop_terms: Numbers) -> Self:
        """Learn the pairs in titles and bodies, both sequences of terms, of the same documents."""
        self._stop_terms, self._left_out = stop_terms, frozenset(stop_terms.tolist())
        self._n = len(titles.ends)
        keys, documents, counts = self._read(titles, bodies)
        order = np.argsort(keys)
        keys = keys[order]
        first = np.flatnonzero(np.diff(keys, prepend=-1))
        self._keys, self._rows = keys[first], np.arange(len(first), dtype=np.int32)
        by_pair = sp.csr_matrix(
            (counts[order], documents[order], np.append(first, len(keys))), shape=(len(first), self._n)
        )
        by_pair.sum_duplicates()
        standing = np.diff(by_pair.indptr)
        self._idf = inverse_frequency(standing.astype(np.float32), self._n)
        by_pair.data = saturated(by_pair.data, _K1) * np.repeat(self._idf, standing)
        self.postings_ = Postings(by_pair)
        return self

    def changed(self, titles: Sequences, bodies: Sequences, columns: Sequence[int], size: int) -> "Pairs":
        """Return the pairs of `size` documents in which those at `columns` read `titles` and `bodies`."""
        keys, documents, counts = self._read(titles, bodies)
        other = Pairs()
        other._stop_terms, other._left_out, other._n = self._stop_terms, self._left_out, size
        new = np.unique(keys)
        new = new[~self._look_up(new)[1]]
        places = np.searchsorted(self._keys, new)
        other._keys = np.insert(self._keys, places, new)
        numbers = np.arange(len(self._idf), len(self._idf) + len(new), dtype=np.int32)
        other._rows = np.insert(self._rows, places, numbers)
        rare = np.full(len(new), inverse_frequency(np.ones(1, np.float32), self._n)[0], np.float32)
        other._idf = np.concatenate((self._idf, rare))
        rows = other._rows[np.searchsorted(other._keys, keys)]
        by_pair = sp.csr_matrix((counts, (rows, documents)), shape=(len(other._idf), len(columns)))
        by_pair.data = saturated(by_pair.data, _K1) * np.repeat(other._idf, np.diff(by_pair.indptr))
        other.postings_ = self.postings_.replaced(columns, by_pair, size)
        return other

    def leaves_out(self, term: int) -> bool:
        """Whether `term` is a function word, over which its neighbours meet."""
        return term in self._left_out

    def rows(self, pairs: Iterable[tuple[int, int]]) -> list[int]:
        """Return the rows of those pairs of terms that stand anywhere."""
        wanted = np.array(list(pairs), dtype=np.int64).reshape(-1, 2)
        places, is_known = self._look_up(_keys(wanted[:, 0], wanted[:, 1]))
        return self._rows[places[is_known]].tolist()  # type: ignore[no-any-return]

    def _look_up(self, keys: Keys) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
        """Return the place of each of `keys` in `_keys`, and whether it stands there."""
        places = np.searchsorted(self._keys, keys)
        is_known: NDArray[np.bool_] = self._keys.take(places, mode="clip") == keys if len(self._keys) else places < 0
        return places, is_known

    def _read(self, titles: Sequences, bodies: Sequences) -> tuple[Keys, Numbers, Floats]:
        """Return the key of each pair as it comes, the document it stands in and what it counts."""
        in_title, title_of = self._neighbours(titles)
        in_body, body_of = self._neighbours(bodies)
        counts = np.concatenate((np.full(len(in_title), _TITLE, np.float32), np.ones(len(in_body), np.float32)))
        return np.concatenate((in_title, in_body)), np.concatenate((title_of, body_of)), counts

    def _neighbours(self, read: Sequences) -> tuple[Keys, Numbers]:
        owners = read.owners()
        says = ~np.isin(read.numbers, self._stop_terms)
        terms, owners = read.numbers[says].astype(np.int64), owners[says]
        together = owners[1:] == owners[:-1]
        return _keys(terms[:-1], terms[1:])[together], owners[:-1][together]


def _keys(first: Keys, second: Keys) -> Keys:
    return (first << 32) + second
