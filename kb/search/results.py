"""What a search gives back."""

from __future__ import annotations

from dataclasses import dataclass, field
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

    @property
    def is_pinned(self) -> bool:
        """Whether a lead put it first for this query."""
        return self.why is not None and self.why.is_pinned


@dataclass(frozen=True, slots=True)
class Completion:
    """A title that what is being typed may grow into."""

    id: int
    title: str


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
    age_counts: dict[str, int] = field(default_factory=dict)
    """Key of AGES -> how many were changed within it (older: not within the longest)."""
    verified_counts: dict[bool, int] = field(default_factory=dict)
    """True: somebody has said lately that it still holds. Both keys are there once something was found."""
    completions: tuple[Completion, ...] = ()
    """Titles that what is being typed may grow into, the likeliest first."""
