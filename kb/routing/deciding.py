"""The decision: rules in their order, the service's team, the type's; where that is away or swamped, who knows how."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from sqlmodel import Session, col, select

from kb.desk import Desk
from kb.labels import Severity, words
from kb.routing.staffing import Standing, standings
from kb.tables import IncidentType, RoutingRule, Service

MANY, TIMES_LESS = 10, 3
"""The type's team keeps what comes until each of its people who is there has so many open, and a team that knows how
has so many times less for each."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an incident when it is routed. `type` is empty unless the assistant is sure of it."""

    text: str
    type: str
    severity: Severity
    service_id: int | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """If all that is said here holds, the team or the type is this. What is empty is not asked."""

    name: str
    words: tuple[str, ...] = ()
    type: str = ""
    service_id: int | None = None
    least_severity: str = ""
    team_id: int | None = None
    sets_type: str = ""
    id: int | None = None

    def fits(self, facts: Facts) -> bool:
        return (
            (not self.type or self.type == facts.type)
            and (self.service_id is None or self.service_id == facts.service_id)
            and (not self.least_severity or _rank(facts.severity) >= _rank(Severity(self.least_severity)))
            and (not self.words or any(_pattern(word).search(facts.text) for word in self.words))
        )


@dataclass(frozen=True, slots=True)
class Route:
    """Where an incident goes. `type` is the facts' or a rule's; a rule's is no opinion of the assistant's, so the
    incident waits for review as before. `why` is empty where the service or the type decided as usual."""

    team_id: int | None
    type: str
    why: str = ""
    rule_ids: tuple[int, ...] = field(default=())


def route(session: Session, desk: Desk, facts: Facts) -> Route:
    """Decide with the live rules and who is there now; joins the caller's transaction."""
    return Router(session, live_rules(session), standings(session, desk.now())).route(facts)


def as_usual(session: Session, desk: Desk, facts: Facts) -> Route:
    """Decide by service, type, skills and who is there now, when a person has said what it is: no rule is asked."""
    return Router(session, (), standings(session, desk.now())).route(facts)


def live_rules(session: Session) -> list[Rule]:
    """The rules that are in force, in their order."""
    query = select(RoutingRule).where(col(RoutingRule.is_live))
    return [rule_of(row) for row in session.exec(query.order_by(col(RoutingRule.position), col(RoutingRule.id)))]


def rule_of(row: RoutingRule) -> Rule:
    return Rule(
        row.name, tuple(row.words), row.type, row.service_id, row.least_severity, row.team_id, row.sets_type, row.id
    )


class Router:
    """Decides for many incidents on one reading of rules, services, types and people."""

    def __init__(self, session: Session, rules: Sequence[Rule], standing: dict[int, Standing]) -> None:
        self.rules, self.standing = rules, standing
        self.services = {row.id: row for row in session.exec(select(Service).order_by(col(Service.id)))}
        self.types = {row.slug: row for row in session.exec(select(IncidentType).order_by(IncidentType.slug))}

    def with_rules(self, rules: Sequence[Rule]) -> Router:
        """The same house under other rules."""
        other = object.__new__(Router)
        other.rules, other.standing, other.services, other.types = rules, self.standing, self.services, self.types
        return other

    def route(self, facts: Facts) -> Route:
        typing = next((rule for rule in self.rules if rule.sets_type and rule.fits(facts)), None)
        leading = next((rule for rule in self.rules if rule.team_id and rule.fits(facts)), None)
        if typing is not None:
            facts = replace(facts, type=typing.sets_type)
        used = [rule for rule in (typing, leading) if rule is not None]
        ids = tuple(dict.fromkeys(rule.id or 0 for rule in used))
        why = "; ".join(dict.fromkeys(f"rule “{rule.name}”" for rule in used))
        if leading is not None:
            return Route(leading.team_id, facts.type, why, ids)
        team_id, reason = self._usual(facts)
        return Route(team_id, facts.type, "; ".join(filter(None, (why, reason))), ids)

    def _usual(self, facts: Facts) -> tuple[int | None, str]:
        """The service's team, the type's, or while they are away the one with least to do whose people know how.

        That one also comes before the type's team where this has far more to do; the service's team keeps its own.
        """
        service, kind = self.services.get(facts.service_id), self.types.get(facts.type)
        named = [one.team_id for one in (service, kind) if one is not None]
        owners = [self.standing[team_id] for team_id in named if team_id in self.standing]
        reason = f"nobody of {owners[0].name} is there" if owners and not owners[0].is_staffed else ""
        owner = next((one for one in owners if one.is_staffed), None)
        skill = kind.skill if kind else ""
        able = [team for team in self.standing.values() if skill and team.skills.get(skill)]
        best = min(able, key=lambda team: (team.load, team.team_id), default=None)
        if owner is not None:
            if best is None or (service and service.team_id) or not _is_swamped(owner, beside=best):
                return owner.team_id, reason
            reason = f"{owner.name} has {owner.load:.1f} open for each there"
        elif best is None:
            return (owners[0].team_id if owners else None), ""
        knows = f"{best.skills[skill]} of {best.name} know {words(skill).lower()}, {best.load:.1f} open for each there"
        return best.team_id, "; ".join(filter(None, (reason, knows)))


def _is_swamped(team: Standing, *, beside: Standing) -> bool:
    """Whether a team has far more for each of its people than another; of one without accounts nobody knows."""
    return team.available > 0 and team.load >= MANY and team.load >= TIMES_LESS * beside.load


@lru_cache(maxsize=1_000)
def _pattern(word: str) -> re.Pattern[str]:
    """The word or phrase as such, not within another word; spaces match any space."""
    inner = r"\s+".join(re.escape(part) for part in word.split())
    return re.compile(rf"(?<!\w){inner}(?!\w)", re.IGNORECASE)


def _rank(severity: Severity) -> int:
    return list(Severity).index(severity)
