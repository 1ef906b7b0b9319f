"""What readers say of articles: helped or not, remarks on a passage, this fixed it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from kb import markup, outbox, triage
from kb.articles.reading import label
from kb.articles.rows import may_find
from kb.cleaning import clean
from kb.desk import Desk
from kb.errors import Conflict, NotFound, NotValid
from kb.labels import REASONS_NOT_HELPFUL, Role
from kb.person import Person
from kb.tables import Account, Annotation, Article, Deflection, Rating

MOST_COMMENT = 2000
MOST_QUOTE = 500
SHORTEST_QUOTE = 3


@dataclass(frozen=True, slots=True)
class Remark:
    """An annotation as it is shown beside the article."""

    id: int
    quote: str
    heading: str
    body: str
    author: str
    at: datetime
    resolved_at: datetime | None
    answer: str


@dataclass(frozen=True, slots=True)
class RatingView:
    """What one reader said of an article."""

    is_helpful: bool
    reason: str
    comment: str
    sentiment: str
    at: datetime


def rate(desk: Desk, person: Person, article_id: int, *, is_helpful: bool, reason: str = "", comment: str = "") -> None:
    """Say whether an article helped; a second rating of the same person replaces the first.

    `reason` is a key of REASONS_NOT_HELPFUL and only kept for "did not help".
    """
    rater = _rater(person)
    reason = "" if is_helpful else reason
    if reason and reason not in REASONS_NOT_HELPFUL:
        raise NotValid("reason", f"The reason is one of {', '.join(REASONS_NOT_HELPFUL)}.")
    comment = _text(comment, "comment", MOST_COMMENT)
    sentiment = triage.sentiment(desk, comment) if comment else ""
    with desk.transaction() as session:
        _findable(session, person, article_id)
        query = select(Rating).where(Rating.article_id == article_id, Rating.rater == rater).with_for_update()
        row = session.exec(query).first() or Rating(
            article_id=article_id, rater=rater, is_helpful=is_helpful, at=desk.now()
        )
        row.is_helpful, row.reason, row.comment, row.sentiment = is_helpful, reason, comment, sentiment
        row.at = desk.now()
        session.add(row)


def my_rating(desk: Desk, person: Person, article_id: int) -> RatingView | None:
    """What this person said of the article before."""
    query = select(Rating).where(Rating.article_id == article_id, Rating.rater == person.rater)
    with desk.reading() as session:
        row = session.exec(query).first() if person.id is not None or person.visitor else None
    return _rating(row) if row else None


def low_ratings(desk: Desk, person: Person, article_id: int, *, limit: int = 20) -> tuple[RatingView, ...]:
    """What those said whom the article did not help, newest first."""
    person.require(Role.AGENT, "read the ratings")
    query = select(Rating).where(Rating.article_id == article_id, col(Rating.is_helpful).is_(False))
    with desk.reading() as session:
        rows = session.exec(query.order_by(col(Rating.at).desc(), col(Rating.id).desc()).limit(limit)).all()
    return tuple(map(_rating, rows))


def fixed_it(desk: Desk, person: Person, article_id: int, *, where: str = "article") -> None:
    """Say that the article solved the problem; counted once a day per article and person.

    `where` is "report" when it ended a report half-way.
    """
    rater = _rater(person)
    if where not in ("article", "report"):
        raise NotValid("where", "An article fixes it in an article or in a report.")
    day = desk.now().astimezone(desk.settings.zone).date().isoformat()
    with desk.transaction() as session:
        article = _findable(session, person, article_id)
        query = select(Deflection).where(Deflection.article_id == article_id, Deflection.rater == rater)
        if session.exec(query.where(Deflection.day == day)).first() is None:
            session.add(
                Deflection(article_id=article_id, rater=rater, day=day, type=article.type, where=where, at=desk.now())
            )


def annotate(desk: Desk, person: Person, article_id: int, *, quote: str, body: str) -> int:
    """Remark on a passage; its owner is told. NotValid when the passage does not stand in the article."""
    person.require(Role.USER, "annotate articles")
    quote = " ".join(_text(quote, "quote", MOST_QUOTE).split())
    body = _text(body, "body", MOST_COMMENT)
    if len(quote) < SHORTEST_QUOTE:
        raise NotValid("quote", "Copy the passage you mean from the article.")
    if not body:
        raise NotValid("body", "Say what is to be said about this passage.")
    with desk.transaction() as session:
        article = _findable(session, person, article_id)
        heading = _heading_above(article.body, quote)
        row = Annotation(
            article_id=article_id, account_id=person.id or 0, quote=quote, heading=heading, body=body, at=desk.now()
        )
        session.add(row)
        outbox.queue(
            session,
            desk,
            accounts={article.owner_id} - {person.id},
            subject=f"{person.name} annotated {label(article_id)}: {article.title}",
            body=body,
            link=f"/article?id={label(article_id)}",
        )
    return row.id or 0


def remarks(desk: Desk, person: Person, article_id: int, *, with_resolved: bool = False) -> tuple[Remark, ...]:
    """The remarks on an article, oldest first."""
    query = (
        select(Annotation, Account.name)
        .join(Account, col(Account.id) == Annotation.account_id)
        .where(Annotation.article_id == article_id)
        .order_by(col(Annotation.at), col(Annotation.id))
    )
    if not with_resolved:
        query = query.where(col(Annotation.resolved_at).is_(None))
    with desk.reading() as session:
        _findable(session, person, article_id)
        rows = session.exec(query).all()
    return tuple(
        Remark(row.id or 0, row.quote, row.heading, row.body, name, row.at, row.resolved_at, row.answer)
        for row, name in rows
    )


def resolve_annotation(desk: Desk, person: Person, annotation_id: int, *, answer: str = "") -> None:
    """Settle a remark; who made it is told. Conflict when it is settled already."""
    person.require(Role.AGENT, "resolve annotations")
    answer = _text(answer, "answer", MOST_COMMENT)
    with desk.transaction() as session:
        row = session.get(Annotation, annotation_id, with_for_update=True)
        if row is None:
            raise NotFound("There is no such annotation.")
        if row.resolved_at:
            raise Conflict("This annotation is resolved already.")
        row.resolved_at, row.resolved_by_id, row.answer = desk.now(), person.id, answer
        session.add(row)
        number = label(row.article_id)
        outbox.queue(
            session,
            desk,
            accounts={row.account_id} - {person.id},
            subject=f"Your annotation on {number} is resolved",
            body=answer,
            link=f"/article?id={number}",
        )


def _rater(person: Person) -> str:
    if person.id is None and not person.visitor:
        raise NotValid("person", "This can only be said by somebody with an account or a browser of their own.")
    return person.rater


def _findable(session: Session, person: Person, article_id: int) -> Article:
    """The article, if this person may read it: agents all, others the published ones that are not internal."""
    article = session.get(Article, article_id) if 0 < article_id < 2**31 else None
    query = select(Article.id).where(Article.id == article_id, may_find(person))
    if article is None or (not person.may(Role.AGENT) and session.exec(query).first() is None):
        raise NotFound("There is no such article.")
    return article


def _heading_above(body: str, quote: str) -> str:
    """The heading under which the quote stands."""
    lines = [" ".join(line.split()) for line in markup.plain(body).splitlines()]
    words = [line.lstrip("#").strip() for line in lines]
    position = " ".join(words).find(quote)
    if position < 0:
        raise NotValid("quote", "This passage does not stand in the article. Copy it from the text as it is now.")
    heading = ""
    for line, text in zip(lines, words, strict=True):
        if position < 0:
            break
        heading = text if line.startswith("#") else heading
        position -= len(text) + 1
    return heading


def _text(text: str, field: str, most: int) -> str:
    text = clean(text).strip()
    if len(text) > most:
        raise NotValid(field, f"That is too long: at most {most:,} characters.")
    return text


def _rating(row: Rating) -> RatingView:
    return RatingView(row.is_helpful, row.reason, row.comment, row.sentiment, row.at)
