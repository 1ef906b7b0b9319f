"""Finding: what comes, in what order, and what must never show."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlmodel import select

from kb import articles, feedback, search
from kb.desk import Desk
from kb.labels import ArticleStatus, Audience
from kb.person import Person, guest
from kb.tables import Article, SearchEvent

Make = Callable[..., int]


@pytest.fixture
def shelf(make_article: Make) -> dict[str, int]:
    """Four articles about printing and signing in."""
    return {
        "queue": make_article(
            "Print jobs stay in the queue", "Intro.\n\n## Steps\n\nRestart the spooler service.",
            type="hardware_failure", tags=["printer", "spooler"],
        ),
        "paper": make_article("Printer asks for paper", "Set the tray to A4.", type="configuration", tags=["printer"]),
        "password": make_article("Reset a password", "Open the account page.", type="access", tags=["account"]),
        "inside": make_article(
            "Printer contract", "The zebrafish vendor repairs each printer.", audience=Audience.INTERNAL
        ),
    }  # fmt: skip


def ids(results: search.Results) -> list[int]:
    return [hit.id for hit in results.hits]


def test_the_best_article_comes_first_with_its_sentence(desk: Desk, visitor: Person, shelf: dict[str, int]) -> None:
    results = search.search(desk, visitor, "restart spooler")
    hit = results.hits[0]
    assert (hit.id, hit.snippet.text, hit.snippet.heading) == (shelf["queue"], "Restart the spooler service.", "Steps")
    assert [hit.snippet.text[start:end] for start, end in hit.snippet.marks] == ["Restart", "spooler"]


def test_a_misspelt_word_is_found_and_said_unless_it_is_meant(
    desk: Desk, visitor: Person, shelf: dict[str, int]
) -> None:
    results = search.search(desk, visitor, "pasword")
    assert (ids(results), results.shown_query) == ([shelf["password"]], "password")
    assert search.search(desk, visitor, "pasword", exact=True).found == 0


@pytest.mark.parametrize("query", ["", "  ", "the", "???", "\x00", "zzzzqqqq", "x" * 5000, '"', "-printer", "日本"])
def test_odd_queries_find_nothing_or_something_but_never_fail(
    desk: Desk, visitor: Person, shelf: dict[str, int], query: str
) -> None:
    results = search.search(desk, visitor, query)
    assert results.found == len(results.hits)


def test_internal_articles_show_to_agents_alone_not_even_in_counts_or_spellings(
    desk: Desk, visitor: Person, user: Person, agent: Person, shelf: dict[str, int]
) -> None:
    assert shelf["inside"] in ids(search.search(desk, agent, "printer"))
    for person in (visitor, user):
        results = search.search(desk, person, "printer")
        assert shelf["inside"] not in ids(results)
        assert results.found == 2
        misspelt = search.search(desk, person, "zebrafihs")
        assert (misspelt.shown_query, misspelt.suggestion, misspelt.hits) == ("zebrafihs", None, ())


def test_an_article_withdrawn_behind_the_index_does_not_show(
    desk: Desk, visitor: Person, shelf: dict[str, int]
) -> None:
    assert search.search(desk, visitor, "printer").found == 2
    with desk.transaction() as session:
        session.get_one(Article, shelf["paper"]).status = ArticleStatus.ARCHIVED
    assert ids(search.search(desk, visitor, "printer")) == [shelf["queue"]]


def test_an_archived_article_is_out_of_the_counts_too(
    desk: Desk, visitor: Person, lead: Person, shelf: dict[str, int]
) -> None:
    assert search.search(desk, visitor, "printer").found == 2
    articles.archive(desk, lead, shelf["paper"])
    results = search.search(desk, visitor, "printer")
    assert (ids(results), results.type_counts) == ([shelf["queue"]], {"hardware_failure": 1})


def test_filters_narrow_down_and_counts_stay_honest(desk: Desk, visitor: Person, shelf: dict[str, int]) -> None:
    everything = search.search(desk, visitor, "printer")
    assert everything.type_counts == {"configuration": 1, "hardware_failure": 1}
    assert everything.tag_counts == {"printer": 2, "spooler": 1}
    one_type = search.search(desk, visitor, "printer", types=["configuration"])
    assert (ids(one_type), one_type.found, one_type.type_counts) == ([shelf["paper"]], 1, everything.type_counts)
    one_tag = search.search(desk, visitor, "printer", tags=["spooler", "printer"])
    assert (ids(one_tag), one_tag.type_counts) == ([shelf["queue"]], {"hardware_failure": 1})
    assert search.search(desk, visitor, "printer", tags=["no such tag"]).hits == ()


def test_a_limit_cuts_the_list_not_the_count(desk: Desk, visitor: Person, shelf: dict[str, int]) -> None:
    results = search.search(desk, visitor, "printer", limit=1)
    assert (len(results.hits), results.found) == (1, 2)


def test_ratings_come_along(desk: Desk, visitor: Person, shelf: dict[str, int]) -> None:
    for name, is_helpful in (("a", True), ("b", False)):
        feedback.rate(desk, guest(name), shelf["password"], is_helpful=is_helpful)
    hit = search.search(desk, visitor, "password").hits[0]
    assert (hit.helped, hit.rated) == (1, 2)


def test_suggestions_leave_no_trace(desk: Desk, visitor: Person, shelf: dict[str, int]) -> None:
    assert search.suggest(desk, visitor, "I forgot my password")[0].id == shelf["password"]
    assert search.suggest(desk, visitor, " ") == ()
    with desk.reading() as session:
        assert session.exec(select(SearchEvent)).all() == []


def test_two_desks_on_one_database_agree_after_a_change(
    desk: Desk, visitor: Person, lead: Person, shelf: dict[str, int]
) -> None:
    other = Desk(desk.settings, now=desk.now)
    assert search.search(other, visitor, "spooler").found == 1
    articles.archive(desk, lead, shelf["queue"])
    assert search.search(other, visitor, "spooler").found == 0
    other.close()


def test_an_empty_knowledge_base_finds_nothing(desk: Desk, visitor: Person) -> None:
    assert search.search(desk, visitor, "printer").found == 0
    assert search.popular(desk, visitor) == search.recent(desk, visitor) == ()
