"""Finding: a query becomes the articles this person may see, best first."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from kb.articles.reading import ratings
from kb.articles.rows import may_find
from kb.desk import Desk
from kb.labels import Audience
from kb.person import Person
from kb.search.corpus import index_for
from kb.search.events import record
from kb.search.results import ArticleHit, Results
from kb.tables import Article, ArticleTag
from models.ranking import Hit

POOL = 200
"""How many matches are counted and filtered at most."""
MOST_LABELS = 12


@dataclass(frozen=True, slots=True)
class _Match:
    """What the database says now of one match."""

    id: int
    type: str
    tags: tuple[str, ...]


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
        index = index_for(desk, session, person)
        found = index.search(query, limit=0, exact=exact, pool=POOL)
        matches = _matches(session, person, found.ids)
        wanted = [match for match in matches if _fits(match, types, tags)]
        shown = [match.id for match in wanted[:limit]]
        ranked = index.search(query, limit=limit, exact=exact, allowed=[str(one) for one in shown]) if shown else found
        hits = _hits(session, ranked.hits, shown)
    results = Results(
        query=found.query,
        shown_query=found.shown_query,
        corrections=found.corrections,
        suggestion=found.shown_query if found.corrections and not wanted else None,
        hits=hits,
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


def _matches(session: Session, person: Person, ids: Sequence[str]) -> list[_Match]:
    """The matches this person may see at this moment, in the order of `ids`: what was withdrawn meanwhile is out."""
    numbers = [int(article_id) for article_id in ids]
    tags: defaultdict[int, list[str]] = defaultdict(list)
    tagged = select(ArticleTag.article_id, ArticleTag.tag).where(col(ArticleTag.article_id).in_(numbers))
    for article_id, tag in session.exec(tagged.order_by(ArticleTag.tag)).all():
        tags[article_id].append(tag)
    query = select(Article.id, Article.type).where(col(Article.id).in_(numbers), may_find(person))
    types = dict(session.exec(query).all())
    return [_Match(number, types[number], tuple(tags[number])) for number in numbers if number in types]


def _fits(match: _Match, types: Collection[str], tags: Collection[str]) -> bool:
    return (not types or match.type in types) and set(tags) <= set(match.tags)


def _hits(session: Session, hits: Sequence[Hit], ids: Sequence[int]) -> tuple[ArticleHit, ...]:
    query = select(Article).where(col(Article.id).in_(ids)).options(defer(Article.body))  # type: ignore[arg-type]
    rows = {str(row.id): row for row in session.exec(query).all()}
    counts = ratings(session, ids)
    return tuple(_hit(hit, rows[hit.id], counts.get(int(hit.id), (0, 0))) for hit in hits)


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
