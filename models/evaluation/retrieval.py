"""How good a ranking is, by judged queries: nDCG, MRR and recall, each at a depth k."""

import math
from collections.abc import Mapping, Sequence


def ndcg_at_k(ranked: Sequence[str], gains: Mapping[str, float], k: int = 10) -> float:
    """Return the discounted gain of the first k over that of the best order there is, 0 to 1.

    The gain of a document is 2^relevance - 1, its discount log2(rank + 1).

    Parameters
    ----------
    ranked : document ids, the best first, each once.
    gains : relevance of each judged document; those not in it have none.

    Raises
    ------
    ValueError
        If no document is relevant: there is no best order then.

    References
    ----------
    Burges et al. (2005), Learning to Rank using Gradient Descent, section 6, https://doi.org/10.1145/1102351.1102363
    """
    ideal = _discounted(sorted(gains.values(), reverse=True)[:k])
    if ideal <= 0:
        raise ValueError("no relevant document: nDCG is undefined")
    return _discounted([gains.get(document, 0.0) for document in ranked[:k]]) / ideal


def mrr_at_k(ranked: Sequence[str], gains: Mapping[str, float], k: int = 10) -> float:
    """Return 1 / rank of the first relevant document among the first k, 0 when there is none.

    References
    ----------
    Voorhees (1999), The TREC-8 Question Answering Track Report, https://trec.nist.gov/pubs/trec8/papers/qa_report.pdf
    """
    return next((1 / rank for rank, document in enumerate(ranked[:k], 1) if gains.get(document, 0) > 0), 0.0)


def recall_at_k(ranked: Sequence[str], gains: Mapping[str, float], k: int = 100) -> float:
    """Return the share of the relevant documents that stand among the first k.

    Raises
    ------
    ValueError
        If no document is relevant.

    References
    ----------
    Manning, Raghavan, Schütze (2008), Introduction to Information Retrieval, section 8.3
    """
    relevant = {document for document, gain in gains.items() if gain > 0}
    if not relevant:
        raise ValueError("no relevant document: recall is undefined")
    return len(relevant.intersection(ranked[:k])) / len(relevant)


def _discounted(gains: Sequence[float]) -> float:
    return sum((2**gain - 1) / math.log2(rank + 1) for rank, gain in enumerate(gains, 1))
