"""The measures: each formula once, beside its source."""

from models.evaluation.retrieval import mrr_at_k, ndcg_at_k, recall_at_k

__all__ = ["mrr_at_k", "ndcg_at_k", "recall_at_k"]
