"""Steering: what leads and readers have taught the search goes with every query to the index."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Protocol

from sqlmodel import Session

from kb.desk import Desk
from kb.search import outcomes, pins, wording
from kb.search.asking import asked
from models.ranking import ArticleIndex, Found


class Look(Protocol):
    """A search of one index with all that steers it."""

    def __call__(
        self, query: str, *, limit: int, exact: bool, pool: int, allowed: Collection[str] | None = None
    ) -> Found: ...


def steered(desk: Desk, session: Session, stamps: Mapping[str, int], index: ArticleIndex) -> Look:
    """The index, searched with the words leads have taught it, what outcomes changed, and pins.

    A query that is corrected is steered by what it was corrected to.
    """
    analyser = wording.analyser(desk, session, stamps)

    def look(query: str, *, limit: int, exact: bool, pool: int, allowed: Collection[str] | None = None) -> Found:
        def ask(words: str) -> Found:
            factors, first = outcomes.boosts(desk, session, stamps, words), pins.for_query(desk, session, stamps, words)
            return index.search(
                query,
                limit=limit,
                exact=exact,
                allowed=allowed,
                pool=pool,
                analyser=analyser,
                boosts=factors,
                pins=first,
            )

        typed = asked(query)
        found = ask(typed)
        meant = asked(found.shown_query) if found.corrections else typed
        return found if meant == typed or not _knows(desk, session, stamps, meant) else ask(meant)

    return look


def _knows(desk: Desk, session: Session, stamps: Mapping[str, int], words: str) -> bool:
    """Whether anything was pinned to these words or learned of them."""
    return bool(pins.for_query(desk, session, stamps, words)) or outcomes.knows(desk, session, stamps, words)
