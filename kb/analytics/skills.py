"""What the support team is able to do."""

from __future__ import annotations

from sqlmodel import Session, col, func, select

from kb.analytics.figure import Cell
from kb.analytics.scope import Scope
from kb.analytics.sql import counts
from kb.labels import Role, words
from kb.tables import Account, PersonSkill


def skill_share(session: Session, scope: Scope) -> tuple[Cell, ...]:
    """Skills of active agents, leads and administrators, as they stand now; most frequent first."""
    query = (
        select(PersonSkill.skill, func.count())
        .join(Account, col(Account.id) == col(PersonSkill.account_id))
        .where(col(Account.is_disabled).is_(False), col(Account.role).in_([Role.AGENT, Role.LEAD, Role.ADMIN]))
        .group_by(PersonSkill.skill)
        .order_by(func.count().desc(), PersonSkill.skill)
    )
    if scope.team_id is not None:
        query = query.where(Account.team_id == scope.team_id)
    found = counts(session, query)
    n = sum(found.values())
    return tuple(Cell(skill, words(skill), count / n, n, is_exact=True) for skill, count in found.items())
