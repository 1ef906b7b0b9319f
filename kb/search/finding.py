"""Finding: a query becomes the articles this person may see, best first."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from kb.articles.reading import ratings
from kb.articles.rows import may_find
from kb.desk import Desk
from kb.labels import Audience
from kb.person import Person
from kb.search.corpus import Facts, corpus_for
from kb.search.events import record
from kb.search.results import ArticleHit, Results
from kb.tables import Article
from models.ranking import Hit

POOL = 200
"""How many matches are counted and filtered at most."""
MOST_LABELS = 12


def search(
    desk: Desk,
    person: Person,
    query: str,
    *,
    types: Collection[str] = (),
    tags: Collection[str] = (),
    limit: int = 10,
    exact: bool = False,
    is_final: bool = False,
) -> Results:
    """The articles that answer `query`; anybody may search and finds what the role permits.

    `types` and `tags` narrow it down (any of the types, all of the tags). `exact` takes every word as written.
    `is_final` records the search for the figures; what the same searcher typed on the way to it is replaced.
    """
    began = time.perf_counter()
    with desk.reading() as session:
        corpus = corpus_for(desk, session, person)
        is_narrowed = bool(types or tags)
        found = corpus.index.search(query, limit=0 if is_narrowed else limit, exact=exact, pool=POOL)
        wanted = [one for one in found.ids if _fits(corpus.facts[one], types, tags)]
        hits = found.hits
        if is_narrowed and wanted:
            hits = corpus.index.search(query, limit=limit, exact=exact, allowed=wanted[:limit]).hits
        shown = _shown(session, person, hits)
    matches = [corpus.facts[one] for one in found.ids]
    results = Results(
        query=found.query,
        shown_query=found.shown_query,
        corrections=found.corrections,
        suggestion=found.shown_query if found.corrections and not wanted else None,
        hits=shown,
        found=len(wanted),
        type_counts=_counted(match.type for match in matches if _fits(match, (), tags)),
        tag_counts=_counted(tag for match in matches if _fits(match, types, tags) for tag in match.tags),
        milliseconds=(time.perf_counter() - began) * 1000,
    )
    if is_final and results.query:
        record(desk, person, results)
    return results


def suggest(desk: Desk, person: Person, text: str, *, limit: int = 3) -> tuple[ArticleHit, ...]:
    """The articles most likely to help with what somebody is writing; records nothing."""
    return search(desk, person, text, limit=limit).hits if text.strip() else ()


def _fits(match: Facts, types: Collection[str], tags: Collection[str]) -> bool:
    return (not types or match.type in types) and set(tags) <= set(match.tags)


def _shown(session: Session, person: Person, hits: Sequence[Hit]) -> tuple[ArticleHit, ...]:
    """The hits as the rows say at this moment; one that this person may no longer find is left out."""
    ids = [int(hit.id) for hit in hits]
    query = select(Article).where(col(Article.id).in_(ids), may_find(person)).options(defer(Article.body))  # type: ignore[arg-type]
    rows = {str(row.id): row for row in session.exec(query).all()} if ids else {}
    counts = ratings(session, ids)
    return tuple(_hit(hit, rows[hit.id], counts.get(int(hit.id), (0, 0))) for hit in hits if hit.id in rows)


def _hit(hit: Hit, row: Article, counts: tuple[int, int]) -> ArticleHit:
    return ArticleHit(
        id=row.id or 0,
        title=row.title,
        title_marks=hit.title_marks,
        type=row.type,
        snippet=hit.snippet,
        helped=counts[0],
        rated=counts[1],
        verified_at=row.verified_at,
        updated_at=row.updated_at,
        why=hit.why,
        audience=Audience(row.audience),
        score=hit.score,
    )


def _counted(labels: Iterable[str]) -> dict[str, int]:
    """Each label with how often it comes, the most frequent first; the empty one counts nothing."""
    counts = Counter(filter(None, labels))
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:MOST_LABELS])
