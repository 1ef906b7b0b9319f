"""What a search gives back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kb.labels import Audience
from models.ranking import Snippet, Why


@dataclass(frozen=True, slots=True)
class ArticleHit:
    """One result. `title_marks` and `snippet.marks` are the (start, end) of the words that matched."""

    id: int
    title: str
    title_marks: tuple[tuple[int, int], ...]
    type: str
    snippet: Snippet
    helped: int
    rated: int
    verified_at: datetime | None
    updated_at: datetime
    why: Why | None
    audience: Audience
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Results:
    """What a search gave. `shown_query` is the query after corrections; the counts are of all that matched."""

    query: str
    shown_query: str
    corrections: tuple[tuple[str, str], ...]
    suggestion: str | None
    hits: tuple[ArticleHit, ...]
    found: int
    type_counts: dict[str, int]
    tag_counts: dict[str, int]
    milliseconds: float
