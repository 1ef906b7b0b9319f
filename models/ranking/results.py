"""What goes into the index and what a search gives back."""

from dataclasses import dataclass

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Document:
    """One article: `body` is plain text or Markdown, whose heading lines name the part a snippet stands under."""

    id: str
    title: str
    body: str
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Snippet:
    """The sentence that matches best, the spans of the matched words in it, and its heading ("" if none)."""

    text: str
    marks: tuple[Span, ...]
    heading: str


@dataclass(frozen=True, slots=True)
class Why:
    """Why a document was found.

    The query words matched, the spellings corrected, each channel's share (they sum to 1), the synonyms used (typed,
    meant), the factor that outcomes put on the score, and whether somebody pinned it to this query.
    """

    words: tuple[str, ...]
    corrections: tuple[tuple[str, str], ...]
    parts: tuple[tuple[str, float], ...]
    synonyms: tuple[tuple[str, str], ...] = ()
    boost: float = 1.0
    is_pinned: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """One document shown, with the best sentence in it."""

    id: str
    score: float
    snippet: Snippet
    title_marks: tuple[Span, ...]
    why: Why


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to one query.

    `shown_query` is the query after spelling correction (the query itself when nothing was corrected), `ids` all
    matching documents in rank order up to the pool, `suggestion` a nearer spelling to offer when little matched.
    """

    query: str
    shown_query: str
    corrections: tuple[tuple[str, str], ...]
    hits: tuple[Hit, ...]
    ids: tuple[str, ...]
    suggestion: str | None
