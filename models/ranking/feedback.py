"""Words that the best answers share: documents that speak of the same thing in more words move up."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.ranking.fields import Floats, Numbers, Sequences
from models.ranking.postings import Postings

ASKED = 5
"""So many of the best documents are asked for their words."""
WORDS = 20
_KEPT = 4096  # documents


class Topic(NamedTuple):
    """Terms and how much each says of what documents have in common, both of shape (terms,)."""

    terms: Numbers
    weights: Floats


class Vectors(dict[int, Topic]):
    """The TF-IDF vector of each document, of length 1, its title counted twice; kept for those asked for last."""

    def __init__(self, title: Sequences, body: Sequences, tags: Sequences, idf: Floats) -> None:
        self._read = (title, title, body, tags)
        self._idf = idf

    def __missing__(self, number: int) -> Topic:
        if len(self) >= _KEPT:
            self.clear()
        terms, counts = np.unique(np.concatenate([field.text(number) for field in self._read]), return_counts=True)
        weights = (1 + np.log(counts)) * self._idf[terms]
        weights /= max(float(np.linalg.norm(weights)), 1e-9)
        vector = self[number] = Topic(terms, weights.astype(np.float32))
        return vector


def topic(vectors: Sequence[Topic], scores: Floats, n_terms: int) -> Topic:
    """Return the terms that weigh most in the mean vector of the best documents, each weighed by its score.

    Parameters
    ----------
    vectors : those of the documents.
    scores : of shape (documents,), the first the highest.
    n_terms : above every term.

    References
    ----------
    Rocchio (1971), Relevance Feedback in Information Retrieval; Lavrenko, Croft (2001), Relevance-Based Language
    Models, https://doi.org/10.1145/383952.383972 (weights by score)
    """
    if not vectors:
        return Topic(np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.float32))
    terms = np.concatenate([vector.terms for vector in vectors])
    sizes = [len(vector.terms) for vector in vectors]
    weights = np.concatenate([vector.weights for vector in vectors]) * (scores / scores[0]).repeat(sizes)
    sums = np.zeros(n_terms, dtype=np.float32)
    np.add.at(sums, terms, weights)
    most = WORDS * len(vectors)  # a term stands once in each vector
    if len(terms) > most:
        there = sums[terms]
        terms = terms[there >= np.partition(there, len(there) - most)[len(there) - most]]
    terms.sort()
    terms = terms[np.concatenate(([True], terms[1:] != terms[:-1]))]
    terms = terms[(-sums[terms]).argsort(kind="stable")[:WORDS]]
    return Topic(terms, sums[terms])


def likeness(about: Topic, numbers: NDArray[np.intp], postings: Postings, idf: Floats) -> Floats:
    """Return how much each of the documents `numbers` says of a topic: 0 nothing, about 1 all of it once."""
    said = np.zeros(postings.weights.shape[1], dtype=np.float32)
    postings.add_together(said, about.terms, about.weights)
    there: Floats = said[numbers]
    return there / np.float32(float(about.weights @ idf[about.terms]) or 1.0)
