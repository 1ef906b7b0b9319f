"""The index over published articles, made anew when the corpus stamp has been raised."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import Session, col, select

from kb import markup
from kb.articles.rows import CORPUS, may_find
from kb.desk import Desk
from kb.labels import Audience, Role
from kb.person import Person
from kb.tables import Article, ArticleTag, Stamp
from models.ranking import ArticleIndex, Document


@dataclass(frozen=True, slots=True)
class Facts:
    """What results can be narrowed down by."""

    type: str
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Corpus:
    """The index and the facts of what is in it, by document id; both as of one corpus stamp."""

    index: ArticleIndex
    facts: Mapping[str, Facts]


def corpus_for(desk: Desk, session: Session, person: Person) -> Corpus:
    """What this person searches. Whatever can be found changes with the stamp, so it needs no second look.

    Agents have an index of their own as soon as there are internal articles: otherwise spellings offered to others
    and the weights of words would tell what internal articles speak of.
    """
    stamp = session.exec(select(Stamp.value).where(Stamp.name == CORPUS)).first() or 0
    name = "articles"
    if person.may(Role.AGENT) and _has_internal(session):
        name = "articles with internal"
    return desk.kept(name, stamp, lambda: _read(session, person))


def _has_internal(session: Session) -> bool:
    query = select(Article.id).where(col(Article.audience) == Audience.INTERNAL).limit(1)
    return session.exec(query).first() is not None


def _read(session: Session, person: Person) -> Corpus:
    condition = may_find(person)
    tags: defaultdict[int | None, list[str]] = defaultdict(list)
    tagged = select(ArticleTag.article_id, ArticleTag.tag).join(Article, col(Article.id) == ArticleTag.article_id)
    for article_id, tag in session.exec(tagged.where(condition).order_by(ArticleTag.tag)).all():
        tags[article_id].append(tag)
    rows = session.exec(select(Article).where(condition).order_by(col(Article.id))).all()
    documents = [
        Document(str(row.id), row.title, markup.plain(row.body), (*tags[row.id], row.environment)) for row in rows
    ]
    facts = {str(row.id): Facts(row.type, tuple(tags[row.id])) for row in rows}
    return Corpus(ArticleIndex().fit(documents), facts)
