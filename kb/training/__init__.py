"""How the assistant learns: rows a person confirmed, versions with their scores, challengers, shadows and roll-back."""

from kb.training.rows import MOST_PER_REVIEWER
from kb.training.runs import LEARNED, Outcome, first_models, first_models_aside, retrain_if_due, train, train_aside
from kb.training.shadow import ShadowRow, answer_in_shadow, end_shadow, put_in_shadow, shadows
from kb.training.trial import trial
from kb.training.versions import Again, LabelRow, Scores, VersionRow, measure_again, roll_back, versions

__all__ = [
    "LEARNED",
    "MOST_PER_REVIEWER",
    "Again",
    "LabelRow",
    "Outcome",
    "Scores",
    "ShadowRow",
    "VersionRow",
    "answer_in_shadow",
    "end_shadow",
    "first_models",
    "first_models_aside",
    "measure_again",
    "put_in_shadow",
    "retrain_if_due",
    "roll_back",
    "shadows",
    "train",
    "train_aside",
    "trial",
    "versions",
]
