"""Words that the best answers share: documents that speak of the same thing in more words move up."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.ranking.fields import Floats, Numbers
from models.ranking.postings import Postings

ASKED = 5
"""So many of the best documents are asked for their words."""
WORDS = 20
_NONE = np.zeros(0, dtype=np.int32)


class Topic(NamedTuple):
    """Terms and how much each says of what the best documents have in common, both of shape (terms,)."""

    terms: Numbers
    weights: Floats


def topic(documents: Sequence[Numbers], scores: Floats, idf: Floats) -> Topic:
    """Return the terms that weigh most in the mean TF-IDF vector of the best documents, each weighed by its score.

    Parameters
    ----------
    documents : the terms of each, in any order.
    scores : of shape (documents,), the first the highest.

    References
    ----------
    Rocchio (1971), Relevance Feedback in Information Retrieval; Lavrenko, Croft (2001), Relevance-Based Language
    Models, https://doi.org/10.1145/383952.383972 (weights by score)
    """
    owners = np.repeat(np.arange(len(documents)), list(map(len, documents)))
    cells, counts = np.unique(owners * len(idf) + np.concatenate([*documents, _NONE]), return_counts=True)
    owners, standing = np.divmod(cells, len(idf))
    vectors = (1 + np.log(counts)) * idf[standing]
    norms = np.sqrt(np.bincount(owners, weights=vectors**2, minlength=len(documents)))
    vectors *= (scores / scores[:1] / np.maximum(norms, 1e-9))[owners]
    terms, places = np.unique(standing.astype(np.int32), return_inverse=True)
    sums = np.bincount(places, weights=vectors, minlength=len(terms)).astype(np.float32)
    most = np.lexsort((terms, -sums))[:WORDS]
    return Topic(terms[most], sums[most])


def likeness(about: Topic, numbers: NDArray[np.intp], postings: Postings, idf: Floats) -> Floats:
    """Return how much each of the documents `numbers` says of a topic: 0 nothing, about 1 all of it once."""
    said = np.zeros(postings.weights.shape[1], dtype=np.float32)
    postings.add(said, zip(about.terms.tolist(), about.weights.tolist(), strict=True))
    there: Floats = said[numbers]
    return there / np.float32(float(about.weights @ idf[about.terms]) or 1.0)
