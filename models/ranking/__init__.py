"""The article index: BM25 over stemmed words, a heavier title, spelling by the corpus itself."""

from models.ranking.analyser import (
    STOP_WORDS,
    Analyser,
    Group,
    Synonym,
    built_in_analyser,
    english,
    english_groups,
    is_telling,
    stems,
)
from models.ranking.index import ArticleIndex
from models.ranking.results import Document, Found, Hit, Snippet, Why

__all__ = [
    "STOP_WORDS", "Analyser", "ArticleIndex", "Document", "Found", "Group", "Hit", "Snippet", "Synonym", "Why",
    "built_in_analyser", "english", "english_groups", "is_telling", "stems",
]  # fmt: skip
