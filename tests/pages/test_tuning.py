"""Search tuning: the words and the golden set, as a lead meets them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from kb import search
from kb.desk import Desk
from kb.person import Person, guest
from kb.search import gate, golden, wording
from kb.search.wording import Change, Kind, Rule, Wording
from tests.conftest import Clock

OpenPage = Callable[..., AppTest]
Make = Callable[..., int]


@pytest.fixture
def shelf(desk: Desk, lead: Person, make_article: Make) -> dict[str, int]:
    """Two articles and two judged queries."""
    ids = {
        "projector": make_article("Projector shows no projector picture", "Change the projector lamp."),
        "screen": make_article("Screen is dark", "The cable of the screen may be loose, or the room too bright."),
    }
    golden.judge(desk, lead, "cable", {ids["screen"]: 3})
    golden.judge(desk, lead, "bildwerfer", {ids["projector"]: 3})
    return ids


@pytest.fixture
def words(open_page: OpenPage, lead: Person, shelf: dict[str, int]) -> AppTest:
    app = open_page(lead, "tuning.py", tab="Words")
    assert not app.exception
    return app


def said(app: AppTest) -> str:
    parts = (*app.markdown, *app.caption, *app.success, *app.error, *app.info)
    return "\n".join(part.value for part in parts).replace("\\", "")


def add(app: AppTest, typed: str, meant: str, button: str = "send-add") -> AppTest:
    app.text_input(key="synonym-typed").input(typed)
    app.text_input(key="synonym-meant").input(meant)
    return app.button(key=button).click().run()


@pytest.mark.parametrize("role", ["visitor", "user", "agent"])
def test_nobody_below_lead_opens_it(open_page: OpenPage, request: pytest.FixtureRequest, role: str) -> None:
    with pytest.raises(ValueError, match="tuning"):
        open_page(request.getfixturevalue(role), "tuning.py")


@pytest.mark.parametrize("tab", ["What people search", "Words", "Golden set", "Pins", "Outcomes"])
def test_every_tab_opens_on_an_empty_portal(open_page: OpenPage, lead: Person, tab: str) -> None:
    app = open_page(lead, "tuning.py", tab=tab)
    assert not app.exception
    assert app.info


def test_a_synonym_is_added_and_says_what_it_did(words: AppTest, desk: Desk, lead: Person) -> None:
    add(words, "Bildwerfer", "projector")
    assert wording.wording(desk, lead).rules == (Rule("bildwerfer", "projector"),)
    assert "1 of 2 judged queries gain, 0 lose; nDCG@10 0.500 → 1.000" in said(words)
    assert "bildwerfer → projector" in said(words)


def test_trying_a_synonym_shows_the_figures_and_changes_nothing(words: AppTest, desk: Desk, lead: Person) -> None:
    add(words, "bildwerfer", "projector", button="try-add")
    assert wording.wording(desk, lead) == Wording()
    assert [(one.label, one.value) for one in words.metric] == [
        ("nDCG@10", "1.000"), ("MRR@10", "1.000"), ("No result", "0.0%"),
    ]  # fmt: skip
    words.button(key="FormSubmitter:tuning-decide-Make it so").click().run()
    assert len(wording.wording(desk, lead).rules) == 1
    assert not words.metric


def test_what_makes_search_worse_is_held_back_until_the_lead_says_to_go_ahead(
    words: AppTest, desk: Desk, lead: Person
) -> None:
    add(words, "cable", "projector")
    assert "Held back: This would make search worse" in said(words)
    assert wording.wording(desk, lead) == Wording()
    words.text_input(key="tuning-reason").input("We rename it")
    words.button(key="FormSubmitter:tuning-decide-Go ahead all the same").click().run()
    (past,) = gate.history(desk, lead)
    assert (past.is_forced, past.reason) == (True, "We rename it")
    assert "made though search got worse · We rename it" in said(words)


def test_what_is_held_back_can_be_left(words: AppTest, desk: Desk, lead: Person) -> None:
    add(words, "cable", "projector")
    words.button(key="FormSubmitter:tuning-decide-Leave it").click().run()
    assert "Held back" not in said(words)
    assert wording.wording(desk, lead) == Wording()


def test_a_change_is_undone_with_one_click(words: AppTest, desk: Desk, lead: Person) -> None:
    add(words, "bildwerfer", "projector")
    words.button(key=f"undo-{gate.history(desk, lead)[0].id}").click().run()
    assert wording.wording(desk, lead) == Wording()
    assert "Taken back" in said(words)


def test_a_synonym_is_removed(words: AppTest, desk: Desk, lead: Person) -> None:
    gate.apply(desk, lead, Change(Kind.ADD, "video", "projector", is_both_ways=True))
    words.run().button(key="drop-video-projector").click().run()
    assert wording.wording(desk, lead) == Wording()


def test_a_word_is_left_out_and_counts_again(words: AppTest, desk: Desk, lead: Person) -> None:
    words.text_input(key="stop-word-word").input("please")
    words.button(key="send-ignore").click().run()
    assert wording.wording(desk, lead).ignored == ("please",)
    words.button(key="count-please").click().run()
    assert wording.wording(desk, lead) == Wording()


def test_a_built_in_stop_word_counts(words: AppTest, desk: Desk, lead: Person) -> None:
    words.selectbox(key="built-in-one").select("who")
    words.button(key="send-count").click().run()
    assert wording.wording(desk, lead).counted == ("who",)
    assert "who counts" in said(words)


def test_a_built_in_group_is_looked_for_and_switched_off_and_on(words: AppTest, desk: Desk, lead: Person) -> None:
    words.text_input(key="group-word").input("k8s").run()
    words.button(key="group-kubernetes = k8s").click().run()
    assert wording.wording(desk, lead).silent == ("kubernetes = k8s",)
    assert "“kubernetes = k8s” is switched off" in said(words)
    assert words.button(key="group-kubernetes = k8s").label == "Switch on"
    words.button(key="group-kubernetes = k8s").click().run()
    assert wording.wording(desk, lead) == Wording()
    words.text_input(key="group-word").input("xqzv").run()
    assert "No built-in synonym has this word" in said(words)


def test_what_cannot_be_is_said_in_plain_words(words: AppTest) -> None:
    assert "Enter a word." in said(add(words, "", "projector"))
    assert "the same word already" in said(add(words, "printers", "printer", button="try-add"))


def test_a_proposal_is_accepted_dismissed_and_proposed_again(
    open_page: OpenPage, desk: Desk, lead: Person, shelf: dict[str, int], clock: Clock
) -> None:
    for query in ("video *wall*", "projector"):
        clock.forward(minutes=1)
        search.search(desk, guest("a"), query, is_final=True)
    search.opened(desk, guest("a"), shelf["projector"])
    app = open_page(lead, "tuning.py", tab="Words")
    assert "1 person: “video *wall*”, then “projector”, which led to KB-1 Projector" in said(app)
    app.button(key="dismiss-video wall-projector").click().run()
    assert "1 person" not in said(app)
    app.button(key="recall-video wall-projector").click().run()
    app.button(key="accept-video wall-projector").click().run()
    assert wording.wording(desk, lead).rules == (Rule("video wall", "projector"),)
    assert "Proposed by the searches of 1 person" in said(app)


def test_the_golden_set_shows_the_worst_query_first(open_page: OpenPage, lead: Person, shelf: dict[str, int]) -> None:
    app = open_page(lead, "tuning.py", tab="Golden set")
    assert [(one.label, one.value) for one in app.metric][::3] == [("nDCG@10", "0.500"), ("Judged queries", "2")]
    table = app.dataframe[0].value
    assert table["Query"].tolist() == ["bildwerfer", "cable"]
    assert table["Found at"].tolist() == ["not in the first 10", "1."]


def test_a_query_is_judged_and_taken_out(open_page: OpenPage, desk: Desk, lead: Person, shelf: dict[str, int]) -> None:
    app = open_page(lead, "tuning.py", tab="Golden set")
    app.text_input(key="golden-text").input("Dark room").run()
    app.get_by_key(f"grade-Dark room-{shelf['screen']}").set_value(2)
    app.text_input(key="golden-other-Dark room").input(f"KB-{shelf['projector']}")
    app.button(key="FormSubmitter:judge-Save").click().run()
    query = next(one for one in golden.queries(desk, lead) if one.key == "dark room")
    assert {one.article_id: one.grade for one in query.judgements} == {shelf["screen"]: 2, shelf["projector"]: 3}
    app.button(key="golden-forget").click().run()
    assert "dark room" not in {one.key for one in golden.queries(desk, lead)}


def test_a_judgement_of_nothing_is_refused(open_page: OpenPage, lead: Person, shelf: dict[str, int]) -> None:
    app = open_page(lead, "tuning.py", tab="Golden set")
    app.text_input(key="golden-text").input("xqzvkw").run()
    app.button(key="FormSubmitter:judge-Save").click().run()
    assert "Judge one article at least." in said(app)
