"""What came of searches, turned into factors that re-order articles a little: bounded, smoothed, free of position."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

LIMIT = 1.25
"""A factor lies between 1 / LIMIT = 0.8 and LIMIT."""
HALF_LIFE_DAYS = 60.0


@dataclass(frozen=True, slots=True)
class Showing:
    """An article was shown to a person at `rank` (from 1) for what was `asked`.

    `success` says what came of it: 0 nothing, 0.5 opened, 1 it helped; `is_judged` that the person read it and said so,
    and then it was certainly looked at. `is_below` says that it stood below what was opened: that was no chance, since
    most people stop there, but it tells what is usual. `age_days` is how long ago that was.
    """

    asked: str
    document: int
    person: str
    rank: int
    success: float
    age_days: float
    is_judged: bool = False
    is_below: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """A reader said whether an article helped, whatever was asked."""

    document: int
    person: str
    is_success: bool
    age_days: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """The people behind a factor, their successes, and how many chances there were for one (both decayed)."""

    people: int
    successes: float
    chances: float
    factor: float


class OutcomeModel:
    """Learns how much better or worse than usual an article serves a query, and its readers in general.

    For a query and an article the rate is clicks over expected clicks: successes / chances, where a chance is the
    probability that the person looked at that rank at all. The usual rate is that of all that was shown, also below
    what was opened; it stays what it is when the right articles have risen, and so do they. Each rate is shrunk towards
    it by `prior` chances, so that a few people change little. Twice the usual rate, or half of it, gives the whole
    factor.
    For an article alone it is the share of readers it helped, shrunk likewise; four times the usual odds give the whole
    factor. Each person counts once for a query and an article: with the best that came of it and the surest look.

    Parameters
    ----------
    prior : how many chances (or readers) the usual rate counts as.
    steepness : a person looks at rank r with probability (1 / r) ** steepness. Joachims et al. take 1.
    half_life_days : evidence of this age counts half.

    References
    ----------
    Joachims, Swaminathan, Schnabel (2017), Unbiased Learning-to-Rank with Biased Feedback, sections 5.1 and 6.1,
    https://arxiv.org/abs/1608.04468
    Craswell, Zoeter, Taylor, Ramsey (2008), An experimental comparison of click position-bias models (the cascade: who
    finds stops), https://doi.org/10.1145/1341531.1341545
    Demsyn-Jones (2024), Position bias in features, section on clicks over expected clicks,
    https://arxiv.org/abs/2402.02626
    """

    def __init__(self, *, prior: float = 10.0, steepness: float = 1.0, half_life_days: float = HALF_LIFE_DAYS) -> None:
        self.prior = prior
        self.steepness = steepness
        self.half_life_days = half_life_days

    def fit(self, showings: Iterable[Showing], verdicts: Iterable[Verdict] = ()) -> "OutcomeModel":
        """Learn from all there is; `pairs_` and `documents_` then hold what was learned, `factors_` the products."""
        self.documents_ = self._documents(verdicts)
        self.pairs_ = self._pairs(showings)
        self.factors_ = {
            (asked, document): _bounded(evidence.factor * self._of_document(document))
            for (asked, document), evidence in self.pairs_.items()
        }
        return self

    def looked_at(self, rank: int) -> float:
        """Return the probability that a person looks at a rank, from 1."""
        return float(rank**-self.steepness)

    def _pairs(self, showings: Iterable[Showing]) -> dict[tuple[str, int], Evidence]:
        best: dict[tuple[str, int, str], tuple[float, float]] = {}
        shown: dict[tuple[str, int, str], float] = {}
        for one in showings:
            key, weight = (one.asked, one.document, one.person), self._weight(one.age_days)
            chance = weight * (1.0 if one.is_judged else self.looked_at(one.rank))
            shown[key] = max(shown.get(key, 0.0), chance)
            if not one.is_below:
                known = best.get(key, (0.0, 0.0))
                best[key] = max(known[0], weight * one.success), max(known[1], chance)
        usual = sum(success for success, _ in best.values()) / (sum(shown.values()) or 1.0)
        return {
            key: Evidence(people, successes, chances, self._pair_factor(successes, chances, usual))
            for key, (people, successes, chances) in _summed(best).items()
        }

    def _pair_factor(self, successes: float, chances: float, usual: float) -> float:
        rate = (successes + self.prior * usual) / (chances + self.prior)
        return _factor(math.log2(rate / usual)) if usual else 1.0

    def _documents(self, verdicts: Iterable[Verdict]) -> dict[int, Evidence]:
        newest: dict[tuple[str, int, str], tuple[float, float]] = {}
        for one in sorted(verdicts, key=lambda verdict: -verdict.age_days):
            weight = self._weight(one.age_days)
            newest["", one.document, one.person] = weight * one.is_success, weight
        sums = _summed(newest)
        helped, said = (sum(row[place] for row in sums.values()) for place in (1, 2))
        usual = (helped + 1) / (said + 2)  # never 0 or 1: their odds say nothing
        return {
            document: Evidence(people, successes, chances, self._document_factor(successes, chances, usual))
            for (_, document), (people, successes, chances) in sums.items()
        }

    def _document_factor(self, successes: float, chances: float, usual: float) -> float:
        rate = (successes + self.prior * usual) / (chances + self.prior)
        return _factor(math.log2(rate / (1 - rate) / (usual / (1 - usual))) / 2)

    def _of_document(self, document: int) -> float:
        return self.documents_[document].factor if document in self.documents_ else 1.0

    def _weight(self, age_days: float) -> float:
        return float(0.5 ** (max(0.0, age_days) / self.half_life_days))


def _summed(
    votes: Mapping[tuple[str, int, str], tuple[float, float]],
) -> dict[tuple[str, int], tuple[int, float, float]]:
    """Return people, successes and chances of each query and document."""
    sums: defaultdict[tuple[str, int], tuple[int, float, float]] = defaultdict(lambda: (0, 0.0, 0.0))
    for (asked, document, _), (success, chance) in votes.items():
        people, successes, chances = sums[asked, document]
        sums[asked, document] = people + 1, successes + success, chances + chance
    return dict(sums)


def _factor(power: float) -> float:
    """Return LIMIT ** power, the power held between -1 and 1."""
    return float(LIMIT ** max(-1.0, min(1.0, power)))


def _bounded(factor: float) -> float:
    return max(1 / LIMIT, min(LIMIT, factor))
