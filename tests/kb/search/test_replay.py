"""Simulated readers whose truth is known: learning gains, and no article falls out of reach."""

from __future__ import annotations

import random

import pytest

from kb import articles, services
from kb.desk import Desk
from tests.benchmarks.replay import Query, Readers, ndcg, out_of_reach, ranked, replay, set_worst_case

PROBLEMS = ("stuck", "slow", "locked", "missing", "garbled", "offline")


@pytest.fixture
def queries(desk: Desk, make_article) -> list[Query]:  # type: ignore[no-untyped-def]
    """Each query finds five articles alike; only the one written last answers it."""
    found = []
    for problem in PROBLEMS:
        made = [make_article(f"Printer {problem}", f"Way {number} to mend it.") for number in range(5)]
        found.append((problem, {made[-1]: 1.0}))
    return found


@pytest.mark.parametrize("steepness", [0.7, 1.0])
def test_what_answers_rises_by_the_clicks_of_biased_readers(desk: Desk, queries: list[Query], steepness: float) -> None:
    before = ndcg(desk, queries)
    replay(desk, queries, Readers(people=15, steepness=steepness), rounds=3, chance=random.Random(7))
    assert before < 0.5
    assert ndcg(desk, queries) > before + 0.3


def test_readers_who_open_anything_gain_and_lose_little(desk: Desk, queries: list[Query]) -> None:
    """The first place keeps no advantage from being first: what all open alike stays as it was."""
    before = ndcg(desk, queries)
    careless = Readers(people=15, opens_right=0.5, opens_wrong=0.5, tells=0)
    replay(desk, queries, careless, rounds=3, chance=random.Random(7))
    assert ndcg(desk, queries) >= before - 0.1


def test_no_article_falls_out_of_reach_whatever_was_clicked(desk: Desk) -> None:
    services.seed(desk)
    articles.load_starter(desk)
    titles = set_worst_case(desk)
    assert len(titles) > 50
    assert out_of_reach(desk, titles) == []


def test_an_article_of_the_worst_kind_of_clicks_still_matches_its_words(desk: Desk, queries: list[Query]) -> None:
    before = {text: set(ranked(desk, text)) for text, _ in queries}
    hostile = Readers(people=15, opens_right=0, opens_wrong=0.9)
    replay(desk, queries, hostile, rounds=3, chance=random.Random(7))
    assert {text: set(ranked(desk, text)) for text, _ in queries} == before


def test_what_has_risen_stays_up_when_older_evidence_has_faded(desk: Desk, queries: list[Query], clock) -> None:  # type: ignore[no-untyped-def]
    readers = Readers(people=15)
    replay(desk, queries, readers, rounds=3, chance=random.Random(7))
    learned = ndcg(desk, queries)
    clock.forward(days=300)
    replay(desk, queries, readers, rounds=2, chance=random.Random(8))
    assert ndcg(desk, queries) >= learned - 0.02
