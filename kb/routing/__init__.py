"""Routing: which team an incident goes to, by rules, service, type, skills, load and availability."""

from kb.routing.deciding import MANY, TIMES_LESS, Facts, Route, Router, Rule, as_usual, route
from kb.routing.rules import RuleRow, go_live, pause, remove, rules, save_rule
from kb.routing.staffing import Hand, Standing, hands, staffing
from kb.routing.trial import LAST, Moved, Trial, try_rule

__all__ = [
    "LAST",
    "MANY",
    "TIMES_LESS",
    "Facts",
    "Hand",
    "Moved",
    "Route",
    "Router",
    "Rule",
    "RuleRow",
    "Standing",
    "Trial",
    "as_usual",
    "go_live",
    "hands",
    "pause",
    "remove",
    "route",
    "rules",
    "save_rule",
    "staffing",
    "try_rule",
]
