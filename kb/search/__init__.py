"""Search: the index over published articles, and what a person finds in it."""

from kb.search.events import opened
from kb.search.finding import POOL, search, suggest
from kb.search.results import ArticleHit, Results
from kb.search.shelves import popular, recent, related

__all__ = ["POOL", "ArticleHit", "Results", "opened", "popular", "recent", "related", "search", "suggest"]
