"""The index over published articles, brought up to date when the corpus stamp has been raised."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from kb import markup
from kb.articles.rows import CORPUS, may_find
from kb.desk import Desk
from kb.labels import Audience, Role
from kb.person import Person
from kb.search.stamps import stamps_of
from kb.tables import Article, ArticleTag
from models.ranking import ArticleIndex, Document

SHARE_CHANGED = 0.05
"""When more than this share of the articles has changed since it was built, the index is built anew."""
SMALL = 1_000
"""With fewer articles it is built anew each time: it takes a moment, and how rare a word is is learned afresh."""
_AT_ONCE = 500  # parameters of one statement

Version = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """What results can be narrowed down by."""

    type: str
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Corpus:
    """The index and the facts of what is in it, by document id; both as of one corpus stamp.

    `versions` says which version of each article was indexed, `n_changed` how many changed since the index was built.
    """

    index: ArticleIndex
    facts: Mapping[str, Facts]
    versions: Mapping[int, Version]
    n_changed: int = 0


def corpus_for(desk: Desk, session: Session, person: Person, stamps: Mapping[str, int] | None = None) -> Corpus:
    """What this person searches. Whatever can be found changes with the stamp, so it needs no second look.

    Agents have an index of their own as soon as there are internal articles: otherwise spellings offered to others
    and the weights of words would tell what internal articles speak of. `stamps` saves asking for them.
    """
    stamp = (stamps_of(session) if stamps is None else stamps).get(CORPUS, 0)
    name = "articles"
    if person.may(Role.AGENT) and _has_internal(session):
        name = "articles with internal"
    return desk.renewed(name, stamp, lambda former: _read(session, person, former))


def _has_internal(session: Session) -> bool:
    query = select(Article.id).where(col(Article.audience) == Audience.INTERNAL).limit(1)
    return session.exec(query).first() is not None


def _read(session: Session, person: Person, former: Corpus | None) -> Corpus:
    """Index what has changed since `former`; everything, when that is much."""
    condition = may_find(person)
    tags: defaultdict[int | None, list[str]] = defaultdict(list)
    tagged = select(ArticleTag.article_id, ArticleTag.tag).join(Article, col(Article.id) == ArticleTag.article_id)
    for article_id, tag in session.exec(tagged.where(condition).order_by(ArticleTag.tag)).all():
        tags[article_id].append(tag)
    found = select(Article.id, Article.revision, Article.updated_at, Article.type).where(condition)
    rows = session.exec(found.order_by(col(Article.id))).all()
    facts = {str(id_): Facts(type_, tuple(tags[id_])) for id_, _, _, type_ in rows}
    versions: dict[int, Version] = {id_ or 0: (revision, updated, *tags[id_]) for id_, revision, updated, _ in rows}
    changed = [one for one, version in versions.items() if former is None or former.versions.get(one) != version]
    gone = [str(one) for one in former.versions if one not in versions] if former else []
    n_changed = len(changed) + len(gone) + (former.n_changed if former else 0)
    if former is None or len(versions) < SMALL or n_changed > len(versions) * SHARE_CHANGED:
        return Corpus(ArticleIndex().fit(_documents(session, list(versions), tags)), facts, versions)
    return Corpus(former.index.changed(_documents(session, changed, tags), gone), facts, versions, n_changed)


def _documents(session: Session, ids: Sequence[int], tags: Mapping[int | None, Sequence[str]]) -> list[Document]:
    rows: list[Article] = []
    for first in range(0, len(ids), _AT_ONCE):
        some = select(Article).where(col(Article.id).in_(ids[first : first + _AT_ONCE]))
        rows += session.exec(some.order_by(col(Article.id))).all()
    return [Document(str(row.id), row.title, markup.plain(row.body), (*tags[row.id], row.environment)) for row in rows]
