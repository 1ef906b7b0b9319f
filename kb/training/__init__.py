"""How the assistant learns: rows a person confirmed, versions with their scores, challengers and roll-back."""

from kb.training.runs import LEARNED, Outcome, first_models, retrain_if_due, train, train_aside
from kb.training.trial import trial
from kb.training.versions import LabelRow, Scores, VersionRow, roll_back, versions

__all__ = [
    "LEARNED",
    "LabelRow",
    "Outcome",
    "Scores",
    "VersionRow",
    "first_models",
    "retrain_if_due",
    "roll_back",
    "train",
    "train_aside",
    "trial",
    "versions",
]
