from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import poisson

from models.bursts import LEAST_PEOPLE, MOST_PEOPLE, Chance, gathered, rate_bound, simulate
from models.likeness import Likeness, between

ROOT = Path(__file__).parents[2]
ALL_ALIKE = np.ones((4, 4))


def starter() -> list[str]:
    with (ROOT / "kb" / "starter" / "incidents.csv").open(encoding="utf-8", newline="") as file:
        return [f"{row['title']}\n{row['body']}" for row in csv.DictReader(file)]


def test_reports_gather_within_the_window() -> None:
    found = gathered(ALL_ALIKE, np.array([0.0, 1.0, 2.5, 9.0]), "abcd")
    assert found == [(0,), (0, 1), (1, 2), (3,)]


def test_unlike_reports_do_not_gather() -> None:
    assert gathered(np.eye(3), np.array([0.0, 0.1, 0.2]), "abc") == [(0,), (1,), (2,)]


def test_a_person_counts_once() -> None:
    assert gathered(ALL_ALIKE, np.array([0.0, 0.1, 0.2, 0.3]), "aaba")[3] == (0, 2)


@pytest.mark.parametrize(("count", "months"), [(0, 10), (3, 12), (40, 120)])
def test_the_bound_is_the_rate_at_which_so_few_are_seen_in_one_of_ten_runs(count: int, months: int) -> None:
    assert poisson.cdf(count, rate_bound(count, months) * months) == pytest.approx(0.1)


def test_as_many_people_are_asked_for_as_chance_demands() -> None:
    rates = Chance((99.0, 99.0, 9.0, 2.0, 0.4, 0.1) + (0.01,) * 7, 100)
    assert [rates.least_people(target) for target in (5.0, 0.5, 0.2, 0.001)] == [LEAST_PEOPLE, 4, 5, MOST_PEOPLE]
    assert rates.of(99) == 0.01


def test_repeated_questions_ask_for_larger_bursts() -> None:
    varied = [f"{word} {n}" for n, word in enumerate("abcdefghijklmnopqrstuvwxyz" * 4)]
    repeated = simulate(varied[:20] + ["password forgotten"] * 80, per_day=20)
    assert repeated.least_people(0.25) > simulate(varied, per_day=20).least_people(0.25)


def test_the_stated_rate_holds_for_other_months() -> None:
    """The share of months with a false alarm stays below what is stated for it, with another seed."""
    texts = starter()
    stated, other = simulate(texts, per_day=60), simulate(texts, per_day=60, random_state=1)
    assert stated.a_month == simulate(texts, per_day=60).a_month
    seen = (other.a_month[3] * other.months - 2.3) / other.months  # the bound of none seen is 2.3 a run
    assert seen <= stated.a_month[3] * 1.5


def test_outages_in_the_words_of_several_people_are_found() -> None:
    with (ROOT / "tests" / "benchmarks" / "outages.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    reader, found = Likeness().fit(starter()), 0
    for name in {row["outage"] for row in rows}:
        seen = reader.rows([f"{row['title']}\n{row['body']}" for row in rows if row["outage"] == name])
        hours = np.linspace(0, 1, seen.shape[0])
        found += max(map(len, gathered(between(seen, seen), hours, range(len(hours))))) >= LEAST_PEOPLE
    assert found == 12
