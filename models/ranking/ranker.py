"""From what is sought to documents in order: words, pairs of words, letters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.ranking import feedback
from models.ranking.analyser import stem_words, stems
from models.ranking.fields import Floats, Numbers
from models.ranking.lookup import Lookup, Sought, Way
from models.ranking.pairs import Pairs
from models.ranking.postings import Postings, best
from models.ranking.query import Query
from models.ranking.results import Document
from models.ranking.titles import Titles
from models.ranking.trigrams import Trigrams
from models.text import normalise

COMPARED = 200
"""So many of the best by their words are compared letter by letter."""
_MANY = 32
"""A word found in more than one of so many documents is added to all: quicker than picking them."""


Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Shares:
    """What each kind of evidence counts beside the words."""

    pairs: float
    letters: float
    topic: float


@dataclass(frozen=True, slots=True)
class Ranked:
    """Documents by number, the best first, each with its score and the parts of it that letters and topic gave.

    `pairs` are the rows of the pairs of words that were looked for.
    """

    numbers: NDArray[np.intp]
    scores: Floats
    letters: Floats
    topic: Floats
    pairs: Sequence[int]

    def of(self, documents: Sequence[int]) -> Floats:
        """Return the score of each document and the parts of letters and topic, (documents, 3); 0 if not ranked."""
        said = np.zeros((len(documents), 3), dtype=np.float32)
        places = {number: place for place, number in enumerate(self.numbers.tolist())}
        found = [(n, places[number]) for n, number in enumerate(documents) if number in places]
        for n, place in found:
            said[n] = self.scores[place], self.letters[place], self.topic[place]
        return said


@dataclass(frozen=True, slots=True)
class Ranker:
    """Scores the documents of an index; see ArticleIndex for the shares."""

    documents: Sequence[Document]
    postings: Postings
    pairs: Pairs
    letters: Trigrams
    titles: Titles
    lookup: Lookup
    vectors: feedback.Vectors
    shares: Shares

    def rank(
        self,
        query: Query,
        *,
        sought: Sequence[Sought],
        asked: str,
        factors: Mapping[int, float],
        may: NDArray[np.bool_] | None,
        most: int,
    ) -> Ranked:
        """Return at most `most` documents that match and `may` appear; `asked` is compared with titles by letters."""
        pairs = self.lookup.neighbours(sought)
        scores = self._said(sought, pairs)
        self._strike(scores, query)
        if may is not None:
            scores[~may] = 0
        possible = float(self.lookup.idf[[term for word in sought for term in word.known]].sum())
        numbers = np.sort(self._candidates(scores, query, max(most, COMPARED)))  # in order: quicker to look up
        letters = self.letters.likeness(asked, numbers) * np.float32(self.shares.letters * possible)
        final = scores[numbers] + letters
        topic = self._topic(numbers, final) * np.float32(self.shares.topic * possible)
        final += topic
        if factors:
            final *= [factors.get(number, 1.0) for number in numbers.tolist()]
        most_said = final.max(initial=0)
        for number in self.titles.equal(normalise(query.text)):
            final[numbers == number] += most_said
        order = np.argsort(-final, kind="stable")[:most]
        return Ranked(numbers[order], final[order], letters[order], topic[order], pairs)

    def _said(self, sought: Sequence[Sought], pairs: Sequence[int]) -> Floats:
        """Return what the words and their pairs say for each document: of a word's ways the best one there."""
        scores = np.zeros(len(self.documents), dtype=np.float32)
        of_word, of_way = np.zeros_like(scores), np.zeros_like(scores)
        plain: list[tuple[int, float]] = []
        for word in sought:
            if len(word.ways) == 1 and not word.ways[0].together:
                plain += word.ways[0].terms
            elif word.ways:
                self._add_best(scores, word.ways, of_word, of_way)
        self.postings.add(scores, plain)
        self.pairs.postings_.add(scores, ((row, self.shares.pairs) for row in pairs))
        return scores

    def _add_best(self, scores: Floats, ways: Sequence[Way], of_word: Floats, of_way: Floats) -> None:
        """Add what the best of `ways` says for each document; the last two (documents,) are 0, and left so."""
        reached: list[Places] = []
        for way in ways:
            found, said = self._together(way) if way.together else self._each(way, of_way)
            documents = found.astype(np.intp)  # once, instead of each time it picks
            of_word[documents] = np.maximum(of_word[documents], said) if reached else said
            reached.append(documents)
        if sum(map(len, reached)) > len(scores) // _MANY:
            scores += of_word
            of_word.fill(0)
        else:
            documents = np.concatenate(reached)
            scores[documents] += of_word[documents]  # a document that comes twice is added to once
            of_word[documents] = 0

    def _together(self, way: Way) -> tuple[Numbers, Floats]:
        """Return the documents in which the words of a way stand side by side, and what it says for them."""
        pairs = self.pairs.postings_
        documents = min((pairs.row(row)[0] for row in way.together), key=len)
        for row in way.together:
            documents = documents[pairs.at(row, documents) > 0]
        said = np.zeros(len(documents), dtype=np.float32)
        for term, factor in way.terms:
            said += np.float32(factor) * self.postings.at(term, documents)
        return documents, said

    def _each(self, way: Way, of_way: Floats) -> tuple[Numbers, Floats]:
        """Return the documents in which a term of a way stands, some more than once, and what it says for them."""
        if len(way.terms) == 1:
            ((term, factor),) = way.terms
            documents, said = self.postings.row(term)
            return documents, said * np.float32(factor)
        self.postings.add(of_way, way.terms)
        documents = self.postings.documents(term for term, _ in way.terms)
        said = of_way[documents]
        of_way[documents] = 0
        return documents, said

    def _strike(self, scores: Floats, query: Query) -> None:
        """Set the scores of documents to 0 that have an excluded word or lack a word of a phrase."""
        if query.excluded:
            scores[self.postings.documents(self.lookup.known(stem_words(query.excluded)))] = 0
        for term in self.lookup.known(stem for phrase in query.phrases for stem in stems(phrase)):
            lacks = np.ones(len(scores), dtype=bool)
            lacks[self.postings.row(term)[0]] = False
            scores[lacks] = 0

    def _topic(self, numbers: NDArray[np.intp], scores: Floats) -> Floats:
        """Return how much each document says of what the best ones have in common."""
        first = np.argsort(-scores, kind="stable")[: feedback.ASKED]
        about = feedback.topic([self.vectors[n] for n in numbers[first].tolist()], scores[first], len(self.lookup.idf))
        return feedback.likeness(about, numbers, self.postings, self.lookup.idf)

    def _candidates(self, scores: Floats, query: Query, most: int) -> NDArray[np.intp]:
        """Return the `most` best documents by their words in which every phrase of the query stands."""
        if not query.phrases:
            return best(scores, most)
        kept: list[int] = []
        for i in best(scores, len(scores)).tolist():
            text = normalise(f"{self.documents[i].title}\n{self.documents[i].body}")
            if all(phrase in text for phrase in query.phrases):
                kept.append(i)
            if len(kept) >= most:
                break
        return np.array(kept, dtype=np.intp)
