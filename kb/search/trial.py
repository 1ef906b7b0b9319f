"""The golden set asked of the index: figures of how search does, read in one way or another."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import fmean

from sqlmodel import Session, col, func, select

from kb.desk import Desk
from kb.labels import Role
from kb.person import Person
from kb.search import golden, wording
from kb.search.corpus import Corpus, corpus_for
from kb.tables import SearchEvent
from models.evaluation.retrieval import mrr_at_k, ndcg_at_k
from models.ranking import Analyser
from models.text import normalise

DEPTH = 10
LATELY = timedelta(days=90)
"""The searches that tell how often a query is asked."""
MOST_ASKED = 2_000
OTHERS = 200
"""So many queries that nobody has judged, the most frequent, count for the share without a result."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Means over the queries, each counting as often as it was asked, once at least; None without a query."""

    ndcg: float | None
    mrr: float | None
    zero_share: float | None


@dataclass(frozen=True, slots=True)
class QueryFigures:
    """How one judged query does. `rank` is that of the first right answer among the first 10."""

    key: str
    text: str
    asked: int
    ndcg: float
    rank: int | None
    found: int


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How search does on the golden set, the worst query first."""

    figures: Figures
    queries: tuple[QueryFigures, ...]


@dataclass(frozen=True, slots=True)
class Trial:
    """The judged queries that the corpus can answer, how often each is asked, and what else people ask."""

    corpus: Corpus
    judged: tuple[golden.JudgedQuery, ...]
    asked: Counter[str]

    def run(self, analyser: Analyser) -> Evaluation:
        """Ask them all, read as `analyser` says, in the order they are judged in."""
        queries = tuple(self._ask(query, analyser) for query in self.judged)
        weights = [max(1, query.asked) for query in queries]
        others = self._others({query.key for query in queries})
        empty = [query.found == 0 for query in queries] + [not self.search(text, analyser) for text in others]
        reciprocals = [1 / query.rank if query.rank else 0.0 for query in queries]
        figures = Figures(
            ndcg=fmean([query.ndcg for query in queries], weights) if queries else None,
            mrr=fmean(reciprocals, weights) if queries else None,
            zero_share=fmean(empty, weights + list(others.values())) if empty else None,
        )
        return Evaluation(figures, queries)

    def search(self, text: str, analyser: Analyser) -> tuple[str, ...]:
        return self.corpus.index.search(text, limit=0, pool=DEPTH, analyser=analyser).ids

    def _ask(self, query: golden.JudgedQuery, analyser: Analyser) -> QueryFigures:
        ids = self.search(query.text, analyser)
        gains = {one: grade for one, grade in query.gains.items() if one in self.corpus.facts}
        reciprocal = mrr_at_k(ids, gains, DEPTH)
        rank = round(1 / reciprocal) if reciprocal else None
        return QueryFigures(query.key, query.text, self.asked[query.key], ndcg_at_k(ids, gains, DEPTH), rank, len(ids))

    def _others(self, judged: set[str]) -> dict[str, int]:
        frequent = self.asked.most_common(OTHERS + len(judged))
        return dict([(text, times) for text, times in frequent if text not in judged][:OTHERS])


def trial(desk: Desk, session: Session, person: Person) -> Trial:
    """What this person's corpus can be measured by; without pins and outcomes, which could hide what words do."""
    corpus = corpus_for(desk, session, person)
    answerable = (query for query in golden.judged(desk, session) if not corpus.facts.keys().isdisjoint(query.gains))
    return Trial(corpus, tuple(answerable), _asked(session, desk.now() - LATELY))


def evaluate(desk: Desk, person: Person) -> Evaluation:
    """How search does now, by the golden set, the worst query first; for leads."""
    person.require(Role.LEAD, "measure search")
    with desk.reading() as session:
        found = trial(desk, session, person).run(wording.analyser(desk, session))
    return Evaluation(found.figures, tuple(sorted(found.queries, key=lambda one: (one.ndcg, -one.asked, one.key))))


def _asked(session: Session, since: datetime) -> Counter[str]:
    """How often each query was asked, spelt in its one way."""
    times = func.count(col(SearchEvent.id))
    query = select(SearchEvent.query, times).where(col(SearchEvent.at) >= since).group_by(SearchEvent.query)
    found: Counter[str] = Counter()
    for text, n in session.exec(query.order_by(times.desc(), SearchEvent.query).limit(MOST_ASKED)).all():
        found[normalise(text)] += n
    del found[""]
    return found
