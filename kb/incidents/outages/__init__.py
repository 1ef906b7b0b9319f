"""Outages told by users: a burst of like reports is offered to the leads, who make a major incident of it."""

from kb.incidents.outages.announcing import Announced, announce, announced, dismiss
from kb.incidents.outages.looking import look
from kb.incidents.outages.usual import chance
from kb.incidents.outages.waiting import BurstView, Report, waiting

__all__ = [
    "Announced",
    "BurstView",
    "Report",
    "announce",
    "announced",
    "chance",
    "dismiss",
    "look",
    "waiting",
]
