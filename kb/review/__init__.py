"""Review: leads look at labels the assistant was not sure of; what they decide teaches the next model."""

from kb.review.agreeing import Agreements, agreements
from kb.review.alike import Similar
from kb.review.budget import set_budget
from kb.review.details import Details, Mark, Opinion, details
from kb.review.disputes import Settled
from kb.review.judging import accept, correct, unsure
from kb.review.undoing import last, undo
from kb.review.waiting import Queue, Today, Waiting, queue

__all__ = [
    "Agreements",
    "Details",
    "Mark",
    "Opinion",
    "Queue",
    "Settled",
    "Similar",
    "Today",
    "Waiting",
    "accept",
    "agreements",
    "correct",
    "details",
    "last",
    "queue",
    "set_budget",
    "undo",
    "unsure",
]
