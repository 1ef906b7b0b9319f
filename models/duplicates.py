"""Reports of the same trouble: what a search by title and one by the whole text find, and how alike the texts are."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Self

import numpy as np
import scipy.sparse as sp

from models.likeness import Likeness, between
from models.ranking import ArticleIndex, Document, Hit, is_telling
from models.ranking.postings import best
from models.text import normalise

LEAST_WORDS = 2
_LIKENESS = 3.0  # what a likeness of 1 counts beside the first place in a search
_LEAST, _SHARE = (0.05, 0.08), (0.2, 0.3)  # the likeness that is worth naming, and its share of the likest one's, to a
# title and to a title with text. With 50 bug reports of which none is of the same trouble 2.9 and 3.2 are named (3.9
# and 4.9 without) of at most five; with one that is, 2.9 and 2.8 (4.2 and 4.9), this one in 82 and 92 % (84 and 93 %)
_HALF = 40  # the place in a search that counts half of the first; both chosen on half of the queries of jira_dups


class Reports:
    """Ranks reports by how likely they are of the same trouble as a new one.

    A title alone is searched for as in any search. With a text there are three votes: the places in a search by the
    title and in one by all of it, and the likeness of all of it.

    References
    ----------
    Fox, Shaw (1994), Combination of Multiple Searches (CombSUM), TREC-2.
    """

    def fit(self, reports: Sequence[Document]) -> Self:
        """Learn the reports, in place of those there before."""
        texts = list(map(_text, reports))
        self.index_ = ArticleIndex().fit(reports)
        self.likeness_ = Likeness().fit(texts)
        self._hold([report.id for report in reports], self.likeness_.rows(texts))
        return self

    def changed(self, reports: Sequence[Document], gone: Collection[str] = ()) -> Reports:
        """Return these with `reports` new or in place of those of the same id, and without those `gone`."""
        other = Reports()
        other.index_, other.likeness_ = self.index_.changed(reports, gone), self.likeness_
        left = {*gone, *(report.id for report in reports)}
        kept = [n for n, id in enumerate(self.ids_) if id not in left]
        ids = [*(self.ids_[n] for n in kept), *(report.id for report in reports)]
        rows = self.likeness_.rows([_text(report) for report in reports])
        other._hold(ids, sp.vstack((self.rows_[kept], rows), "csr"))
        return other

    def search(
        self,
        title: str,
        body: str = "",
        *,
        limit: int = 10,
        allowed: Collection[str] | None = None,
        without: Collection[str] = (),
    ) -> list[Hit]:
        """Return those of the `limit` likeliest that have two telling words in common with the new report.

        One whose text is hardly like it, or far less than that of another, is left out.
        """
        text = f"{title}\n{body}".strip()
        row = self.likeness_.rows([text])
        pins = self._likeliest(title, text, row, limit, allowed, without) if title and body else None
        may = allowed if pins is None else pins  # pinned, they come in their order with marks and words of their own
        found = self.index_.search(text, limit=limit, allowed=may, without=without, pins=pins or ())
        worth = self._worth_naming(row, [hit.id for hit in found.hits], is_whole=pins is not None)
        return [hit for hit in found.hits if hit.id in worth and len(telling(hit.why.words)) >= LEAST_WORDS]

    def _worth_naming(self, row: sp.csr_matrix, ids: Sequence[str], *, is_whole: bool) -> set[str]:
        """Return those of `ids` that are like enough to the text of `row`, a title alone unless `is_whole`."""
        likeness = between(self.rows_[self._numbers(ids)], row).ravel()
        floor = max(_LEAST[is_whole], _SHARE[is_whole] * likeness.max(initial=0))
        return {id for id, like in zip(ids, likeness.tolist(), strict=True) if like >= floor}

    def _likeliest(
        self,
        title: str,
        text: str,
        row: sp.csr_matrix,
        limit: int,
        allowed: Collection[str] | None,
        without: Collection[str],
    ) -> list[str]:
        votes = _LIKENESS * (row @ self.columns_).toarray().ravel()
        for query in (title, text):
            ids = self.index_.search(query, limit=0, allowed=allowed, without=without).ids
            votes[self._numbers(ids)] += _HALF / (_HALF + np.arange(len(ids)))
        if allowed is not None:
            votes[np.setdiff1d(np.arange(len(votes)), self._numbers(allowed))] = 0
        votes[self._numbers(without)] = 0
        found = best(votes, limit)
        return [self.ids_[n] for n in found[(-votes[found]).argsort(kind="stable")].tolist()]

    def _hold(self, ids: Sequence[str], rows: sp.csr_matrix) -> None:
        self.ids_, self.rows_, self.columns_ = ids, rows, rows.T.tocsr()
        self.numbers_ = {id: n for n, id in enumerate(ids)}

    def _numbers(self, ids: Iterable[str]) -> list[int]:
        return [self.numbers_[id] for id in ids if id in self.numbers_]


def telling(words: Iterable[str]) -> tuple[str, ...]:
    """Return those of `words` that are none of asking; one written in two ways (Mail, mail) once, as it came first."""
    first: dict[str, str] = {}
    for word in words:
        first.setdefault(normalise(word), word)
    return tuple(word for word in first.values() if is_telling(word))


def _text(report: Document) -> str:
    return f"{report.title}\n{report.body}"
