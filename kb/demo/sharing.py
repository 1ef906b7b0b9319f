"""Knowledge shared in the demo year: each team's notes of the week, and a few articles on their way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

from sqlmodel import Session

from kb.demo import texts
from kb.demo.plan import Year, monday
from kb.demo.stage import Stage
from kb.labels import ArticleStatus, Audience
from kb.tables import Account, Article, ArticleRevision, Incident

KEPT_WEEKS, NOTES_A_WEEK = 4, 4


def put(session: Session, stage: Stage, year: Year, incidents: Sequence[Incident]) -> None:
    """One internal article a team, revised in each week in which it shares; and drafts."""
    for slug, team in stage.teams.items():
        weeks = _weeks(year, [row for row in incidents if row.team_id == team.id])
        _keep_notes(session, stage, year, slug, weeks)
    for title, type, status in texts.DRAFTS:
        author, at = stage.agents["team_b"][1], year.now - timedelta(days=3)
        article = _article(title, _draft(title), type, status, author, at)
        session.add(article)
        session.flush()
        session.add(_revision(article, 1, article.body, author, at, "First draft"))
    session.flush()


def _weeks(year: Year, incidents: Sequence[Incident]) -> dict[date, list[Incident]]:
    """Monday -> what was resolved in its week."""
    found = defaultdict(list)
    for row in incidents:
        if row.resolved_at:
            found[monday(year.local(row.resolved_at))].append(row)
    return found


def _keep_notes(
    session: Session, stage: Stage, year: Year, slug: str, weeks: Mapping[date, Sequence[Incident]]
) -> None:
    """The team's notes: an article whose every revision adds a week and drops the oldest."""
    shared = sorted(year.sharing[slug])
    if not shared:
        return
    title, authors = f"{stage.teams[slug].name}: what we learned lately", stage.agents[slug]
    bodies = [_notes(shared[max(0, place - KEPT_WEEKS + 1) : place + 1], weeks) for place in range(len(shared))]
    times = [_friday(year, week) for week in shared]
    article = _article(title, bodies[-1], "", ArticleStatus.PUBLISHED, authors[0], times[0])
    article.audience, article.revision, article.updated_at = Audience.INTERNAL, len(shared), times[-1]
    article.verified_at = times[-1]
    session.add(article)
    session.flush()
    for number, (body, at) in enumerate(zip(bodies, times, strict=True), 1):
        session.add(_revision(article, number, body, stage.random.choice(authors), at, f"Week of {at:%d %B}"))


def _notes(mondays: Sequence[date], weeks: Mapping[date, Sequence[Incident]]) -> str:
    parts = []
    for week in reversed(mondays):
        solved = sorted(weeks.get(week, ()), key=lambda row: row.id or 0)[:NOTES_A_WEEK]
        lines = [f"- INC-{row.id}: {row.resolution}" for row in solved]
        parts.append("\n".join([f"## Week of {week:%d %B %Y}", "", *(lines or ["Nothing new."])]))
    return "\n\n".join(parts)


def _friday(year: Year, week: date) -> datetime:
    """Friday afternoon, or now where that is still to come; never before the week."""
    friday = datetime.combine(week + timedelta(days=4), time(14), year.zone).astimezone(year.now.tzinfo)
    return min(friday, year.now)


def _draft(title: str) -> str:
    return f"{title}.\n\n## Symptom\nSee the incident.\n\n## Cause\nNot sure yet.\n\n## Steps\n1. To be written."


def _article(title: str, body: str, type: str, status: str, author: Account, at: datetime) -> Article:
    is_published = status == ArticleStatus.PUBLISHED
    return Article(
        title=title,
        body=body,
        type=type,
        status=status,
        author_id=author.id,
        owner_id=author.id,
        created_at=at,
        updated_at=at,
        published_at=at if is_published else None,
        is_demo=True,
    )


def _revision(article: Article, number: int, body: str, author: Account, at: datetime, note: str) -> ArticleRevision:
    return ArticleRevision(
        article_id=article.id or 0,
        number=number,
        title=article.title,
        body=body,
        type=article.type,
        environment="",
        tags=[],
        status=article.status,
        author_id=author.id,
        note=note,
        at=at,
        is_demo=True,
    )
