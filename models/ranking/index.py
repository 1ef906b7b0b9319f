"""The article index: fit it on documents, search it."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import scipy.sparse as sp
import Stemmer
from numpy.typing import NDArray

from models.ranking.query import Query, is_topical, parse
from models.ranking.results import Document, Found, Hit, Why
from models.ranking.snippets import marks, snippet
from models.ranking.spelling import Speller, Spelling
from models.ranking.weights import (
    Floats,
    Vocabulary,
    document_frequency,
    inverse_frequency,
    length_normalised,
    saturated,
    stem_map,
)
from models.text import is_code, normalise, tokens, word_tokens

_COMPLETED = 0.5  # what a completed word counts beside one typed in full


@dataclass(frozen=True, slots=True)
class _Sought:
    """One written word of the query: the terms it is looked up by and what each counts."""

    word: str
    terms: tuple[tuple[int, float], ...]
    correction: str | None = None


class ArticleIndex:
    """Ranks articles by BM25 over stemmed words with a heavier title, and finds misspelt words by their letters.

    Parameters
    ----------
    title_weight : how many times an occurrence in the title counts that of one in the body.
    title_share : weight of the title ranked by itself, added to title and body together.
    k1, b : saturation and length normalisation of BM25.

    References
    ----------
    Robertson, Zaragoza (2009), The Probabilistic Relevance Framework, section 3.6 (BM25F),
    https://doi.org/10.1561/1500000019
    """

    def __init__(
        self, *, title_weight: float = 4.0, title_share: float = 0.5, k1: float = 1.2, b: float = 0.75
    ) -> None:
        self.title_weight = title_weight
        self.title_share = title_share
        self.k1 = k1
        self.b = b

    def fit(self, documents: Sequence[Document]) -> Self:
        """Build the index over `documents`, in place of what was there before."""
        self.documents_ = list(documents)
        vocabulary = self.vocabulary_ = Vocabulary()
        titles = vocabulary.count(document.title for document in self.documents_)
        bodies = vocabulary.count(_body(document) for document in self.documents_)
        titles.resize(bodies.shape)
        self.speller_ = Speller().fit(list(vocabulary.tokens), document_frequency(titles + bodies))
        self._stem = Stemmer.Stemmer("english").stemWords
        self.terms_, stems = stem_map(list(vocabulary.tokens), self._stem)
        self.term_of_token_ = stems.indices.tolist()
        self._weigh(titles @ stems, bodies @ stems)
        self.by_title_: dict[str, list[int]] = {}
        for i, document in enumerate(self.documents_):
            self.by_title_.setdefault(normalise(document.title), []).append(i)
        return self

    def _weigh(self, titles, bodies) -> None:  # type: ignore[no-untyped-def]
        n = len(self.documents_)
        titles.sum_duplicates()
        bodies.sum_duplicates()
        idf = inverse_frequency(document_frequency(titles + bodies), n)
        title_idf = inverse_frequency(document_frequency(titles), n)
        title = length_normalised(titles, self.b)
        both = self.title_weight * title + length_normalised(bodies, self.b)
        self.idf_ = idf
        self.title_weights_ = self.title_share * saturated(title, title_idf, self.k1)
        self.weights_ = saturated(both.tocsr(), idf, self.k1) + self.title_weights_
        self.weights_.sort_indices()
        self.title_weights_.sort_indices()

    def search(
        self,
        query: str,
        *,
        limit: int = 10,
        exact: bool = False,
        allowed: Collection[str] | None = None,
        pool: int = 200,
    ) -> Found:
        """Return the documents that answer `query`, the best first.

        Parameters
        ----------
        query : words, "phrases that must stand", -words that must not.
        limit : how many hits come with a snippet.
        exact : take every word as it is written: no correction, no completion.
        allowed : the only ids that may appear; None for all.
        pool : how many ids to return at most.
        """
        parsed = parse(query)
        if not parsed.words or not self.documents_:
            return Found(parsed.text, parsed.text, (), (), (), None)
        sought = self._look_up(parsed, exact)
        scores = self._score(sought)
        self._prefer_title(scores, parsed)
        self._strike(scores, parsed, allowed)
        order = self._phrased(_ranked(scores, len(scores) if parsed.phrases else max(pool, limit)), parsed, pool)
        corrections = tuple((s.word, s.correction) for s in sought if s.correction)
        hits = self._hits(order[:limit], scores, sought, corrections)
        shown = _respelt(parsed.text, corrections)
        ids = tuple(self.documents_[i].id for i in order[:pool])
        return Found(parsed.text, shown, corrections, hits, ids, shown if corrections and not hits else None)

    def _look_up(self, query: Query, exact: bool) -> list[_Sought]:
        topical = [word for word in query.words if is_topical(word)] or list(query.words)
        last = len(topical) - 1
        return [self._sought(word, exact, is_last=i == last) for i, word in enumerate(topical)]

    def _sought(self, word: str, exact: bool, is_last: bool) -> _Sought:
        known = self._known(word_tokens(word))
        if exact or (known and not (is_last and len(word) < 4)) or is_code(word):
            return _Sought(word, tuple((term, 1.0) for term in known))
        whole = normalise(word)
        grown = self._known(self.speller_.completions(whole)) if is_last else []
        if known or grown:
            return _Sought(word, tuple({**dict.fromkeys(grown, _COMPLETED), **dict.fromkeys(known, 1.0)}.items()))
        near = self.speller_.nearest(whole)
        return self._corrected(word, near) if near else _Sought(word, ())

    def _corrected(self, word: str, near: list[Spelling]) -> _Sought:
        """Look `word` up by its nearest spelling; the next ones count half for each edit they are farther off."""
        terms: dict[int, float] = {}
        for spelling in near[:3]:
            for term in self._known((spelling.word,)):
                terms.setdefault(term, 0.5 ** (1 + 2 * (spelling.cost - near[0].cost)) if terms else 1.0)
        return _Sought(word, tuple(terms.items()), near[0].word)

    def _known(self, words: Sequence[str]) -> list[int]:
        stems = self._stem(list(words))
        return list(dict.fromkeys(self.terms_[stem] for stem in stems if stem in self.terms_))

    def _score(self, sought: Sequence[_Sought]) -> Floats:
        scores = np.zeros(len(self.documents_), dtype=np.float32)
        ends, indices, data = self.weights_.indptr, self.weights_.indices, self.weights_.data
        for word in sought:
            for term, weight in word.terms:
                row = slice(ends[term], ends[term + 1])
                scores[indices[row]] += np.float32(weight) * data[row]
        return scores

    def _prefer_title(self, scores: Floats, query: Query) -> None:
        """Put a document first whose title is the query."""
        same = self.by_title_.get(normalise(query.text), [])
        scores[same] += scores.max(initial=0)

    def _strike(self, scores: Floats, query: Query, allowed: Collection[str] | None) -> None:
        for term in self._known(query.excluded):
            scores[self._documents_with(term)] = 0
        for term in self._known([token for phrase in query.phrases for token in tokens(phrase)]):
            lacking = np.ones(len(scores), dtype=bool)
            lacking[self._documents_with(term)] = False
            scores[lacking] = 0
        if allowed is not None:
            may = set(allowed)
            scores[[i for i, document in enumerate(self.documents_) if document.id not in may]] = 0

    def _phrased(self, order: list[int], query: Query, pool: int) -> list[int]:
        """Keep the documents in which every phrase of the query stands."""
        if not query.phrases:
            return order
        kept: list[int] = []
        for i in order:
            document = self.documents_[i]
            text = normalise(f"{document.title}\n{document.body}")
            if all(phrase in text for phrase in query.phrases):
                kept.append(i)
            if len(kept) >= pool:
                break
        return kept

    def _hits(
        self, order: Sequence[int], scores: Floats, sought: Sequence[_Sought], corrections: tuple[tuple[str, str], ...]
    ) -> tuple[Hit, ...]:
        weigh = _Weigher(self, {term: float(self.idf_[term]) for word in sought for term, _ in word.terms}).__getitem__
        whys = self._whys(order, sought, corrections)
        hits = []
        for i, why in zip(order, whys, strict=True):
            document = self.documents_[i]
            found = snippet(document.body, weigh)
            hits.append(Hit(document.id, round(float(scores[i]), 4), found, marks(document.title, weigh), why))
        return tuple(hits)

    def _whys(
        self, order: Sequence[int], sought: Sequence[_Sought], corrections: tuple[tuple[str, str], ...]
    ) -> list[Why]:
        """Return why each document was found: the share of a channel is that of its part of the sum."""
        rows = [i for i, word in enumerate(sought) for _ in word.terms]
        terms = [term for word in sought for term, _ in word.terms]
        counts = np.array([[weight] for word in sought for _, weight in word.terms])
        both = counts * _entries(self.weights_, terms, order)
        title = (counts * _entries(self.title_weights_, terms, order)).sum(axis=0) / np.maximum(both.sum(axis=0), 1e-9)
        by_word = np.zeros((len(sought), len(order)))
        np.add.at(by_word, rows, both)
        whys = []
        for column, share in enumerate(title.tolist()):
            words = tuple(word.word for word, score in zip(sought, by_word[:, column], strict=True) if score)
            parts = (("title", round(share, 3)), ("body", round(1 - share, 3)))
            whys.append(Why(words, tuple(pair for pair in corrections if pair[0] in words), parts))
        return whys

    def _documents_with(self, term: int) -> NDArray[np.int32]:
        found: NDArray[np.int32] = self.weights_.indices[self.weights_.indptr[term] : self.weights_.indptr[term + 1]]
        return found


def _entries(weights: sp.csr_matrix, rows: Sequence[int], columns: Sequence[int]) -> NDArray[np.float64]:
    """Return weights[rows][:, columns] as a dense array, by binary search: SciPy's own indexing takes milliseconds."""
    found = np.zeros((len(rows), len(columns)))
    for i, row in enumerate(rows):
        start, end = weights.indptr[row], weights.indptr[row + 1]
        indices = weights.indices[start:end]
        places = np.searchsorted(indices, columns)
        inside = np.flatnonzero(places < len(indices))
        same = inside[indices[places[inside]] == np.asarray(columns)[inside]]
        found[i, same] = weights.data[start + places[same]]
    return found


class _Weigher(dict[str, float]):
    """How much each written word says, given what the terms sought say; every word is looked up once."""

    def __init__(self, index: ArticleIndex, weights: dict[int, float]) -> None:
        self._numbers = index.vocabulary_.numbers
        self._terms = index.term_of_token_
        self._weights = weights

    def __missing__(self, word: str) -> float:
        weights, terms = self._weights, self._terms
        self[word] = weight = max([weights.get(terms[i], 0.0) for i in self._numbers(word)], default=0.0)
        return weight


def _body(document: Document) -> str:
    return "\n".join((document.body, *document.tags))


def _ranked(scores: Floats, most: int) -> list[int]:
    """Return the numbers of the `most` best documents above 0, equal ones in the order they were given."""
    found: NDArray[np.intp] = np.flatnonzero(scores > 0)
    if len(found) > most:
        least = np.partition(scores[found], len(found) - most)[len(found) - most]
        found = found[scores[found] >= least]
    order: list[int] = found[np.lexsort((found, -scores[found]))][:most].tolist()
    return order


def _respelt(query: str, corrections: tuple[tuple[str, str], ...]) -> str:
    for word, correction in corrections:
        query = query.replace(word, correction)
    return query
