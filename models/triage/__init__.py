"""Triage: learn a label from confirmed incidents, guess it for new ones, say when a person has to look, and why."""

from models.triage.features import TextFeatures
from models.triage.groups import same_text
from models.triage.guess import Candidate, Guess
from models.triage.model import TriageModel

__all__ = ["Candidate", "Guess", "TextFeatures", "TriageModel", "same_text"]
