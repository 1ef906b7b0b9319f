"""The evidence of outcomes: what was shown, opened and fixed, and what readers said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlmodel import Session, col, func, select

from kb.search.asking import asked
from kb.search.events import OPENING
from kb.tables import Deflection, OutcomeReset, Rating, SearchEvent
from models.outcomes import HALF_LIFE_DAYS, Showing, Verdict

HORIZON = timedelta(days=6 * HALF_LIFE_DAYS)
"""What is older counts less than a sixtieth and is not read."""
MOST = 20_000
"""Searches and judgements read at most, the newest."""
OPENED, HELPED = 0.5, 1.0


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a reader said of an article, in whichever way."""

    article_id: int
    at: datetime
    is_success: bool


@dataclass(frozen=True, slots=True)
class Collected:
    """What the model learns from, and what was asked beside a way it was typed."""

    showings: tuple[Showing, ...]
    verdicts: tuple[Verdict, ...]
    queries: Mapping[str, str]


def newest_at(session: Session) -> datetime | None:
    """When the newest evidence came, or was reset."""
    newest: list[Any] = [
        select(func.max(SearchEvent.at)).where(col(SearchEvent.opened_id).is_not(None)),
        select(func.max(Rating.at)),
        select(func.max(Deflection.at)),
        select(func.max(OutcomeReset.at)),
    ]
    return max(filter(None, (session.exec(query).one() for query in newest)), default=None)


def collect(session: Session, now: datetime) -> Collected:
    """All evidence that still counts."""
    since, reset_at = now - HORIZON, _resets(session)
    judged = _judgements(session, since)
    showings: list[Showing] = []
    queries: dict[str, str] = {}
    for event in _events(session, since):
        said = _said(event, judged.get(event.searcher, ()))
        ways = {asked(typed): typed for typed in (event.shown_query, event.query) if typed}
        queries |= {words: queries.get(words, typed) for words, typed in ways.items()}
        showings += [
            one
            for words in filter(None, ways)
            for one in _showings(event, words, said, _days(now - event.at))
            if event.at > reset_at(one.document)
        ]
    verdicts = tuple(
        Verdict(one.article_id, reader, one.is_success, _days(now - one.at))
        for reader, row in judged.items()
        for one in row
        if one.at > reset_at(one.article_id)
    )
    return Collected(tuple(showings), verdicts, queries)


def _showings(event: SearchEvent, words: str, said: Mapping[int, bool], age_days: float) -> Iterator[Showing]:
    """Every article shown; below the first that was opened or judged, only another that was judged had a chance."""
    is_below = False
    for rank, article_id in enumerate(event.shown_ids, 1):
        is_judged = article_id in said
        success = OPENED if article_id == event.opened_id else 0.0
        if is_judged:
            success = HELPED if said[article_id] else 0.0
        is_chosen = is_judged or article_id == event.opened_id
        yield Showing(
            words, article_id, event.searcher, rank, success, age_days, is_judged, is_below=is_below and not is_chosen
        )
        is_below = is_below or is_chosen


def _events(session: Session, since: datetime) -> Sequence[SearchEvent]:
    """The searches that found something, the newest first."""
    query = select(SearchEvent).where(col(SearchEvent.at) >= since, col(SearchEvent.found) > 0)
    return session.exec(query.order_by(col(SearchEvent.at).desc(), col(SearchEvent.id).desc()).limit(MOST)).all()


def _judgements(session: Session, since: datetime) -> dict[str, list[Judgement]]:
    """What each reader said, the oldest first; of an article rated and fixed both."""
    found: defaultdict[str, list[Judgement]] = defaultdict(list)
    ratings = select(Rating.rater, Rating.article_id, Rating.at, Rating.is_helpful).where(col(Rating.at) >= since)
    for rater, article_id, at, is_helpful in session.exec(ratings.order_by(col(Rating.at).desc()).limit(MOST)):
        found[rater].append(Judgement(article_id, at, is_helpful))
    fixed = select(Deflection.rater, Deflection.article_id, Deflection.at).where(col(Deflection.at) >= since)
    for rater, article_id, at in session.exec(fixed.order_by(col(Deflection.at).desc()).limit(MOST)):
        found[rater].append(Judgement(article_id, at, True))
    for row in found.values():
        row.sort(key=lambda one: (one.at, one.article_id))
    return dict(found)


def _said(event: SearchEvent, judgements: Sequence[Judgement]) -> dict[int, bool]:
    """What the searcher said of the articles shown, soon after the search; the last word counts."""
    return {
        one.article_id: one.is_success
        for one in judgements
        if event.at <= one.at < event.at + OPENING and one.article_id in event.shown_ids
    }


def _resets(session: Session) -> Callable[[int], datetime]:
    """From when on the evidence on an article counts."""
    query = select(OutcomeReset.article_id, func.max(OutcomeReset.at)).group_by(col(OutcomeReset.article_id))
    at = {row[0]: row[1] for row in session.exec(query).all()}
    all_at = at.get(None, datetime.min.replace(tzinfo=UTC))
    return lambda article_id: max(all_at, at.get(article_id, all_at))


def _days(span: timedelta) -> float:
    return span.total_seconds() / 86_400
