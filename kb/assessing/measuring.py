"""The measurement: learn from what came first, try it on what came last, and look closely at every label."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from kb.assessing import costs
from kb.assessing.cases import Case, cases, labels, starter_rows, taught, texts
from kb.assessing.report import Bin, Curve, Doubt, Group, Pair, Report, Rival, Share, Span
from kb.desk import Desk
from kb.error_budget import error_budget
from kb.errors import Conflict
from kb.labels import Role, Target
from kb.person import Person
from kb.training.measuring import blank
from models.evaluation.baselines import Keywords, Majority
from models.evaluation.classification import ece, macro_f1
from models.evaluation.learning import fit_curve, forecast
from models.evaluation.noise import HeldOut, confused, held_out, suspects
from models.evaluation.resampling import spread
from models.triage import TriageModel, same_text

LEAST_CASES = 30
TEST_SHARE = 0.3
LEAST_CURVE = 24
"""Own labels to learn from before a curve through parts of them says anything."""
MARKS, LEAST_GAIN = (*(mark / 20 for mark in range(1, 20)), 0.98), 0.01
"""The next macro-F1 to reach; with more than 0.97 there is little left to gain."""
PARTS = (0.0, 0.125, 0.25, 0.5)
BINS = 10
MOST_DOUBTS = 20
OFTEN, LEAST_MIXED = 0.1, 5
"""Two labels are confused too often when it surely happens to more than one of ten, and five times at least."""
SMALL_GROUP = 5

Strings = NDArray[np.str_]
Bools = NDArray[np.bool_]
Known = tuple[Sequence[str], Sequence[str]]
Figures = tuple[Share, Span, Span, Share | None]
"""What is right, macro-F1, cost, and of the severity the critical ones missed."""


@dataclass(frozen=True, slots=True)
class Split:
    """The cases in two by time. What a training would not take is not learned, what was learned is not asked again."""

    target: Target
    starter: Known
    train: Sequence[Case]
    test: Sequence[Case]
    n_over_cap: int
    n_repeats: int

    @property
    def known(self) -> Known:
        return [*self.starter[0], *texts(self.train)], [*self.starter[1], *labels(self.train)]

    @property
    def truth(self) -> Strings:
        return np.array(labels(self.test), dtype=str)


def assess(
    desk: Desk, person: Person, target: Target, *, until: datetime | None = None, target_error: float | None = None
) -> Report:
    """Measure on the labels people confirmed by `until` (now, when not given). Takes a minute or two.

    `target_error` (0-1) of the answers given alone may be wrong; without it, what a lead set. The models are trained
    for this alone, so that none has seen what it is asked, on rows capped for each person as in every training. What
    is as of `until` and what as of today, `cases` says. Raises Conflict with fewer than 30 confirmed incidents.
    """
    person.require(Role.LEAD, "assess the assistant")
    until = until or desk.now().replace(microsecond=0)  # what can be typed at the command line gives the same again
    with desk.reading() as session:
        starter, found = starter_rows(session, target, until=until), cases(session, target, until=until)
        budget = error_budget(session) if target_error is None else target_error
    _check_enough(len(found.rows))
    split = halves(target, starter, found.rows)
    model = blank(target).set_params(target_error=budget).fit(*split.known)
    probabilities = model.predict_proba(texts(split.test))
    columns = model.decide(probabilities)
    said, confidence = model.classes_[columns], probabilities[np.arange(len(columns)), columns]
    is_sure, is_right = model.is_sure(texts(split.test), probabilities), said == split.truth
    out = _out_of_fold(target, starter, found.rows)
    return Report(
        target=target,
        until=until,
        is_demo=found.is_demo,
        n_starter=len(starter[0]),
        n_train=len(split.train),
        n_over_cap=split.n_over_cap,
        n_test=len(split.test),
        n_repeats=split.n_repeats,
        from_at=split.test[0].at,
        to_at=split.test[-1].at,
        rivals=_rivals(split, said, is_sure),
        sure=Share.of(int(is_sure.sum()), len(is_sure)),
        wrong_sure=Share.of(int((is_sure & ~is_right).sum()), int(is_sure.sum())),
        target_error=model.target_error,
        calibration_error=_span(lambda rows: ece(confidence[rows], is_right[rows]), len(is_right)),
        bins=_bins(confidence, is_right),
        groups=_groups(split, said, is_sure),
        pairs=_pairs(found.rows, out),
        doubts=_doubts(found.rows, out),
        curve=_curve(split, model, said),
    )


def _check_enough(n_cases: int) -> None:
    if n_cases < LEAST_CASES:
        raise Conflict(
            f"People have confirmed the labels of {n_cases} incidents. From {LEAST_CASES} on the assistant can be "
            "measured on them: look at what waits under Review."
        )


def halves(target: Target, starter: Known, rows: Sequence[Case]) -> Split:
    """The latest three of ten are the test, less those whose text was learned from."""
    cut = len(rows) - max(1, round(TEST_SHARE * len(rows)))
    older, later = rows[:cut], rows[cut:]
    train = [case for case, may in zip(older, taught(older), strict=True) if may]
    groups = same_text([*starter[0], *texts(train), *texts(later)])
    learned = set(groups[: -len(later)].tolist())
    fresh = [case for case, group in zip(later, groups[-len(later) :].tolist(), strict=True) if group not in learned]
    test = fresh or list(later)
    return Split(target, starter, train, test, len(older) - len(train), len(later) - len(test))


def _out_of_fold(target: Target, starter: Known, rows: Sequence[Case]) -> HeldOut:
    return held_out(blank(target), texts(rows), labels(rows), known=starter, taught=taught(rows))


def _rivals(split: Split, said: Strings, is_sure: Bools) -> tuple[Rival, ...]:
    asked, alone = texts(split.test), np.ones(len(split.test), dtype=bool)
    answers: list[tuple[str, Strings, Bools]] = [("assistant", said, is_sure)]
    if split.target is Target.SEVERITY:
        answers.append(("reporter", np.array([case.by_reporter for case in split.test]), alone))
    for name, simple in (("keywords", Keywords()), ("majority", Majority())):
        answers.append((name, simple.fit(*split.known).predict(asked), alone))
    return tuple(Rival(name, *_figures(split.target, split.truth, told, sure)) for name, told, sure in answers)


def _figures(target: Target, truth: Strings, said: Strings, is_sure: Bools) -> Figures:
    is_severity = target is Target.SEVERITY
    cost = costs.of_severities(truth, said) if is_severity else costs.of_types(truth, said, is_sure)
    true, told = np.unique(np.array([truth, said]), return_inverse=True)[1].reshape(2, -1)
    return (
        Share.of(int((truth == said).sum()), len(truth)),
        _span(lambda rows: macro_f1(true[rows], told[rows]), len(truth)),
        _span(lambda rows: float(cost[rows].mean()), len(truth)),
        _missed(truth, said) if is_severity else None,
    )


def _missed(truth: Strings, said: Strings) -> Share:
    return Share.of(int(costs.is_missed(truth, said).sum()), int((truth == "critical").sum()))


def _span(measure: Callable[[NDArray[np.int64]], float], n: int) -> Span:
    return Span(measure(np.arange(n)), *spread(measure, n))


def _bins(confidence: NDArray[np.float64], is_right: Bools) -> tuple[Bin, ...]:
    """Tenths of the confidence, those without an answer left out."""
    place = np.minimum((confidence * BINS).astype(int), BINS - 1)
    found = [place == one for one in np.unique(place)]
    rights = [Share.of(int(is_right[mine].sum()), int(mine.sum())) for mine in found]
    return tuple(Bin(float(confidence[mine].mean()), right) for mine, right in zip(found, rights, strict=True))


def _groups(split: Split, said: Strings, is_sure: Bools) -> tuple[Group, ...]:
    """By team and by language, the largest first; small ones tell nothing."""
    truth, found = split.truth, []
    for by, names in (("team", [case.team or "No team" for case in split.test]),
                      ("language", [case.language for case in split.test])):  # fmt: skip
        for name in sorted(set(names), key=lambda one: (-names.count(one), one)):
            mine = np.array([one == name for one in names])
            if mine.sum() >= SMALL_GROUP:
                found.append(Group(by, name, *_figures(split.target, truth[mine], said[mine], is_sure[mine])))
    return tuple(found)


def _pairs(rows: Sequence[Case], out: HeldOut) -> tuple[Pair, ...]:
    """Labels that were taken for each other at all, most often first."""
    counts = confused(labels(rows), out.predicted.tolist())
    shares = {pair: Share.of(mixed, among) for pair, (mixed, among) in counts.items() if mixed}
    pairs = [Pair(*pair, mixed, mixed.low > OFTEN and mixed.hits >= LEAST_MIXED) for pair, mixed in shares.items()]
    return tuple(sorted(pairs, key=lambda pair: (-pair.mixed.low, pair.one, pair.other)))


def _doubts(rows: Sequence[Case], out: HeldOut) -> tuple[Doubt, ...]:
    return tuple(
        Doubt(rows[one.row].incident_id, rows[one.row].title, rows[one.row].label, one.likelier, one.confidence)
        for one in suspects(out, labels(rows))[:MOST_DOUBTS]
    )


def _curve(split: Split, model: TriageModel, said: Strings) -> Curve | None:
    """Macro-F1 on the same latest incidents after parts of the own labels, and the labels up to the next mark."""
    if len(split.train) < LEAST_CURVE:
        return None
    order = np.random.default_rng(0).permutation(len(split.train)).tolist()
    counts = [round(part * len(order)) for part in PARTS]
    predicted = [_after(split, order[:count]) for count in counts if count or split.starter[0]]
    counts = [count for count in counts if count or split.starter[0]] + [len(order)]
    predicted.append(said)
    scores = [macro_f1(split.truth, one) for one in predicted]
    target = next((mark for mark in MARKS if mark >= scores[-1] + LEAST_GAIN), None)
    if target is None:
        return None
    fit, needed = fit_curve(counts, scores), forecast(counts, predicted, split.truth, score=target)
    fitted = tuple(fit.at(count) for count in counts)
    return Curve(tuple(counts), tuple(scores), fitted, target, needed.more, needed.low, needed.high)


def _after(split: Split, places: Sequence[int]) -> Strings:
    """What a model says that knows of the own labels only these."""
    part = [split.train[place] for place in places]
    known = [*split.starter[0], *texts(part)], [*split.starter[1], *labels(part)]
    return blank(split.target).fit(*known).predict(texts(split.test))
