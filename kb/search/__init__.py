"""Search: the index over published articles, and what a person finds in it."""

from kb.search.asking import asked
from kb.search.events import opened, record
from kb.search.facets import AGES
from kb.search.finding import POOL, search, suggest
from kb.search.keeping import favourites, is_favourite, last_read, note_read, set_favourite
from kb.search.results import ArticleHit, Completion, Results
from kb.search.shelves import popular, recent, related

__all__ = [
    "AGES",
    "POOL",
    "ArticleHit",
    "Completion",
    "Results",
    "asked",
    "favourites",
    "is_favourite",
    "last_read",
    "note_read",
    "opened",
    "popular",
    "recent",
    "record",
    "related",
    "search",
    "set_favourite",
    "suggest",
]
