"""Triage: learn a label from confirmed incidents, guess it for new ones, say when a person has to look, and why."""

from models.triage.features import TextFeatures
from models.triage.guess import Candidate, Guess
from models.triage.model import TriageModel, same_text

__all__ = ["Candidate", "Guess", "TextFeatures", "TriageModel", "same_text"]
