"""Whom a provider vouches for, when several come at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from threading import Barrier
from typing import Any

from kb import people
from kb.desk import Desk
from kb.errors import NotAllowed
from kb.people import outside
from kb.person import OPERATOR

ANN = outside.Identity("https://id.example.com", "s-1", "ann@example.com", True, "Ann")
TIMES = 8


def at_once(act: Callable[[], Any]) -> list[Any]:
    """What eight get who do it at the same moment; refusals as None."""
    start = Barrier(TIMES)

    def one(_: int) -> Any:
        start.wait()
        try:
            return act()
        except NotAllowed:
            return None

    with ThreadPoolExecutor(TIMES) as pool:
        return list(pool.map(one, range(TIMES)))


def test_first_sign_ins_at_once_make_one_account(desk: Desk) -> None:
    tokens = at_once(lambda: outside.sign_in_as(desk, ANN))
    assert len(people.accounts(desk, OPERATOR)) == 1
    assert all(people.resolve(desk, token) for token in tokens)


def test_an_answer_that_comes_many_times_at_once_counts_once(desk: Desk) -> None:
    for _ in range(5):
        state = outside.begin(desk, browser="b", following="/mine")
        answers = at_once(partial(outside.come_back, desk, browser="b", state=state))
        assert (answers.count("/mine"), answers.count(None)) == (1, TIMES - 1)


def test_another_provider_may_take_over_by_a_verified_address(desk: Desk) -> None:
    """An organisation that moves to another provider keeps its accounts."""
    outside.sign_in_as(desk, ANN)
    token = outside.sign_in_as(desk, replace(ANN, issuer="https://new.example.com", subject="n-1"))
    assert [one.email for one in people.accounts(desk, OPERATOR)] == ["ann@example.com"]
    assert people.resolve(desk, token) is not None


def test_the_same_subject_elsewhere_is_somebody_else(desk: Desk) -> None:
    outside.sign_in_as(desk, ANN)
    token = outside.sign_in_as(desk, replace(ANN, issuer="https://evil.example.com", email="eve@example.com"))
    signed_in = people.resolve(desk, token)
    assert signed_in is not None
    assert signed_in.person.email == "eve@example.com"


def test_a_name_is_made_fit_to_show(desk: Desk) -> None:
    for number, name in enumerate((" Ann\u202e\x00  Example ", "", "x" * 300)):
        address = f"a{number}@example.com"
        outside.sign_in_as(desk, outside.Identity(ANN.issuer, f"n-{number}", address, True, name))
    names = {one.email: one.name for one in people.accounts(desk, OPERATOR)}
    assert names == {"a0@example.com": "Ann Example", "a1@example.com": "a1", "a2@example.com": "x" * 100}
