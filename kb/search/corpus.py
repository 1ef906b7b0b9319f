"""The index over published articles, made anew when the corpus stamp has been raised."""

from __future__ import annotations

from collections import defaultdict

from sqlmodel import Session, col, select

from kb import markup
from kb.articles.rows import CORPUS, may_find
from kb.desk import Desk
from kb.labels import Audience, Role
from kb.person import Person
from kb.tables import Article, ArticleTag, Stamp
from models.ranking import ArticleIndex, Document


def index_for(desk: Desk, session: Session, person: Person) -> ArticleIndex:
    """The index this person searches.

    Agents have one of their own as soon as there are internal articles: otherwise spellings offered to others and
    the weights of words would tell what internal articles speak of.
    """
    stamp = session.exec(select(Stamp.value).where(Stamp.name == CORPUS)).first() or 0
    name = "articles"
    if person.may(Role.AGENT) and _has_internal(session):
        name = "articles with internal"
    return desk.kept(name, stamp, lambda: ArticleIndex().fit(_documents(session, person)))


def _has_internal(session: Session) -> bool:
    query = select(Article.id).where(col(Article.audience) == Audience.INTERNAL).limit(1)
    return session.exec(query).first() is not None


def _documents(session: Session, person: Person) -> list[Document]:
    condition = may_find(person)
    tags: defaultdict[int, list[str]] = defaultdict(list)
    tagged = select(ArticleTag.article_id, ArticleTag.tag).join(Article, col(Article.id) == ArticleTag.article_id)
    for article_id, tag in session.exec(tagged.where(condition).order_by(ArticleTag.tag)).all():
        tags[article_id].append(tag)
    rows = session.exec(
        select(Article.id, Article.title, Article.body, Article.environment).where(condition).order_by(col(Article.id))
    ).all()
    return [
        Document(str(article_id), title, markup.plain(body), (*tags[article_id or 0], environment))
        for article_id, title, body, environment in rows
    ]
