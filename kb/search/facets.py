"""What results can be narrowed down by: type, tags, age and whether somebody has verified them lately."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from kb.articles.rows import CORPUS, VERIFIED
from kb.desk import Desk
from kb.labels import ArticleStatus
from kb.search.corpus import Facts
from kb.tables import Article

MOST_LABELS = 12
AGES = {"month": timedelta(days=30), "year": timedelta(days=365), "older": timedelta.max}
"""How long ago an article was changed at most; a month is part of the year, `older` is what no year reaches."""


@dataclass(frozen=True, slots=True)
class Dates:
    """When an article was changed and verified last."""

    updated_at: datetime
    verified_at: datetime | None


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Any of the types, all of the tags, one age, verified or not; empty and None take everything."""

    types: Collection[str] = ()
    tags: Collection[str] = ()
    age: str = ""
    is_verified: bool | None = None

    def __bool__(self) -> bool:
        return bool(self.types or self.tags or self.age or self.is_verified is not None)


@dataclass(frozen=True, slots=True)
class Match:
    """What is known of an article that was found."""

    type: str
    tags: tuple[str, ...]
    ages: tuple[str, ...]
    is_verified: bool

    def fits(self, narrowing: Narrowing) -> bool:
        return (
            (not narrowing.types or self.type in narrowing.types)
            and set(narrowing.tags) <= set(self.tags)
            and (not narrowing.age or narrowing.age in self.ages)
            and narrowing.is_verified in (None, self.is_verified)
        )


@dataclass(frozen=True, slots=True)
class Counts:
    """What each choice would leave, given all the other choices."""

    type_counts: dict[str, int]
    tag_counts: dict[str, int]
    age_counts: dict[str, int]
    verified_counts: dict[bool, int]


def matches(
    desk: Desk, session: Session, ids: Sequence[str], facts: Mapping[str, Facts], *, stamps: Mapping[str, int]
) -> list[Match]:
    """What is known of the articles found, in their order; ages are looked at anew every minute."""
    stamp = stamps.get(CORPUS), stamps.get(VERIFIED)
    dates = desk.kept("article dates", stamp, lambda: _read(session))
    now = desk.now()
    known: dict[str, Match] = desk.kept("matches", (stamp, now.replace(second=0, microsecond=0)), dict)
    since = [(age, now - span) for age, span in AGES.items() if span < timedelta.max]
    lately = now - timedelta(days=desk.settings.verify_days)
    known.update((one, _match(facts[one], dates.get(one), since, lately)) for one in ids if one not in known)
    return [known[one] for one in ids]


def counted(found: Sequence[Match], narrowing: Narrowing) -> Counts:
    """Count each facet over what the other facets leave."""

    def left(**without: object) -> Sequence[Match]:
        others = replace(narrowing, **without)  # type: ignore[arg-type]
        return [match for match in found if match.fits(others)] if others else found

    ages = Counter(age for match in left(age="") for age in match.ages)
    verified = Counter(match.is_verified for match in left(is_verified=None))
    return Counts(
        type_counts=_frequent(match.type for match in left(types=())),
        tag_counts=_frequent(tag for match in left() for tag in match.tags),
        age_counts={age: ages[age] for age in AGES} if found else {},
        verified_counts={answer: verified[answer] for answer in (True, False)} if found else {},
    )


def _read(session: Session) -> dict[str, Dates]:
    query = select(Article.id, Article.updated_at, Article.verified_at)
    rows = session.exec(query.where(col(Article.status) == ArticleStatus.PUBLISHED)).all()
    return {str(row[0]): Dates(row[1], row[2]) for row in rows}


def _match(facts: Facts, dates: Dates | None, since: Sequence[tuple[str, datetime]], lately: datetime) -> Match:
    if dates is None:  # withdrawn behind the index: it shows nowhere, and is of no age
        return Match(facts.type, facts.tags, (), False)
    ages = [age for age, first in since if dates.updated_at >= first] or ["older"]
    is_verified = dates.verified_at is not None and dates.verified_at >= lately
    return Match(facts.type, facts.tags, tuple(ages), is_verified)


def _frequent(labels: Iterable[str]) -> dict[str, int]:
    """Each label with how often it comes, the most frequent first; the empty one counts nothing."""
    counts = Counter(filter(None, labels))
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:MOST_LABELS])
