"""Words as leads would have them read, and queries whose right answers people named."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, UniqueConstraint
from sqlmodel import Field

from kb.tables.base import Base


class SynonymRule(Base, table=True):
    """Who types the one words is also shown what the other words find."""

    __table_args__ = (UniqueConstraint("typed", "meant"),)
    id: int | None = Field(default=None, primary_key=True)
    typed: str
    meant: str
    is_both_ways: bool = False


class StopWord(Base, table=True):
    """Where leads differ from the built-in list: True takes a word out of queries, False lets a built-in one in."""

    word: str = Field(primary_key=True)
    is_ignored: bool


class SilentGroup(Base, table=True):
    """A group of built-in synonyms that leads have switched off, as it is written in the list."""

    text: str = Field(primary_key=True)


class WordingChange(Base, table=True):
    """A synonym, group or stop word that came or went, and what the golden set said of it. Append-only."""

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    typed: str
    meant: str = ""
    is_both_ways: bool = False
    account_id: int | None = Field(default=None, foreign_key="account.id")
    at: datetime = Field(index=True)
    scores: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    """queries, and before and after each with ndcg, mrr and zero_share; those null without a judged query."""
    is_forced: bool = False
    """It made search worse and a lead said to go ahead."""
    reason: str = ""
    undoes_id: int | None = Field(default=None, foreign_key="wordingchange.id", index=True)


class DismissedProposal(Base, table=True):
    """A proposed synonym that a lead does not want."""

    typed: str = Field(primary_key=True)
    meant: str = Field(primary_key=True)
    account_id: int | None = Field(default=None, foreign_key="account.id")
    at: datetime


class GoldenQuery(Base, table=True):
    """A query whose right answers are known. `key` is its one spelling."""

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    text: str
    source: str
    """starter or lead"""
    is_kept: bool = True
    """False: a lead took it out; what readers said fixed it does not bring it back."""
    at: datetime


class GoldenJudgement(Base, table=True):
    """How well an article answers a golden query: 3 exactly, 2 it helps, 1 it is related, 0 not at all."""

    query_id: int = Field(foreign_key="goldenquery.id", primary_key=True)
    article_id: int = Field(foreign_key="article.id", primary_key=True, index=True)
    grade: int
    account_id: int | None = Field(default=None, foreign_key="account.id")
    """Empty for the starter set."""
    at: datetime
