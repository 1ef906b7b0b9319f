"""Review: leads look at labels the assistant was not sure of; what they decide teaches the next model."""

from kb.review.details import Details, Mark, Opinion, Similar, details
from kb.review.judging import accept, correct, unsure
from kb.review.waiting import Queue, Waiting, queue

__all__ = [
    "Details",
    "Mark",
    "Opinion",
    "Queue",
    "Similar",
    "Waiting",
    "accept",
    "correct",
    "details",
    "queue",
    "unsure",
]
