"""From what is sought to documents in order: words, pairs of words, letters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.ranking import feedback
from models.ranking.analyser import stem_words, stems
from models.ranking.fields import Floats
from models.ranking.lookup import Lookup, Sought
from models.ranking.pairs import Pairs
from models.ranking.postings import Postings, best, by_score
from models.ranking.query import Query
from models.ranking.results import Document
from models.ranking.titles import Titles
from models.ranking.trigrams import Trigrams
from models.ranking.words import WordScores
from models.text import normalise

COMPARED = 200
"""So many of the best by their words are compared letter by letter."""


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
    words: WordScores
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
        known = [word.known for word in sought]
        pairs = self.lookup.neighbours(known)
        scores = self._said(sought, pairs)
        self._strike(scores, query)
        if may is not None:
            scores[~may] = 0
        possible = float(self.lookup.idf[[term for terms in known for term in terms]].sum())
        numbers = self._candidates(scores, query, max(most, COMPARED))
        letters = self.letters.likeness(asked, numbers) * np.float32(self.shares.letters * possible)
        final = scores[numbers] + letters
        topic = self._topic(numbers, final) * np.float32(self.shares.topic * possible)
        final += topic
        if factors:
            final *= [factors.get(number, 1.0) for number in numbers.tolist()]
        most_said = final.max(initial=0)
        for number in self.titles.equal(normalise(query.text)):
            final[numbers == number] += most_said
        order = (-final).argsort(kind="stable")[:most]
        return Ranked(numbers[order], final[order], letters[order], topic[order], pairs)

    def _said(self, sought: Sequence[Sought], pairs: Sequence[int]) -> Floats:
        """Return what the words and their pairs say for each document: of a word's ways the best one there."""
        scores = np.zeros(len(self.documents), dtype=np.float32)
        plain: list[tuple[int, float]] = []
        for word in sought:
            if len(word.ways) == 1 and not word.ways[0].together:
                plain += word.ways[0].terms
            elif word.ways:
                self.words.add(scores, word)
        self.postings.add(scores, plain)
        self.pairs.postings_.add(scores, ((row, self.shares.pairs) for row in pairs))
        return scores

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
        first = (-scores).argsort(kind="stable")[: feedback.ASKED]
        about = feedback.topic([self.vectors[n] for n in numbers[first].tolist()], scores[first], len(self.lookup.idf))
        return feedback.likeness(about, numbers, self.postings, self.lookup.idf)

    def _candidates(self, scores: Floats, query: Query, most: int) -> NDArray[np.intp]:
        """Return the `most` best documents by their words in which every phrase of the query stands.

        In order of number, so that they are quicker to look up.
        """
        if not query.phrases:
            return best(scores, most)
        kept: list[int] = []
        for i in by_score(scores).tolist():
            text = normalise(f"{self.documents[i].title}\n{self.documents[i].body}")
            if all(phrase in text for phrase in query.phrases):
                kept.append(i)
            if len(kept) >= most:
                break
        return np.array(sorted(kept), dtype=np.intp)
