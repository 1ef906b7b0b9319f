"""Finding: a query becomes the articles this person may see, best first."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Row, Select, bindparam, select
from sqlmodel import Session, col

from kb.articles.reading import ratings
from kb.articles.rows import FINDABLE
from kb.desk import Desk
from kb.labels import Audience, Role
from kb.person import Person
from kb.search.corpus import corpus_for
from kb.search.events import record
from kb.search.facets import Narrowing, counted, matches
from kb.search.results import ArticleHit, Completion, Results
from kb.search.stamps import stamps_of
from kb.search.steering import steered
from kb.tables import Article
from models.ranking import Hit

COMPLETIONS = 3
SHOWN: list[Any] = [
    col(column)
    for column in (Article.id, Article.title, Article.type, Article.audience, Article.verified_at, Article.updated_at)
]
_HITS: dict[bool, Select[Any]] = {
    is_agent: select(*SHOWN).where(col(Article.id).in_(bindparam("ids", expanding=True)), may_be_shown)
    for is_agent, may_be_shown in FINDABLE.items()
}
"""Hits that an agent (True) may see, and others; made once, for they are asked for at every key."""
POOL = 200
"""How many matches are counted and filtered at most."""


def search(
    desk: Desk,
    person: Person,
    query: str,
    *,
    types: Collection[str] = (),
    tags: Collection[str] = (),
    age: str = "",
    is_verified: bool | None = None,
    limit: int = 10,
    exact: bool = False,
    is_final: bool = False,
) -> Results:
    """The articles that answer `query`; anybody may search and finds what the role permits.

    What narrows it down: any of the `types`, all of the `tags`, a key of AGES, whether somebody has verified it lately.
    `exact` takes every word as written. `is_final` records the search at once; who shows results calls `record` then.
    """
    began = time.perf_counter()
    narrowing = Narrowing(types, tags, age, is_verified)
    with desk.reading() as session:
        stamps = stamps_of(session)
        corpus = corpus_for(desk, session, person, stamps)
        look = steered(desk, session, stamps, corpus.index)
        found = look(query, limit=0 if narrowing else limit, exact=exact, pool=POOL)
        known = matches(desk, session, found.ids, corpus.facts, stamps=stamps)
        wanted = [one for one, match in zip(found.ids, known, strict=True) if not narrowing or match.fits(narrowing)]
        best = look(query, limit=limit, exact=exact, pool=limit, allowed=wanted[:limit]) if narrowing else found
        shown = _shown(session, person, best.hits)
        begun = corpus.index.complete(query, limit=COMPLETIONS)
    results = Results(
        query=found.query,
        shown_query=found.shown_query,
        corrections=found.corrections,
        suggestion=found.shown_query if found.corrections and not wanted else None,
        hits=shown,
        found=len(wanted),
        **asdict(counted(known, narrowing)),
        completions=tuple(Completion(int(one.id), one.title) for one in begun),
        milliseconds=(time.perf_counter() - began) * 1000,
    )
    if is_final:
        record(desk, person, results)
    return results


def suggest(desk: Desk, person: Person, text: str, *, limit: int = 3) -> tuple[ArticleHit, ...]:
    """The articles most likely to help with what somebody is writing; records nothing."""
    return search(desk, person, text, limit=limit).hits if text.strip() else ()


def _shown(session: Session, person: Person, hits: Sequence[Hit]) -> tuple[ArticleHit, ...]:
    """The hits as the rows say at this moment; one that this person may no longer find is left out."""
    ids = [int(hit.id) for hit in hits]
    found = session.connection().execute(_HITS[person.may(Role.AGENT)], {"ids": ids}) if ids else ()
    rows = {str(row.id): row for row in found}
    counts = ratings(session, ids)
    return tuple(_hit(hit, rows[hit.id], counts.get(int(hit.id), (0, 0))) for hit in hits if hit.id in rows)


def _hit(hit: Hit, row: Row[Any], counts: tuple[int, int]) -> ArticleHit:
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
