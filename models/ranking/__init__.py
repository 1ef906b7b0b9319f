"""The article index: BM25 over stemmed words, a heavier title, spelling by the corpus itself."""

from models.ranking.index import ArticleIndex
from models.ranking.results import Document, Found, Hit, Snippet, Why

__all__ = ["ArticleIndex", "Document", "Found", "Hit", "Snippet", "Why"]
