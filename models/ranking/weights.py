"""How much each term says for each document: BM25F over the fields, and BM25 over the titles alone."""

from collections.abc import Mapping, Sequence
from typing import Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from models.ranking.fields import FIELDS, Floats, Numbers

Counts = Sequence[sp.csr_matrix]
"""One matrix (documents, terms) for each of FIELDS."""


class FieldWeights:
    """Weights of terms: the sum of BM25F, in which the fields share one saturation, and a share of the titles' BM25.

    In the second a word that is rare in titles tells more than one that is rare anywhere.

    Parameters
    ----------
    fields : how many times an occurrence in each field counts that of one in the body.
    title_share : weight of the titles ranked by themselves.
    k1, b : saturation and length normalisation of BM25.

    References
    ----------
    Robertson, Zaragoza (2009), The Probabilistic Relevance Framework: BM25 and Beyond, sections 3.4 and 3.6 (BM25F),
    https://doi.org/10.1561/1500000019
    """

    def __init__(self, fields: Mapping[str, float], *, title_share: float, k1: float, b: float) -> None:
        self.fields = fields
        self.title_share = title_share
        self.k1 = k1
        self.b = b

    def fit(self, counts: Counts) -> Self:
        """Learn how long the fields are and in how many documents each term stands."""
        lengths = [np.asarray(field.sum(axis=1)).ravel() for field in counts]
        self.means_ = [float(length[length > 0].mean()) if length.any() else 1.0 for length in lengths]
        self.n_ = counts[0].shape[0]
        self.idf_ = inverse_frequency(document_frequency(sum(counts[1:], counts[0])), self.n_)
        self.title_idf_ = inverse_frequency(document_frequency(counts[0]), self.n_)
        return self

    def grown(self, n_terms: int) -> "FieldWeights":
        """Return these weights for `n_terms` terms; those not met by `fit` count as standing in one document."""
        other = FieldWeights(self.fields, title_share=self.title_share, k1=self.k1, b=self.b)
        other.means_, other.n_ = self.means_, max(self.n_, 1)
        new = np.full(n_terms - len(self.idf_), inverse_frequency(np.ones(1, np.float32), self.n_)[0], np.float32)
        other.idf_ = np.concatenate((self.idf_, new))
        other.title_idf_ = np.concatenate((self.title_idf_, new))
        return other

    def transform(self, counts: Counts) -> sp.csr_matrix:
        """Return what each term says for each document, of shape (documents, terms)."""
        normal = [self._normalised(n, field) for n, field in enumerate(counts)]
        both = sum((self.fields[name] * field for name, field in zip(FIELDS, normal, strict=True)), 0 * normal[0])
        title = _saturated(normal[0], self.k1) @ sp.diags(self.title_share * self.title_idf_)
        return sp.csr_matrix(_saturated(both, self.k1) @ sp.diags(self.idf_) + title, dtype=np.float32)

    def portions(self, terms: Numbers, counts: NDArray[np.integer], lengths: NDArray[np.integer]) -> Floats:
        """Return what `terms` (t,) say for d documents through each field; over the fields they sum to the weights.

        `counts` (d, t, fields) says how often each term stands there, `lengths` (d, fields) how long the fields are;
        the result is of the shape of `counts`.
        """
        scale = 1 - self.b + self.b * lengths / np.array(self.means_)
        normal = counts / np.maximum(scale, 1e-9)[:, None]
        weighted = normal * np.array([self.fields[name] for name in FIELDS])
        rate = self.idf_[terms] * (self.k1 + 1) / (weighted.sum(axis=2) + self.k1)
        portions: Floats = (rate[..., None] * weighted).astype(np.float32)
        title = normal[..., 0]
        portions[..., 0] += self.title_share * self.title_idf_[terms] * title * (self.k1 + 1) / (title + self.k1)
        return portions

    def _normalised(self, number: int, counts: sp.csr_matrix) -> sp.csr_matrix:
        """Return tf / (1 - b + b * length / mean length), so that a long text wins nothing by being long."""
        lengths = np.asarray(counts.sum(axis=1)).ravel()
        scale = 1 - self.b + self.b * lengths / self.means_[number]
        return sp.csr_matrix(sp.diags(1 / np.maximum(scale, 1e-9)) @ counts, dtype=np.float32)


def document_frequency(counts: sp.csr_matrix) -> Floats:
    """Return in how many rows of `counts` each column stands, of shape (columns,)."""
    return np.bincount(counts.indices, minlength=counts.shape[1]).astype(np.float32)


def inverse_frequency(frequency: Floats, n_documents: int) -> Floats:
    """Return ln(1 + (N - df + 0.5) / (df + 0.5)): rare terms say more.

    References
    ----------
    Robertson, Zaragoza (2009), eq. 3.3, with Lucene's 1 +, which keeps it positive.
    """
    weights: Floats = np.log1p((n_documents - frequency + 0.5) / (frequency + 0.5)).astype(np.float32)
    return weights


def saturated(frequencies: Floats, k1: float) -> Floats:
    """Return tf (k1 + 1) / (tf + k1): k1 -> 0 asks only whether a term stands, large k1 how often."""
    return frequencies * np.float32(k1 + 1) / (frequencies + np.float32(k1))


def _saturated(frequencies: sp.csr_matrix, k1: float) -> sp.csr_matrix:
    """Return the same of every entry."""
    worth = frequencies.copy()
    worth.data = saturated(frequencies.data, k1)
    return worth
