"""The article index: fit it on documents, search it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
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
from models.text import is_code, normalise, word_tokens

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
        vocabulary = Vocabulary()
        titles = vocabulary.count(document.title for document in self.documents_)
        bodies = vocabulary.count(_body(document) for document in self.documents_)
        titles.resize(bodies.shape)
        self.speller_ = Speller().fit(list(vocabulary.tokens), document_frequency(titles + bodies))
        self._stem = Stemmer.Stemmer("english").stemWords
        self.terms_, stems = stem_map(list(vocabulary.tokens), self._stem)
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
        order = self._phrased(_ranked(scores, max(pool, limit) if not parsed.phrases else len(scores)), parsed, pool)
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
        tokens = word_tokens(word)
        known = self._known(tokens)
        if exact or (known and not (is_last and len(word) < 4)) or any(map(is_code, tokens)):
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

    def _known(self, tokens: Sequence[str]) -> list[int]:
        stems = self._stem(list(tokens))
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
            scores[self.weights_.indices[self.weights_.indptr[term] : self.weights_.indptr[term + 1]]] = 0
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
        weight = {term: float(self.idf_[term]) for word in sought for term, _ in word.terms}
        weighed: dict[str, float] = {}

        def weigh(word: str) -> float:
            if word not in weighed:
                weighed[word] = max((weight.get(term, 0.0) for term in self._known(word_tokens(word))), default=0.0)
            return weighed[word]

        hits = []
        for i in order:
            document = self.documents_[i]
            why = self._why(i, sought, corrections)
            found = snippet(document.body, weigh)
            hits.append(Hit(document.id, round(float(scores[i]), 4), found, marks(document.title, weigh), why))
        return tuple(hits)

    def _why(self, i: int, sought: Sequence[_Sought], corrections: tuple[tuple[str, str], ...]) -> Why:
        by_word = [sum(w * self.weights_[term, i] for term, w in word.terms) for word in sought]
        title = sum(w * self.title_weights_[term, i] for word in sought for term, w in word.terms)
        total = sum(by_word) or 1.0
        matched = tuple(word.word for word, score in zip(sought, by_word, strict=True) if score)
        parts = (("title", round(float(title / total), 3)), ("body", round(float(1 - title / total), 3)))
        return Why(matched, tuple(pair for pair in corrections if pair[0] in matched), parts)


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
