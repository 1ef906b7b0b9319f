"""The golden set: from leads, from readers whom an article helped, and the one that comes with the starter articles."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kb import articles, feedback, search, services
from kb.desk import Desk
from kb.errors import NotAllowed, NotFound, NotValid
from kb.person import Person, guest
from kb.search import golden, trial
from tests.conftest import Clock

Make = Callable[..., int]


def judged(desk: Desk, lead: Person) -> dict[str, list[tuple[int, int, str]]]:
    """Query -> (article, grade, source) of its judgements."""
    return {
        query.text: [(one.article_id, one.grade, one.source) for one in query.judgements]
        for query in golden.queries(desk, lead)
    }


def fix(desk: Desk, person: Person, query: str, article_id: int) -> None:
    search.search(desk, person, query, is_final=True)
    search.opened(desk, person, article_id)
    feedback.fixed_it(desk, person, article_id)


def test_a_lead_judges_and_judges_again(desk: Desk, lead: Person, make_article: Make) -> None:
    first, second = make_article("Printer"), make_article("Print server")
    golden.judge(desk, lead, " Printer  down", {first: 1, second: 2})
    golden.judge(desk, lead, "printer DOWN", {first: 3})
    assert judged(desk, lead) == {"Printer down": [(first, 3, "lead"), (second, 2, "lead")]}


def test_what_fixed_it_after_a_search_is_a_judgement_and_more_people_raise_its_grade(
    desk: Desk, lead: Person, make_article: Make
) -> None:
    article_id = make_article("Printer queue stuck")
    fix(desk, guest("a"), "printer stuck", article_id)
    fix(desk, guest("a"), "Printer stuck", article_id)
    assert judged(desk, lead) == {"Printer stuck": [(article_id, 1, "fixed")]}
    fix(desk, guest("b"), "printer stuck", article_id)
    assert judged(desk, lead) == {"printer stuck": [(article_id, 2, "fixed")]}


def test_a_fix_long_after_the_search_or_of_another_article_is_not_its_merit(
    desk: Desk, lead: Person, visitor: Person, make_article: Make, clock: Clock
) -> None:
    article_id, other = make_article("Printer queue stuck"), make_article("Printer out of paper")
    search.search(desk, visitor, "printer stuck", is_final=True)
    search.opened(desk, visitor, article_id)
    feedback.fixed_it(desk, visitor, other)
    clock.forward(hours=2)
    feedback.fixed_it(desk, visitor, article_id)
    assert judged(desk, lead) == {}


def test_a_lead_overrules_readers(desk: Desk, lead: Person, visitor: Person, make_article: Make) -> None:
    article_id = make_article("Printer queue stuck")
    fix(desk, visitor, "printer", article_id)
    golden.judge(desk, lead, "printer", {article_id: 0})
    assert judged(desk, lead) == {"printer": [(article_id, 0, "lead")]}
    assert trial.evaluate(desk, lead).queries == ()


def test_a_query_taken_out_stays_out_until_it_is_judged_again(
    desk: Desk, lead: Person, visitor: Person, make_article: Make
) -> None:
    article_id = make_article("Printer queue stuck")
    fix(desk, visitor, "printer", article_id)
    golden.forget(desk, lead, "PRINTER")
    assert judged(desk, lead) == {}
    with pytest.raises(NotFound):
        golden.forget(desk, lead, "printer")
    golden.judge(desk, lead, "printer", {article_id: 3})
    assert judged(desk, lead) == {"printer": [(article_id, 3, "lead")]}


def test_the_starter_queries_come_once_and_not_again_after_a_lead_took_one_out(desk: Desk, lead: Person) -> None:
    services.seed(desk)
    assert golden.load_starter(desk) == 0
    articles.load_starter(desk)
    assert golden.load_starter(desk) == len(golden.queries(desk, lead)) == 101
    golden.forget(desk, lead, "phishing")
    assert golden.load_starter(desk) == 0
    assert len(golden.queries(desk, lead)) == 100


def test_every_starter_article_has_a_query(desk: Desk, lead: Person) -> None:
    services.seed(desk)
    loaded = articles.load_starter(desk)
    golden.load_starter(desk)
    best = {one.article_id for query in golden.queries(desk, lead) for one in query.judgements if one.grade == 3}
    assert len(best) == loaded


@pytest.mark.parametrize(("text", "grade"), [("", 3), ("x" * 201, 3), ("printer", 4), ("printer", -1)])
def test_odd_judgements_are_refused(desk: Desk, lead: Person, make_article: Make, text: str, grade: int) -> None:
    with pytest.raises(NotValid):
        golden.judge(desk, lead, text, {make_article("Printer"): grade})
    with pytest.raises(NotValid):
        golden.judge(desk, lead, "printer", {})


def test_an_article_that_is_not_there_leaves_no_trace(desk: Desk, lead: Person) -> None:
    with pytest.raises(NotFound, match="KB-99"):
        golden.judge(desk, lead, "printer", {99: 3})
    assert judged(desk, lead) == {}


def test_only_leads_see_and_change_the_golden_set(desk: Desk, agent: Person) -> None:
    attempts = (
        lambda: golden.queries(desk, agent),
        lambda: golden.judge(desk, agent, "printer", {1: 3}),
        lambda: golden.forget(desk, agent, "printer"),
        lambda: trial.evaluate(desk, agent),
    )
    for attempt in attempts:
        with pytest.raises(NotAllowed):
            attempt()
