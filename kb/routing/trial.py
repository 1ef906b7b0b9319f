"""A dry run: what a rule would have done to the latest incidents, before it may touch one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlmodel import Session, col, func, select

from kb.desk import Desk
from kb.errors import NotFound
from kb.labels import Impact, Role, Target, Urgency, severity_of
from kb.person import Person
from kb.routing.deciding import Facts, Route, Router, Rule, rule_of
from kb.routing.staffing import standings
from kb.services import labels_now
from kb.tables import Incident, Prediction, Review, RoutingRule

LAST = 500
MOST_EXAMPLES = 10
ALL_BACK = datetime.max.replace(tzinfo=UTC)
"""A trial asks what the rule does, not who is away today or has much to do."""
TEACHING = ("accepted", "corrected")


@dataclass(frozen=True, slots=True)
class Moved:
    """An incident that would go elsewhere, or be of another type. Teams and types are in words."""

    incident_id: int
    title: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Trial:
    """What a rule would have done. `n` were looked at, `fits` met its condition.

    `is_enough` says whether the trial counts, so that the rule may go live.
    """

    rule_id: int
    n: int
    is_enough: bool
    fits: int
    to_team: tuple[tuple[str, str, int], ...]
    """Team without the rule, team with it, and how many; most first."""
    stayed: int
    """Of those the rule sends to its team, how many are with that team today, wherever they began: people left them
    there or moved them there."""
    sent: int
    to_type: int
    """How many would get another type from it."""
    type_right: int
    type_checked: int
    """Of those that fit, how many a person has looked at, and how often that type was the rule's."""
    examples: tuple[Moved, ...]


@dataclass(frozen=True, slots=True)
class _Case:
    incident: Incident
    facts: Facts
    confirmed: str
    """The type a person gave it; empty when nobody looked."""


def try_rule(desk: Desk, person: Person, rule_id: int, *, last: int = LAST) -> Trial:
    """Route the latest incidents without the rule and with it at its place, as if all teams were there.

    Remembers that the rule was tried as it stands now, so that it may go live; one that looked at fewer than the 500
    latest (or all, where there are fewer) is only shown.
    """
    person.require(Role.ADMIN, "try rules")
    with desk.transaction() as session:
        rows = session.exec(select(RoutingRule).order_by(col(RoutingRule.position), col(RoutingRule.id))).all()
        row = next((one for one in rows if one.id == rule_id), None)
        if row is None:
            raise NotFound("There is no such rule.")
        without = [rule_of(one) for one in rows if one.is_live and one is not row]
        with_it = [rule_of(one) for one in rows if one.is_live or one is row]
        idle = {id: replace(team, live=0) for id, team in standings(session, ALL_BACK).items()}
        router, is_enough = Router(session, without, idle), _is_enough(session, last)
        if is_enough:
            row.tried_at = desk.now()
        cases = _cases(session, last)
        return _compare(rule_of(row), router, router.with_rules(with_it), cases, is_enough=is_enough)


def _is_enough(session: Session, last: int) -> bool:
    return last >= LAST or last >= session.exec(select(func.count()).select_from(Incident)).one()


def _compare(rule: Rule, without: Router, with_it: Router, cases: Sequence[_Case], *, is_enough: bool) -> Trial:
    fits = [case for case in cases if rule.fits(case.facts)]
    routes = [(case, without.route(case.facts), with_it.route(case.facts)) for case in fits]
    sent = [case for case, _, new in routes if rule.team_id and rule.id in new.rule_ids and new.team_id == rule.team_id]
    moves = Counter((_team(without, old), _team(with_it, new)) for _, old, new in routes if old.team_id != new.team_id)
    checked = [case.confirmed for case in fits if case.confirmed and rule.sets_type]
    return Trial(
        rule_id=rule.id or 0,
        n=len(cases),
        is_enough=is_enough,
        fits=len(fits),
        to_team=tuple((old, new, count) for (old, new), count in moves.most_common()),
        stayed=sum(case.incident.team_id == rule.team_id for case in sent),
        sent=len(sent),
        to_type=sum(old.type != new.type for _, old, new in routes),
        type_right=checked.count(rule.sets_type),
        type_checked=len(checked),
        examples=tuple(
            Moved(case.incident.id or 0, case.incident.title, _said(without, old), _said(with_it, new))
            for case, old, new in routes
            if (old.team_id, old.type) != (new.team_id, new.type)
        )[:MOST_EXAMPLES],
    )


def _team(router: Router, route: Route) -> str:
    return router.standing[route.team_id].name if route.team_id in router.standing else "nobody"


def _said(router: Router, route: Route) -> str:
    kind = router.types.get(route.type)
    return f"{_team(router, route)}, {kind.name if kind else 'type not known'}"


def _cases(session: Session, last: int) -> list[_Case]:
    """The latest incidents as they were known when they came."""
    newest = select(Incident).order_by(col(Incident.created_at).desc(), col(Incident.id).desc()).limit(last)
    incidents = session.exec(newest).all()
    ids = [incident.id for incident in incidents]
    now = labels_now(session)
    first = select(func.min(Prediction.id)).where(
        Prediction.target == Target.TYPE, col(Prediction.incident_id).in_(ids)
    )
    said = select(Prediction.incident_id, Prediction.label).where(
        col(Prediction.id).in_(first.group_by(col(Prediction.incident_id))), col(Prediction.is_sure)
    )
    sure = {id: now.get(label, label) for id, label in session.exec(said)}
    judged = select(Review.incident_id, Review.type).where(
        col(Review.decision).in_(TEACHING), col(Review.undone_at).is_(None), col(Review.incident_id).in_(ids)
    )
    confirmed = {id: now.get(label, label) for id, label in session.exec(judged.order_by(col(Review.id)))}
    return [_Case(one, _facts(one, sure.get(one.id or 0, "")), confirmed.get(one.id or 0, "")) for one in incidents]


def _facts(incident: Incident, type_: str) -> Facts:
    severity = severity_of(Impact(incident.impact), Urgency(incident.urgency))
    return Facts(f"{incident.title}\n{incident.body}", type_, severity, incident.service_id)
