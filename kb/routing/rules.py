"""The rules beside the assistant: kept in order, changed in the quiet, live only after they were tried."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from kb.desk import Desk
from kb.errors import Conflict, NotFound, NotValid
from kb.labels import Role, Severity
from kb.person import Person
from kb.routing.deciding import Rule, rule_of
from kb.tables import IncidentType, RoutingRule, Service, Team

MOST_RULES, MOST_WORDS, LONGEST_WORD = 100, 30, 60
ACTION = "change the rules"


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule as it is shown: `condition` and `result` are its sentence."""

    id: int
    place: int
    rule: Rule
    condition: str
    result: str
    is_live: bool
    tried_at: datetime | None
    """When it was tried in the list as it stands; None after a change to any rule, unless it is live."""


def rules(desk: Desk, person: Person) -> tuple[RuleRow, ...]:
    """All rules in the order they are asked."""
    person.require(Role.LEAD, "see the rules")
    with desk.reading() as session:
        rows = _in_order(session)
        names = _Names(session)
    return tuple(
        RuleRow(row.id or 0, place, rule := rule_of(row), names.condition(rule), names.result(rule), row.is_live,
                row.tried_at)
        for place, row in enumerate(rows, 1)
    )  # fmt: skip


def save_rule(desk: Desk, person: Person, rule: Rule, *, place: int | None = None) -> int:
    """Add a rule, or change the one with its id; gives the id. It is not live then until it was tried.

    Trials of all that are not live are void then. `place` counts from 1; without one it stays, or comes last. Raises
    NotValid when it asks or does nothing.
    """
    person.require(Role.ADMIN, ACTION)
    name, words = " ".join(rule.name.split()), _words(rule.words)
    _check(rule, name, words)
    with desk.transaction() as session:
        _check_known(session, rule)
        rows = _in_order(session)
        if rule.id is None and len(rows) >= MOST_RULES:
            raise Conflict(f"There are {MOST_RULES} rules already. Remove one that no longer fits.")
        row = _existing(session, rule.id) if rule.id else RoutingRule(position=0, name=name, words=[], at=desk.now())
        row.name, row.words, row.type, row.service_id = name, words, rule.type, rule.service_id
        row.least_severity, row.team_id, row.sets_type = rule.least_severity, rule.team_id, rule.sets_type
        row.is_live, row.tried_at, row.account_id, row.at = False, None, person.id, desk.now()
        session.add(row)
        _put(rows, row, place)
        _void_trials(rows)
        session.flush()
        return row.id or 0


def go_live(desk: Desk, person: Person, rule_id: int) -> None:
    """Let the rule route from now on. Raises Conflict when it was not tried since the list was last changed."""
    person.require(Role.ADMIN, ACTION)
    with desk.transaction() as session:
        row = _existing(session, rule_id)
        if row.tried_at is None:
            raise Conflict("Try this rule on past incidents first; a trial holds until any rule is changed.")
        _switch(session, row, is_live=True)


def pause(desk: Desk, person: Person, rule_id: int) -> None:
    """Leave the rule out until it goes live again."""
    person.require(Role.ADMIN, ACTION)
    with desk.transaction() as session:
        _switch(session, _existing(session, rule_id), is_live=False)


def remove(desk: Desk, person: Person, rule_id: int) -> None:
    """Forget the rule; what it did stands in the incidents' timelines."""
    person.require(Role.ADMIN, ACTION)
    with desk.transaction() as session:
        session.delete(_existing(session, rule_id))
        _void_trials(_in_order(session))


class _Names:
    """Teams, services and types in words."""

    def __init__(self, session: Session) -> None:
        self.teams = {row.id: row.name for row in session.exec(select(Team).order_by(col(Team.id)))}
        self.services = {row.id: row.name for row in session.exec(select(Service).order_by(col(Service.id)))}
        self.types = {row.slug: row.name for row in session.exec(select(IncidentType).order_by(IncidentType.slug))}

    def condition(self, rule: Rule) -> str:
        said = " or ".join(f"“{word}”" for word in rule.words)
        least = f"it is {rule.least_severity}" if rule.least_severity else ""
        parts = (
            f"the text has {said}" if said else "",
            f"the assistant is sure of {self.types.get(rule.type, rule.type)}" if rule.type else "",
            f"the service is {self.services.get(rule.service_id, 'gone')}" if rule.service_id else "",
            least if rule.least_severity in ("", Severity.CRITICAL) else f"{least} or worse",
        )
        return " and ".join(filter(None, parts))

    def result(self, rule: Rule) -> str:
        parts = (
            f"it goes to {self.teams.get(rule.team_id, 'a team that is gone')}" if rule.team_id else "",
            f"its type is {self.types.get(rule.sets_type, rule.sets_type)}" if rule.sets_type else "",
        )
        return " and ".join(filter(None, parts))


def _in_order(session: Session) -> list[RoutingRule]:
    return list(session.exec(select(RoutingRule).order_by(col(RoutingRule.position), col(RoutingRule.id))))


def _switch(session: Session, row: RoutingRule, *, is_live: bool) -> None:
    if row.is_live != is_live:
        row.is_live = is_live
        _void_trials(_in_order(session))


def _void_trials(rows: Sequence[RoutingRule]) -> None:
    """Order decides: what a rule would do is another thing once the list has changed."""
    for row in rows:
        if not row.is_live:
            row.tried_at = None


def _put(rows: list[RoutingRule], row: RoutingRule, place: int | None) -> None:
    """Give the row its place and all of them their numbers."""
    before = rows.index(row) if row in rows else len(rows)
    others = [one for one in rows if one is not row]
    others.insert(before if place is None else max(0, place - 1), row)
    for number, one in enumerate(others):
        one.position = number


def _words(given: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(filter(None, (" ".join(word.split()).lower() for word in given))))


def _check(rule: Rule, name: str, words: Sequence[str]) -> None:
    if not 1 <= len(name) <= 80:
        raise NotValid("name", "A rule needs a name of up to 80 characters.")
    if len(words) > MOST_WORDS or any(len(word) > LONGEST_WORD for word in words):
        raise NotValid("words", f"A rule has up to {MOST_WORDS} words or phrases of up to {LONGEST_WORD} characters.")
    if not (words or rule.type or rule.service_id or rule.least_severity):
        raise NotValid("words", "Say when the rule fits: words, a type, a service or a severity.")
    if not (rule.team_id or rule.sets_type):
        raise NotValid("team_id", "Say what the rule does: name a team, a type or both.")
    if rule.least_severity and rule.least_severity not in list(Severity):
        raise NotValid("least_severity", "The severity is low, medium, high or critical.")


def _check_known(session: Session, rule: Rule) -> None:
    if rule.team_id is not None and session.get(Team, rule.team_id) is None:
        raise NotFound("There is no such team.")
    if rule.service_id is not None and session.get(Service, rule.service_id) is None:
        raise NotFound("There is no such service.")
    for slug in filter(None, (rule.type, rule.sets_type)):
        known = session.get(IncidentType, slug)
        if known is None or not known.is_active:
            raise NotValid("type", f"There is no incident type {slug[:40]!r} in use.")


def _existing(session: Session, rule_id: int) -> RoutingRule:
    row = session.get(RoutingRule, rule_id)
    if row is None:
        raise NotFound("There is no such rule.")
    return row
