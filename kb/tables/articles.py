"""Articles with their revisions, ratings and annotations; searches and what came of them."""

from datetime import datetime

from sqlalchemy import JSON, Column, Index, UniqueConstraint
from sqlmodel import Field

from kb.labels import ArticleStatus, Audience
from kb.tables.base import Base


class Article(Base, table=True):
    """The current text; every former one is an ArticleRevision. Shown as KB-<id>."""

    id: int | None = Field(default=None, primary_key=True)
    title: str
    body: str
    type: str = Field(default="", index=True)
    environment: str = ""
    status: str = Field(default=ArticleStatus.DRAFT, index=True)
    audience: str = Audience.PUBLIC
    author_id: int | None = Field(default=None, foreign_key="account.id")
    owner_id: int | None = Field(default=None, foreign_key="account.id")
    revision: int = 1
    """Counts up with each change; a writer hands back the one he started from."""
    source_key: str | None = Field(default=None, unique=True)
    """Where an imported article came from (collection/path), so that a second import changes nothing."""
    source_hash: str = ""
    incident_id: int | None = Field(default=None, index=True)
    """The resolved incident it was drafted from."""
    created_at: datetime
    updated_at: datetime = Field(index=True)
    published_at: datetime | None = Field(default=None, index=True)
    verified_at: datetime | None = None
    is_demo: bool = False


class ArticleTag(Base, table=True):
    """One tag of one article, lower case."""

    article_id: int = Field(foreign_key="article.id", primary_key=True)
    tag: str = Field(primary_key=True, index=True)


class ArticleRevision(Base, table=True):
    """What an article said after its n-th change. Append-only."""

    __table_args__ = (UniqueConstraint("article_id", "number"),)
    id: int | None = Field(default=None, primary_key=True)
    article_id: int = Field(foreign_key="article.id", index=True)
    number: int
    title: str
    body: str
    type: str
    environment: str
    tags: list[str] = Field(sa_column=Column(JSON, nullable=False))
    status: str
    author_id: int | None = Field(default=None, foreign_key="account.id", index=True)
    note: str = ""
    at: datetime = Field(index=True)
    is_demo: bool = False


class Annotation(Base, table=True):
    """A remark on a passage of an article."""

    id: int | None = Field(default=None, primary_key=True)
    article_id: int = Field(foreign_key="article.id", index=True)
    account_id: int = Field(foreign_key="account.id")
    quote: str
    heading: str = ""
    body: str
    at: datetime = Field(index=True)
    resolved_at: datetime | None = None
    resolved_by_id: int | None = Field(default=None, foreign_key="account.id")
    answer: str = ""
    is_demo: bool = False


class Rating(Base, table=True):
    """Helped or did not; one row per article and rater (p:<account> or v:<visitor>), replaced by the next."""

    __table_args__ = (UniqueConstraint("article_id", "rater"),)
    id: int | None = Field(default=None, primary_key=True)
    article_id: int = Field(foreign_key="article.id", index=True)
    rater: str
    is_helpful: bool
    reason: str = ""
    comment: str = ""
    sentiment: str = ""
    """positive, neutral or negative: what the classifier said of the comment when it came; empty without comment."""
    at: datetime = Field(index=True)
    is_demo: bool = False


class SearchEvent(Base, table=True):
    """One finished search: what was asked, what was shown, how long it took, what was opened."""

    __table_args__ = (Index(None, "searcher", "at"),)
    id: int | None = Field(default=None, primary_key=True)
    query: str
    shown_query: str = ""
    shown_ids: list[int] = Field(sa_column=Column(JSON, nullable=False))
    found: int
    milliseconds: float
    searcher: str = ""
    """Rater key of who searched."""
    opened_id: int | None = None
    opened_rank: int | None = None
    """The place, from 1, at which the article opened was shown."""
    at: datetime = Field(index=True)
    is_demo: bool = False


class Deflection(Base, table=True):
    """This fixed it: an article solved a problem and no incident was needed. One a day per article and rater."""

    __table_args__ = (UniqueConstraint("article_id", "rater", "day"),)
    id: int | None = Field(default=None, primary_key=True)
    article_id: int = Field(foreign_key="article.id", index=True)
    rater: str
    day: str
    """ISO date in the portal's time zone."""
    type: str = Field(default="", index=True)
    """The article's incident type at the time; decides what it saved."""
    where: str = "article"
    """article, or report when it ended a report half-way."""
    at: datetime = Field(index=True)
    is_demo: bool = False


class Favourite(Base, table=True):
    """An article somebody with an account keeps at hand."""

    account_id: int = Field(foreign_key="account.id", primary_key=True)
    article_id: int = Field(foreign_key="article.id", primary_key=True, index=True)
    at: datetime


class Reading(Base, table=True):
    """When a reader (p:<account> or v:<visitor>) last opened an article; the newest few are kept."""

    reader: str = Field(primary_key=True)
    article_id: int = Field(foreign_key="article.id", primary_key=True, index=True)
    at: datetime = Field(index=True)


class Pin(Base, table=True):
    """An article that a lead puts first for a query. A pin taken away stays, with who took it away and when."""

    id: int | None = Field(default=None, primary_key=True)
    query: str
    """As the lead wrote it."""
    asked: str = Field(index=True)
    """What the query asks for: its stems in order, whatever their order was. So are queries matched."""
    article_id: int = Field(foreign_key="article.id", index=True)
    position: int
    """Its place among the pins of the query; may have gaps."""
    by_id: int | None = Field(default=None, foreign_key="account.id")
    at: datetime
    removed_by_id: int | None = Field(default=None, foreign_key="account.id")
    removed_at: datetime | None = Field(default=None, index=True)


class Outcome(Base, table=True):
    """What was learned of how an article serves a query, or (`asked` empty) everybody who read it.

    Worked out anew as a whole by the job "outcomes" from searches, ratings and deflections, which are the truth.
    """

    article_id: int = Field(foreign_key="article.id", primary_key=True)
    asked: str = Field(primary_key=True)
    query: str = ""
    """One of the ways it was typed."""
    people: int
    """Searchers who were shown it, or readers who said whether it helped."""
    successes: float
    chances: float
    factor: float
    """What the score of a match is multiplied by."""
    learned_at: datetime


class OutcomeReset(Base, table=True):
    """Evidence from before `at` counts no more: of one article, or (empty) of all. Append-only."""

    id: int | None = Field(default=None, primary_key=True)
    article_id: int | None = Field(default=None, foreign_key="article.id")
    by_id: int | None = Field(default=None, foreign_key="account.id")
    at: datetime
