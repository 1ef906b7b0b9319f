"""What every verb of an article shares; each function joins its caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, func, update
from sqlmodel import Session, col, select

from kb.cleaning import clean, one_line
from kb.desk import Desk
from kb.errors import NotFound, NotValid
from kb.labels import ArticleStatus, Audience, Role
from kb.person import Person
from kb.tables import Article, ArticleRevision, ArticleTag, IncidentType, Stamp

MOST_TITLE = 200
MOST_BODY = 100_000
MOST_ENVIRONMENT = 300
TAGS = 20
MOST_TAG = 40
CORPUS = "corpus"
"""The stamp raised by every change to what a search may find."""
VERIFIED = "verified"
"""The stamp raised when somebody says that an article still holds."""
_PUBLISHED = col(Article.status) == ArticleStatus.PUBLISHED
FINDABLE: dict[bool, ColumnElement[bool]] = {
    True: _PUBLISHED,
    False: _PUBLISHED & (col(Article.audience) == Audience.PUBLIC),
}
"""What a search may show agents (True) and others: `may_find`, for statements that are made once."""


@dataclass(frozen=True, slots=True)
class Text:
    """What an article says; made by `checked`."""

    title: str
    body: str
    type: str = ""
    tags: tuple[str, ...] = ()
    environment: str = ""


def clean_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Tags in small letters, in order, each once; what passes the limits is cut off."""
    found = (one_line(tag).lower()[:MOST_TAG].strip() for tag in tags)
    return tuple(sorted(dict.fromkeys(filter(None, found))))[:TAGS]


def checked(session: Session, text: Text) -> Text:
    """The text cleaned; NotValid names the field that can't be kept."""
    title = one_line(text.title)
    if not 1 <= len(title) <= MOST_TITLE:
        raise NotValid("title", f"A title has 1 to {MOST_TITLE} characters.")
    body = clean(text.body).strip("\n").rstrip()
    if not body.strip():
        raise NotValid("body", "An article needs a text.")
    if len(body) > MOST_BODY:
        raise NotValid("body", f"A text has at most {MOST_BODY:,} characters; this one has {len(body):,}.")
    environment = one_line(text.environment)
    if len(environment) > MOST_ENVIRONMENT:
        raise NotValid("environment", f"The environment has at most {MOST_ENVIRONMENT} characters.")
    if text.type and session.get(IncidentType, text.type) is None:
        raise NotValid("type", f"There is no incident type {text.type!r}.")
    return Text(title, body, text.type, clean_tags(text.tags), environment)


def may_find(person: Person) -> ColumnElement[bool]:
    """The articles a search may show this person: published, and internal ones only to agents."""
    return FINDABLE[person.may(Role.AGENT)]


def existing(session: Session, article_id: int) -> Article:
    """The article, locked until the transaction ends so that two writers come one after the other."""
    article = session.get(Article, article_id, with_for_update=True) if 0 < article_id < 2**31 else None
    if article is None:
        raise NotFound("There is no such article.")
    return article


def latest(session: Session, article: Article) -> ArticleRevision:
    """The newest revision: what writers work on, and what readers see unless a change waits for review."""
    query = select(ArticleRevision).where(ArticleRevision.article_id == article.id)
    return session.exec(query.order_by(col(ArticleRevision.number).desc()).limit(1)).one()


def tags_of(session: Session, article_id: int | None) -> tuple[str, ...]:
    query = select(ArticleTag.tag).where(ArticleTag.article_id == article_id).order_by(ArticleTag.tag)
    return tuple(session.exec(query).all())


def text_of(session: Session, article: Article) -> Text:
    return Text(article.title, article.body, article.type, tags_of(session, article.id), article.environment)


def add_revision(
    session: Session, desk: Desk, person: Person, article: Article, *, text: Text, status: str, note: str = ""
) -> int:
    """Append a revision; gives its number."""
    query = select(func.coalesce(func.max(ArticleRevision.number), 0)).where(ArticleRevision.article_id == article.id)
    number = session.exec(query).one() + 1
    put_revision(session, desk, person, article, number=number, text=text, status=status, note=note)
    return number


def put_revision(
    session: Session, desk: Desk, person: Person, article: Article, *, number: int, text: Text, status: str, note: str
) -> None:
    """Append the revision of that number, which must be the next."""
    session.add(
        ArticleRevision(
            article_id=article.id or 0, number=number, title=text.title, body=text.body, type=text.type,
            environment=text.environment, tags=list(text.tags), status=status, author_id=person.id,
            note=" ".join(note.split())[:200], at=desk.now(), is_demo=article.is_demo,
        )
    )  # fmt: skip


def show(session: Session, desk: Desk, article: Article, text: Text, *, revision: int) -> None:
    """Make `text` what readers see."""
    article.title, article.body, article.type = text.title, text.body, text.type
    article.environment, article.revision, article.updated_at = text.environment, revision, desk.now()
    session.add(article)
    session.flush()
    if text.tags != tags_of(session, article.id):
        session.exec(delete(ArticleTag).where(col(ArticleTag.article_id) == article.id))
        add_tags(session, article, text)


def add_tags(session: Session, article: Article, text: Text) -> None:
    session.add_all(ArticleTag(article_id=article.id or 0, tag=tag) for tag in text.tags)


def raise_stamp(session: Session, name: str = CORPUS) -> None:
    """Tell every process that what it keeps under this stamp, the index by default, is out of date."""
    changed = session.exec(update(Stamp).where(col(Stamp.name) == name).values(value=col(Stamp.value) + 1))
    if not changed.rowcount:
        session.add(Stamp(name=name, value=1))
