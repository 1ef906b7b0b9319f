"""Proposals: words that failed, and the words with which the same person then found it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby

from sqlmodel import Session, col, select

from kb.desk import Desk
from kb.errors import NotFound
from kb.labels import Role
from kb.person import Person
from kb.search import gate, wording
from kb.search.corpus import Corpus, corpus_for
from kb.search.gate import Comparison
from kb.search.golden import SOON
from kb.search.trial import LATELY
from kb.search.wording import Change, Kind, Wording
from kb.tables import Article, Deflection, DismissedProposal, SearchEvent
from models.ranking import stems
from models.text import normalise, words

WITHIN = timedelta(minutes=10)
MOST_EVENTS = 20_000
"""The newest so many searches are looked at: half a second."""
MOST_WORDS = 3
"""So many words are exchanged for so many at most: more is another question."""
GOOD = 3
"""An article among so many of the first is found already."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """Who types `typed` may want what `meant` finds. `people` tried both; one example of what they typed and opened."""

    typed: str
    meant: str
    people: int
    times: int
    failed: str
    succeeded: str
    article_id: int
    title: str

    @property
    def change(self) -> Change:
        return Change(Kind.ADD, self.typed, self.meant)


@dataclass(frozen=True, slots=True)
class _Retry:
    """One person's failed query and the one that did it."""

    searcher: str
    failed: str
    succeeded: str
    article_id: int
    was_empty: bool


def proposals(desk: Desk, person: Person, *, limit: int = 20) -> tuple[Proposal, ...]:
    """The synonyms that searches of the last 90 days speak for, those of most people first; for leads.

    One person is enough where the first query found nothing at all; where it found something that nobody opened,
    it takes two. What the search finds by now is proposed no more.
    """
    with desk.reading() as session:
        found = _standing(desk, session, person)[:limit]
        query = select(Article.id, Article.title).where(col(Article.id).in_([one.article_id for one in found]))
        titles = {row[0]: row[1] for row in session.exec(query).all()}
    return tuple(replace(one, title=titles.get(one.article_id, "")) for one in found)


def accept(desk: Desk, person: Person, typed: str, meant: str, *, anyway: bool = False) -> Comparison:
    """Make a proposal a synonym, through the gate; `gate.undo` takes it back. HeldBack when search got worse."""
    one = _find(desk, person, typed, meant)
    people = "1 person" if one.people == 1 else f"{one.people} people"
    return gate.apply(desk, person, one.change, anyway=anyway, reason=f"Proposed by the searches of {people}")


def dismiss(desk: Desk, person: Person, typed: str, meant: str) -> None:
    """Propose this no more."""
    one = _find(desk, person, typed, meant)
    with desk.transaction() as session:
        session.merge(DismissedProposal(typed=one.typed, meant=one.meant, account_id=person.id, at=desk.now()))


def recall(desk: Desk, person: Person, typed: str, meant: str) -> None:
    """Propose again what was dismissed."""
    person.require(Role.LEAD, "change proposals")
    with desk.transaction() as session:
        row = session.get(DismissedProposal, (typed, meant))
        if row is None:
            raise NotFound("This proposal was not dismissed.")
        session.delete(row)


def dismissed(desk: Desk, person: Person, *, limit: int = 20) -> tuple[tuple[str, str], ...]:
    """What is proposed no more, dismissed last first."""
    person.require(Role.LEAD, "see proposals")
    query = select(DismissedProposal).order_by(
        col(DismissedProposal.at).desc(), DismissedProposal.typed, DismissedProposal.meant
    )
    with desk.reading() as session:
        return tuple((row.typed, row.meant) for row in session.exec(query.limit(limit)).all())


def _standing(desk: Desk, session: Session, person: Person) -> list[Proposal]:
    """All proposals without their titles, those of most people first."""
    person.require(Role.LEAD, "see what people search for")
    now, corpus = wording.read(session), corpus_for(desk, session, person)
    unwanted = {(row.typed, row.meant) for row in session.exec(select(DismissedProposal)).all()}
    exchanged = _by_words(_retries(session, desk.now() - LATELY), now)
    wanted = (_proposal(pair, some, now, corpus) for pair, some in exchanged.items() if pair not in unwanted)
    return sorted(filter(None, wanted), key=lambda one: (-one.people, -one.times, one.typed, one.meant))


def _find(desk: Desk, person: Person, typed: str, meant: str) -> Proposal:
    with desk.reading() as session:
        for one in _standing(desk, session, person):
            if (one.typed, one.meant) == (typed, meant):
                return one
    raise NotFound("This is not proposed any more.")


def _retries(session: Session, since: datetime) -> list[_Retry]:
    """Each failed search with the first success of the same person within ten minutes."""
    query = select(SearchEvent).where(col(SearchEvent.at) >= since, SearchEvent.searcher != "")
    newest = session.exec(query.order_by(col(SearchEvent.at).desc(), col(SearchEvent.id).desc()).limit(MOST_EVENTS))
    events = sorted(newest.all(), key=lambda event: (event.searcher, event.at, event.id))
    fixes: defaultdict[str, list[tuple[int, datetime]]] = defaultdict(list)
    for rater, article_id, at in session.exec(
        select(Deflection.rater, Deflection.article_id, Deflection.at).where(col(Deflection.at) >= since)
    ).all():
        fixes[rater].append((article_id, at))
    retries: list[_Retry] = []
    for searcher, own in groupby(events, key=lambda event: event.searcher):
        retries += _of_one_person(list(own), fixes[searcher])
    return retries


def _of_one_person(events: Sequence[SearchEvent], fixes: Sequence[tuple[int, datetime]]) -> Iterator[_Retry]:
    """`events` in the order of time."""
    answers = [_answer(event, fixes) for event in events]
    success: int | None = None
    for place in range(len(events) - 1, -1, -1):
        event, answer = events[place], answers[place]
        if answer is not None:
            success = place
        elif success is not None and events[success].at - event.at <= WITHIN:
            article_id = answers[success] or 0
            yield _Retry(event.searcher, event.query, events[success].query, article_id, event.found == 0)


def _answer(event: SearchEvent, fixes: Sequence[tuple[int, datetime]]) -> int | None:
    """The article that was opened from a search, or that fixed it soon after; None: the search failed."""
    if event.opened_id is not None:
        return event.opened_id
    fixed = (article_id for article_id, at in fixes if timedelta() <= at - event.at <= SOON)
    return next((article_id for article_id in fixed if article_id in event.shown_ids), None)


def _by_words(retries: Sequence[_Retry], now: Wording) -> dict[tuple[str, str], list[_Retry]]:
    """The retries by the words that were exchanged: those typed first, those typed then."""
    found: defaultdict[tuple[str, str], list[_Retry]] = defaultdict(list)
    for retry in retries:
        if pair := _exchanged(retry.failed, retry.succeeded, now):
            found[pair].append(retry)
    return found


def _exchanged(failed: str, succeeded: str, now: Wording) -> tuple[str, str] | None:
    """What stood in the first query alone, and in the second alone, without stop words; None when it is too much."""
    before, after = _topical(failed, now), _topical(succeeded, now)
    typed = [word for word, stem in before.items() if stem not in after.values()]
    meant = [word for word, stem in after.items() if stem not in before.values()]
    if not (0 < len(typed) <= MOST_WORDS and 0 < len(meant) <= MOST_WORDS):
        return None
    pair = " ".join(typed), " ".join(meant)
    return pair if max(map(len, pair)) <= wording.MOST_CHARACTERS else None


def _topical(query: str, now: Wording) -> dict[str, tuple[str, ...]]:
    """The words that say something, each with its stems."""
    return {word: stems(word) for word in words(normalise(query)) if word not in now.stop_words}


def _proposal(pair: tuple[str, str], retries: Sequence[_Retry], now: Wording, corpus: Corpus) -> Proposal | None:
    """None when too little speaks for it, or when the failed query would find the article by now."""
    people = {retry.searcher for retry in retries}
    if len(people) < 2 and not any(retry.was_empty for retry in retries):
        return None
    last = retries[-1]
    ids = corpus.index.search(last.failed, limit=0, pool=GOOD, analyser=now.analyser()).ids
    if str(last.article_id) in ids or str(last.article_id) not in corpus.facts:
        return None
    return Proposal(*pair, len(people), len(retries), last.failed, last.succeeded, last.article_id, "")
