"""What people say and look for in the demo year: answers after a resolution, ratings, searches, "this fixed it"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from kb.demo import texts
from kb.demo.plan import Year, working_times
from kb.demo.stage import Stage, favourite
from kb.labels import REASONS_NOT_HELPFUL
from kb.tables import Account, Annotation, Article, Deflection, Incident, Rating, Satisfaction, SearchEvent

SCORES = {5: 340, 4: 204, 3: 102, 2: 22, 1: 12}
"""How often each score is given."""
COMMENTED = {"positive": (5, 4), "neutral": (3,), "negative": (2, 1)}
"""With which scores comments of a sentiment come."""
COMMENTS = {
    "support": {"positive": 190, "neutral": 50, "negative": 14},
    "article": {"positive": 110, "neutral": 30, "negative": 6},
}
"""Of 400, so that the sentiments have the shares the product page promises."""
RATINGS, SEARCHES, FIXED, VISITORS, FRUITLESS = 900, 2600, 360, 500, 0.07
SEARCHES_IN_VAIN, REPORTED_AFTER = 80, timedelta(minutes=12)
"""How many people report after a search that found nothing, and how soon."""
REASONS = {5: ("fast", "friendly", "solved"), 4: ("friendly", "solved"), 3: ("slow",), 2: ("slow", "unclear")}
Voices = Mapping[tuple[str, str], Sequence[str]]
"""(about, sentiment) -> the comments that the classifier reads so."""


def put(session: Session, stage: Stage, year: Year, incidents: Sequence[Incident], *, voices: Voices) -> None:
    """Store all of it. Without published articles nobody rates or opens one."""
    resolved = [row for row in incidents if row.resolved_at]
    session.add_all(_satisfactions(stage, year, resolved, voices))
    articles = stage.every_article()
    if articles:
        session.add_all(_ratings(stage, year, articles, voices))
        session.add_all(_searches(stage, year, articles, incidents))
        session.add_all(_fixed(stage, year, articles))
        session.add_all(_remarks(stage, year, articles))
    session.flush()


def _satisfactions(stage: Stage, year: Year, resolved: list[Incident], voices: Voices) -> Iterator[Satisfaction]:
    """Quick resolutions please more."""
    random = stage.random
    asked = random.sample(resolved, sum(SCORES.values()))
    asked.sort(key=lambda row: _seconds(row) * random.lognormvariate(0, 1))
    scores = [score for score, count in SCORES.items() for _ in range(count)]
    said: dict[int, tuple[str, str]] = {}
    for sentiment, fitting in COMMENTED.items():
        places = [place for place, score in enumerate(scores) if score in fitting]
        said |= _said(stage, voices, "support", sentiment, places)
    for place, (row, score) in enumerate(zip(asked, scores, strict=True)):
        text, sentiment = said.get(place, ("", ""))
        reasons = REASONS.get(score, ("came_back", "slow"))
        at = (row.resolved_at or row.created_at) + timedelta(minutes=random.randrange(5, 600))
        yield Satisfaction(
            incident_id=row.id or 0,
            score=score,
            reason=random.choice(reasons) if random.random() < 0.6 else "",
            comment=text,
            sentiment=sentiment,
            at=min(at, year.now),
            is_demo=True,
        )


def _seconds(row: Incident) -> float:
    return ((row.resolved_at or row.created_at) - row.created_at).total_seconds()


def _said(stage: Stage, voices: Voices, about: str, sentiment: str, places: list[int]) -> dict[int, tuple[str, str]]:
    """Which of the places get a comment of this sentiment, and which one."""
    pool = voices.get((about, sentiment)) or [
        text for (_, own), some in voices.items() if own == sentiment for text in some
    ]
    if not pool:
        return {}
    chosen = stage.random.sample(places, COMMENTS[about][sentiment])
    return {place: (stage.random.choice(pool), sentiment) for place in chosen}


def _ratings(stage: Stage, year: Year, articles: list[Article], voices: Voices) -> Iterator[Rating]:
    """Some articles help nearly everybody, some every other reader."""
    random = stage.random
    quality = {article.id: random.triangular(0.5, 0.98, 0.9) for article in articles}
    pairs = _pairs(stage, articles, RATINGS)
    helped = [random.random() < quality[article_id] for article_id, _ in pairs]
    said: dict[int, tuple[str, str]] = {}
    for sentiment, wanted in (("positive", True), ("neutral", False), ("negative", False)):
        places = [place for place, is_helpful in enumerate(helped) if is_helpful is wanted and place not in said]
        said |= _said(stage, voices, "article", sentiment, places)
    times = working_times(random, year, len(pairs), year.now)
    for place, ((article_id, rater), at) in enumerate(zip(pairs, times, strict=True)):
        text, sentiment = said.get(place, ("", ""))
        yield Rating(
            article_id=article_id,
            rater=rater,
            is_helpful=helped[place],
            reason="" if helped[place] else random.choice(list(REASONS_NOT_HELPFUL)),
            comment=text,
            sentiment=sentiment,
            at=at,
            is_demo=True,
        )


def _pairs(stage: Stage, articles: list[Article], count: int) -> list[tuple[int, str]]:
    """(article, reader), no pair twice; fewer than `count` when there are few articles."""
    found = dict.fromkeys((favourite(stage.random, articles).id or 0, _reader(stage)) for _ in range(count * 2))
    return list(found)[:count]


def _reader(stage: Stage) -> str:
    """The rater key of somebody: one in three is signed in."""
    if stage.random.random() < 0.35:
        return f"p:{stage.random.choice(stage.reporters).id}"
    return f"v:demo-{stage.random.randrange(VISITORS)}"


def _searches(
    stage: Stage, year: Year, articles: list[Article], incidents: Sequence[Incident]
) -> Iterator[SearchEvent]:
    """Every other search that found nothing ends in an incident of the same person."""
    random = stage.random
    vain = iter([row for row in incidents if row.reporter_id][1 :: len(incidents) // SEARCHES_IN_VAIN])
    for place, at in enumerate(working_times(random, year, SEARCHES, year.now)):
        article = favourite(random, articles)
        is_fruitless = random.random() < FRUITLESS
        query = random.choice(texts.QUERIES_WITHOUT_RESULT) if is_fruitless else _query(stage, article)
        others = random.sample(articles, min(len(articles), random.randrange(1, 8)))
        shown = [] if is_fruitless else _shown(article, others)
        event = SearchEvent(
            query=query,
            shown_ids=shown,
            found=len(shown),
            milliseconds=round(random.lognormvariate(2.2, 0.4), 1),
            searcher=_reader(stage),
            opened_id=article.id if shown and random.random() < 0.48 else None,
            at=at,
            is_demo=True,
        )
        if event.opened_id:
            event.opened_rank = shown.index(event.opened_id) + 1
        report = next(vain, None) if is_fruitless and place % 2 else None
        if report:
            event.searcher, event.at = f"p:{report.reporter_id}", report.created_at - REPORTED_AFTER
        yield event


def _shown(article: Article, others: Sequence[Article]) -> list[int]:
    """The article that is looked for stands first in short lists and farther down in long ones."""
    place = max(0, len(others) - 3) // 2
    rest = [row.id or 0 for row in others if row.id != article.id]
    return [*rest[:place], article.id or 0, *rest[place:]]


def _query(stage: Stage, article: Article) -> str:
    """What people type: one or two of the article's tags, or its title."""
    tags = stage.tags.get(article.id or 0, ())
    if len(tags) < 2 or stage.random.random() < 0.05:
        return article.title.lower()
    return " ".join(stage.random.sample(tags, stage.random.choice((1, 2, 2))))


def _fixed(stage: Stage, year: Year, articles: list[Article]) -> Iterator[Deflection]:
    """Confirmed: this fixed it. One a day per article and reader."""
    random, seen = stage.random, set()
    types = {article.id: article.type for article in articles}
    for at in working_times(random, year, FIXED, year.now):
        row = (favourite(random, articles).id or 0, _reader(stage), year.local(at).isoformat())
        if row not in seen:
            seen.add(row)
            yield _deflection(stage, row, types[row[0]], at)


def _deflection(stage: Stage, row: tuple[int, str, str], type: str, at: datetime) -> Deflection:
    where = "report" if stage.random.random() < 0.3 else "article"
    return Deflection(article_id=row[0], rater=row[1], day=row[2], type=type, where=where, at=at, is_demo=True)


def _remarks(stage: Stage, year: Year, articles: list[Article]) -> Iterator[Annotation]:
    """A few open remarks on passages, for the writers."""
    for text, article in zip(texts.REMARKS, stage.random.sample(articles, min(4, len(articles))), strict=False):
        quote = next((line for line in article.body.splitlines() if line[:2] == "1."), article.title)
        person: Account = stage.random.choice(stage.reporters)
        yield Annotation(
            article_id=article.id or 0,
            account_id=person.id or 0,
            quote=quote.removeprefix("1.").strip()[:120],
            body=text,
            at=year.now - timedelta(days=stage.random.randrange(1, 20)),
            is_demo=True,
        )
