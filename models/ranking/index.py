"""The article index: fit it on documents, search it."""

import re
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from models.ranking.analyser import Analyser, stems
from models.ranking.explain import WordWeights, corrections, evidence, explain
from models.ranking.lookup import Lookup, Sought, Way
from models.ranking.query import Query, parse
from models.ranking.results import Document, Found, Hit
from models.ranking.snippets import Sentences, marks, read, snippet
from models.ranking.spelling import Speller
from models.ranking.titles import Titles
from models.ranking.weights import (
    Floats,
    Vocabulary,
    document_frequency,
    inverse_frequency,
    length_normalised,
    saturated,
    saturation,
    stem_map,
)
from models.text import normalise

BOOSTS = (0.8, 1.25)
"""Outcomes may lower and raise a score so far."""
_PLAIN = Analyser()
_FEW = 2  # up to so many documents found, another spelling is offered
_BODIES_KEPT = 2048  # taken apart into sentences, of those shown last


class ArticleIndex:
    """Ranks articles by BM25 over stemmed words with a heavier title, and finds misspelt words by their letters.

    A document's score is the sum of two: BM25F, in which title and body share one saturation, and `title_share` of
    BM25 over the titles alone, in which a word that is rare in titles tells more than one that is rare anywhere.

    Parameters
    ----------
    title_weight : how many times an occurrence in the title counts that of one in the body.
    title_share : weight of the titles ranked by themselves.
    k1, b : saturation and length normalisation of BM25.

    References
    ----------
    Robertson, Zaragoza (2009), The Probabilistic Relevance Framework, section 3.6 (BM25F),
    https://doi.org/10.1561/1500000019
    """

    def __init__(self, *, title_weight: float = 4.0, title_share: float = 0.5, k1: float = 1.2, b: float = 0.6) -> None:
        self.title_weight = title_weight
        self.title_share = title_share
        self.k1 = k1
        self.b = b

    def fit(self, documents: Sequence[Document]) -> Self:
        """Build the index over `documents`, in place of what was there before."""
        self.documents_ = tuple(documents)
        vocabulary = Vocabulary()
        titles = vocabulary.count(document.title for document in documents)
        bodies = vocabulary.count("\n".join((document.body, *document.tags)) for document in documents)
        titles.resize(bodies.shape)
        names = list(vocabulary.tokens)
        terms, stems = stem_map(names)
        self.lookup_ = Lookup(terms, Speller().fit(names, document_frequency(titles + bodies)))
        self.terms_of_word_ = vocabulary.terms(stems)
        self._weigh(sp.csr_matrix(titles @ stems), sp.csr_matrix(bodies @ stems))
        self.numbers_ = {document.id: i for i, document in enumerate(documents)}
        self.titles_ = Titles(document.title for document in documents)
        self._sentences = lru_cache(_BODIES_KEPT)(self._read)
        return self

    def search(
        self,
        query: str,
        *,
        limit: int = 10,
        exact: bool = False,
        allowed: Collection[str] | None = None,
        pool: int = 200,
        analyser: Analyser = _PLAIN,
        boosts: Mapping[str, float] | None = None,
        pins: Sequence[str] = (),
    ) -> Found:
        """Return the documents that answer `query`, the best first.

        Parameters
        ----------
        query : words, "phrases that must stand", -words that must not; cut off after 512 characters.
        limit : how many hits come with a snippet.
        exact : take every word as it is written: no correction, no completion.
        allowed : the only ids that may appear; None for all.
        pool : how many ids to return at most.
        analyser : the stop words and synonyms to read the query with.
        boosts : factors by document id, held within 0.8 and 1.25, on the scores of what matches anyway.
        pins : ids put first, in this order, whatever they say of the query.
        """
        parsed = parse(query)
        if not parsed.words or not self.documents_:
            return Found(parsed.text, parsed.text, (), (), (), None)
        sought = self.lookup_.query(parsed, analyser, exact=exact)
        scores = self._score(sought)
        factors = self._factors(boosts or {})
        for i, factor in factors.items():
            scores[i] *= np.float32(factor)
        scores[self.titles_.equal(normalise(parsed.text))] += scores.max(initial=0)
        self._strike(scores, parsed, allowed)
        pinned = [self.numbers_[one] for one in pins if one in self.numbers_ and (allowed is None or one in allowed)]
        order = list(dict.fromkeys(pinned + self._ranked(scores, parsed, max(pool, limit))))
        changed = corrections(sought)
        ids = tuple(self.documents_[i].id for i in order[:pool])
        nearer = () if changed or len(ids) > _FEW else self.lookup_.suggest(parsed, analyser)
        plain = " ".join(parsed.words) if not ids and (parsed.phrases or parsed.excluded) else None
        return Found(
            query=parsed.text,
            shown_query=_respelt(parsed.text, changed),
            corrections=changed,
            hits=self._hits(order[:limit], scores, sought, factors=factors, pinned=pinned),
            ids=ids,
            suggestion=_respelt(parsed.text, nearer) if nearer else plain,
        )

    def _weigh(self, titles: sp.csr_matrix, bodies: sp.csr_matrix) -> None:
        """Learn what each term says for each document, from counts of shape (documents, terms)."""
        n = len(self.documents_)
        titles.sum_duplicates()
        bodies.sum_duplicates()
        title = length_normalised(titles, self.b)
        both = sp.csr_matrix(self.title_weight * title + length_normalised(bodies, self.b))
        self.idf_ = inverse_frequency(document_frequency(both), n)
        title_idf = inverse_frequency(document_frequency(titles), n)
        alone = self.title_share * saturated(title, title_idf, self.k1)
        within = (self.title_weight * title).multiply(saturation(both, self.k1)) @ sp.diags(self.idf_)
        self.title_weights_ = sp.csr_matrix(within.T + alone, dtype=np.float32)
        self.weights_ = sp.csr_matrix(saturated(both, self.idf_, self.k1) + alone, dtype=np.float32)
        self.title_weights_.sort_indices()
        self.weights_.sort_indices()

    def complete(self, beginning: str, *, limit: int = 5, allowed: Collection[str] | None = None) -> tuple[str, ...]:
        """Return the ids of documents whose titles `beginning` may grow into, those that begin with it first."""
        wanted = normalise(beginning)
        if not wanted:
            return ()
        found = self.titles_.complete(wanted)
        ids = (self.documents_[i].id for i in found)
        return tuple(islice((one for one in ids if allowed is None or one in allowed), limit))

    def _score(self, sought: Sequence[Sought]) -> Floats:
        """Return what the query's words say for each document: of a word's ways the best one there."""
        scores = np.zeros(len(self.documents_), dtype=np.float32)
        for word in sought:
            if len(word.ways) == 1:
                self._add(scores, word.ways[0])
            elif word.ways:
                best = np.zeros_like(scores)
                for way in word.ways:
                    said = np.zeros_like(scores)
                    self._add(said, way)
                    np.maximum(best, said, out=best)
                scores += best
        return scores

    def _add(self, scores: Floats, way: Way) -> None:
        for term, weight in way.terms:
            row = self._row(term)
            scores[self.weights_.indices[row]] += np.float32(weight) * self.weights_.data[row]

    def _factors(self, boosts: Mapping[str, float]) -> dict[int, float]:
        least, most = BOOSTS
        return {self.numbers_[one]: min(max(f, least), most) for one, f in boosts.items() if one in self.numbers_}

    def _row(self, term: int) -> slice:
        return slice(self.weights_.indptr[term], self.weights_.indptr[term + 1])

    def _strike(self, scores: Floats, query: Query, allowed: Collection[str] | None) -> None:
        """Set the scores of documents to 0 that must not be shown."""
        for term in self.lookup_.known(stems(" ".join(query.excluded))):
            scores[self.weights_.indices[self._row(term)]] = 0
        for term in self.lookup_.known(stem for phrase in query.phrases for stem in stems(phrase)):
            lacking = np.ones(len(scores), dtype=bool)
            lacking[self.weights_.indices[self._row(term)]] = False
            scores[lacking] = 0
        if allowed is not None:
            may = frozenset(allowed)
            scores[[i for i, document in enumerate(self.documents_) if document.id not in may]] = 0

    def _ranked(self, scores: Floats, query: Query, most: int) -> list[int]:
        """Return the numbers of the `most` best documents in which every phrase of the query stands."""
        if not query.phrases:
            return _best(scores, most)
        kept: list[int] = []
        for i in _best(scores, len(scores)):
            text = normalise(f"{self.documents_[i].title}\n{self.documents_[i].body}")
            if all(phrase in text for phrase in query.phrases):
                kept.append(i)
            if len(kept) >= most:
                break
        return kept

    def _hits(
        self,
        order: Sequence[int],
        scores: Floats,
        sought: Sequence[Sought],
        *,
        factors: Mapping[int, float],
        pinned: Sequence[int],
    ) -> tuple[Hit, ...]:
        says = {term: float(self.idf_[term]) for word in sought for way in word.ways for term, _ in way.terms}
        weigh = WordWeights(self.terms_of_word_, says).__getitem__
        weights = np.zeros(len(self.idf_), dtype=np.float32)
        weights[list(says)] = list(says.values())
        said = evidence(sought, order, self.weights_, self.title_weights_)
        hits = []
        for place, i in enumerate(order):
            document = self.documents_[i]
            found = snippet(document.body, self._sentences(i), weights, weigh)
            why = explain(said, place, boost=factors.get(i, 1.0), is_pinned=i in pinned)
            hits.append(Hit(document.id, round(float(scores[i]), 4), found, marks(document.title, weigh), why))
        return tuple(hits)

    def _read(self, i: int) -> Sentences:
        return read(self.documents_[i].body, self.terms_of_word_)


def _best(scores: Floats, most: int) -> list[int]:
    """Return the numbers of the `most` best documents above 0, equal ones in the order they were given."""
    found: NDArray[np.intp] = np.flatnonzero(scores > 0)
    if len(found) > most:
        least = np.partition(scores[found], len(found) - most)[len(found) - most]
        found = found[scores[found] >= least]
    order: list[int] = found[np.lexsort((found, -scores[found]))][:most].tolist()
    return order


def _respelt(query: str, changed: Sequence[tuple[str, str]]) -> str:
    for word, correction in changed:
        query = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", correction, query)
    return query
