"""How labels are learnt: of few texts, and of many kinds or many severities."""

from __future__ import annotations

from typing import NamedTuple

from models.triage import features
from models.triage.scoring import BAYES, SEVERITIES_LOGISTIC, TYPES_LOGISTIC, Learner


class Recipe(NamedTuple):
    """What differs from one way to learn labels to the other.

    Attributes
    ----------
    strength : float
        C of the support vector machines.
    second : Learner
        Whose opinion is heard beside theirs.
    parts : tuple of str
        The parts of a row that it reads.
    n_folds : int
        Of the rows, to see how far the scores can be trusted.
    has_hints : bool
        Whether concepts and signs are read.
    has_offsets : bool
        Whether each label has an offset of its own when scores become probabilities.
    weighs_by_labels : bool
        Whether a column counts by how unevenly the labels use it, instead of how rare it is.
    """

    strength: float
    second: Learner
    parts: tuple[str, ...]
    n_folds: int
    has_hints: bool = True
    has_offsets: bool = False
    weighs_by_labels: bool = False


FEW_SEVERITIES = Recipe(0.3, BAYES, ("words", "pairs"), n_folds=5)
"""A strength of 0.2 to 0.5 is alike on the starter set, and on 38,000 e-mails. On the starter set offsets would bring
0.004 of macro-F1 and nothing of kappa, and cost 0.03 to 0.04 where shares change with time: on bug reports of which
the first 1,757 or 3,514 are learnt and the next asked."""
FEW_TYPES = FEW_SEVERITIES._replace(has_offsets=True)
UNEVEN_TYPES = FEW_TYPES._replace(second=TYPES_LOGISTIC, parts=("words", "opening"), weighs_by_labels=True)
"""On other e-mails than those whose labels are learnt it gains 0.01 of macro-F1 with 600 and 1,200 of them and 0.015
with 2,400 and 4,800; on the starter set it loses as much and its probabilities are worse. Which of the two is better
shows on rows held out."""
MANY_TYPES = Recipe(0.3, TYPES_LOGISTIC, ("words", "opening"), n_folds=3, has_hints=False, weighs_by_labels=True)
"""Offsets would cost 0.001 to 0.002 of macro-F1: rare labels are given more than their share on purpose."""
MANY_SEVERITIES = Recipe(
    0.1, SEVERITIES_LOGISTIC, ("words", "opening", "opening pairs", "concepts", "signs"), n_folds=3
)
"""Severities are a matter of opinion, hence weaker: 0.513 of macro-F1 against 0.508, on 10,545 bug reports by time."""


def recipes_of(n_texts: int, *, is_ordered: bool) -> tuple[Recipe, ...]:
    """Return the ways to learn labels of so many texts among which held-out rows decide.

    All have the same folds and the same columns to read.
    """
    if n_texts < features.MANY_TEXTS:
        return (FEW_SEVERITIES,) if is_ordered else (FEW_TYPES, UNEVEN_TYPES)
    return (MANY_SEVERITIES,) if is_ordered else (MANY_TYPES,)
