"""Service levels: business-hours arithmetic, due times, pauses and breaches, and how a due time came about."""

from kb.sla.hours import Calendar, after, business_seconds
from kb.sla.ledger import Ledger, Line, Share, counted
from kb.sla.promises import (
    BREACHES_AT_A_TIME,
    DEFAULT_HOURS,
    DEFAULT_TARGETS,
    MINUTE,
    Rules,
    calendar_of,
    due,
    mark_breaches,
    resume,
    retarget,
    rules,
)

__all__ = [
    "BREACHES_AT_A_TIME",
    "DEFAULT_HOURS",
    "DEFAULT_TARGETS",
    "MINUTE",
    "Calendar",
    "Ledger",
    "Line",
    "Rules",
    "Share",
    "after",
    "business_seconds",
    "calendar_of",
    "counted",
    "due",
    "mark_breaches",
    "resume",
    "retarget",
    "rules",
]
