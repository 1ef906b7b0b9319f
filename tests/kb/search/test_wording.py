"""Synonyms and stop words of leads, and the analyser made from them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kb import search
from kb.desk import Desk
from kb.errors import Conflict, NotAllowed, NotValid
from kb.person import Person
from kb.search import gate, wording
from kb.search.wording import Change, Kind, Rule, Wording
from models.ranking import english, english_groups

Make = Callable[..., int]
BEAMER = Change(Kind.ADD, "bildwerfer", "projector")


def found(desk: Desk, person: Person, query: str) -> list[str]:
    return [hit.title for hit in search.search(desk, person, query).hits]


def test_a_synonym_finds_in_its_direction_at_once(
    desk: Desk, visitor: Person, lead: Person, make_article: Make
) -> None:
    make_article("Projector shows no picture", "Change the lamp.")
    make_article("Bildwerfer hire", "Ask the front desk.")
    assert found(desk, visitor, "bildwerfer") == ["Bildwerfer hire"]
    gate.apply(desk, lead, BEAMER)
    assert sorted(found(desk, visitor, "bildwerfer")) == ["Bildwerfer hire", "Projector shows no picture"]
    assert found(desk, visitor, "projector") == ["Projector shows no picture"]


def test_both_ways_finds_in_both(desk: Desk, visitor: Person, lead: Person, make_article: Make) -> None:
    make_article("Projector shows no picture", "Change the lamp.")
    make_article("Bildwerfer hire", "Ask the front desk.")
    gate.apply(desk, lead, Change(Kind.ADD, "Bildwerfer ", "PROJECTOR", is_both_ways=True))
    assert len(found(desk, visitor, "bildwerfer")) == len(found(desk, visitor, "projector")) == 2
    assert wording.wording(desk, lead).rules == (Rule("bildwerfer", "projector", is_both_ways=True),)


def test_several_words_may_mean_several_others(desk: Desk, visitor: Person, lead: Person, make_article: Make) -> None:
    make_article("Out of memory", "Raise the limit.")
    gate.apply(desk, lead, Change(Kind.ADD, "heap space", "out of memory"))
    assert found(desk, visitor, "java heap space") == ["Out of memory"]


def test_a_word_left_out_finds_nothing_more_beside_others_until_it_counts_again(
    desk: Desk, visitor: Person, lead: Person, make_article: Make
) -> None:
    make_article("Please greet visitors", "At the door.")
    make_article("Scanner is dark", "Press the knob.")
    assert len(found(desk, visitor, "please scanner")) == 2
    gate.apply(desk, lead, Change(Kind.IGNORE, "Please"))
    assert found(desk, visitor, "please scanner") == ["Scanner is dark"]
    gate.apply(desk, lead, Change(Kind.COUNT, "please"))
    assert len(found(desk, visitor, "please scanner")) == 2
    assert wording.wording(desk, lead) == Wording()


def test_a_built_in_stop_word_can_count(desk: Desk, visitor: Person, lead: Person, make_article: Make) -> None:
    make_article("Who is on call", "See the rota.")
    make_article("Rota of the desk", "Printed weekly.")
    assert wording.wording(desk, lead).stop_words >= {"who"}
    gate.apply(desk, lead, Change(Kind.COUNT, "who"))
    assert wording.wording(desk, lead).counted == ("who",)
    assert found(desk, visitor, "who")[0] == "Who is on call"
    gate.apply(desk, lead, Change(Kind.IGNORE, "who"))
    assert wording.wording(desk, lead) == Wording()


def test_the_analyser_is_kept_until_the_wording_changes_in_any_process(desk: Desk, lead: Person) -> None:
    other = Desk(desk.settings, now=desk.now)
    with other.reading() as session:
        kept = wording.analyser(other, session)
        assert wording.analyser(other, session) is kept
    gate.apply(desk, lead, BEAMER)
    with other.reading() as session:
        assert [one.meant for one in wording.analyser(other, session).synonyms[len(english()) :]] == ["projector"]
    other.close()


def test_a_built_in_group_finds_until_it_is_switched_off_and_again_when_it_is_on(
    desk: Desk, visitor: Person, lead: Person, make_article: Make
) -> None:
    make_article("The pods of k8s", "Do not start.")
    make_article("Kubernetes", "Ask for an account.")
    assert len(found(desk, visitor, "kubernetes")) == 2
    gate.apply(desk, lead, Change(Kind.SILENCE, "kubernetes = k8s"))
    assert found(desk, visitor, "kubernetes") == ["Kubernetes"]
    assert found(desk, visitor, "k8s") == ["The pods of k8s"]
    (past,) = gate.history(desk, lead)
    gate.undo(desk, lead, past.id)
    assert len(found(desk, visitor, "kubernetes")) == len(found(desk, visitor, "k8s")) == 2
    assert wording.wording(desk, lead) == Wording()


def test_a_group_is_switched_off_alone(desk: Desk, lead: Person) -> None:
    gate.apply(desk, lead, Change(Kind.SILENCE, "ssl ~ tls ~ https"))
    now = wording.wording(desk, lead)
    missing = set(english()) - set(now.analyser().synonyms)
    assert {(one.typed, one.meant) for one in missing} == {
        ("ssl", "https"), ("https", "ssl"), ("tls", "https"), ("https", "tls"),
    }, "ssl and tls stand together in another group"  # fmt: skip


def test_built_in_groups_are_found_by_their_words_those_off_first(desk: Desk, lead: Person) -> None:
    gate.apply(desk, lead, Change(Kind.SILENCE, "print queue ~ print spooler ~ print job"))
    now = wording.wording(desk, lead)
    assert len({one.text for one in now.built_in()}) == len(english_groups())
    assert [one.is_off for one in now.built_in()[:2]] == [True, False]
    assert [one.text for one in now.built_in("  Spool PRINT")] == ["print queue ~ print spooler ~ print job"]
    assert now.built_in("xqzv") == ()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (Change(Kind.ADD, "", "projector"), "typed"),
        (Change(Kind.ADD, "bildwerfer", " ?! "), "meant"),
        (Change(Kind.ADD, "printers", "Printer"), "meant"),
        (Change(Kind.ADD, "x" * 61, "projector"), "typed"),
        (Change(Kind.IGNORE, "two words"), "typed"),
        (Change(Kind.IGNORE, "\x00"), "typed"),
        (Change(Kind.SILENCE, "kubernetes"), "typed"),
    ],
)
def test_what_is_no_word_is_refused(desk: Desk, lead: Person, change: Change, field: str) -> None:
    with pytest.raises(NotValid) as refused:
        gate.apply(desk, lead, change)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("before", "change"),
    [
        (BEAMER, BEAMER),
        (Change(Kind.ADD, "projector", "bildwerfer", is_both_ways=True), BEAMER),
        (BEAMER, Change(Kind.ADD, "bildwerfer", "projector", is_both_ways=True)),
        (BEAMER, Change(Kind.DROP, "bildwerfer", "screen")),
        (Change(Kind.IGNORE, "please"), Change(Kind.IGNORE, "please")),
        (BEAMER, Change(Kind.COUNT, "bildwerfer")),
        (BEAMER, Change(Kind.IGNORE, "don't")),
        (BEAMER, Change(Kind.USE, "kubernetes = k8s")),
        (Change(Kind.SILENCE, "kubernetes = k8s"), Change(Kind.SILENCE, "kubernetes = k8s")),
    ],
)
def test_what_is_so_already_conflicts(desk: Desk, lead: Person, before: Change, change: Change) -> None:
    gate.apply(desk, lead, before)
    kept = wording.wording(desk, lead)
    with pytest.raises(Conflict):
        gate.apply(desk, lead, change)
    assert wording.wording(desk, lead) == kept


def test_only_leads_see_and_change_the_words(desk: Desk, agent: Person) -> None:
    for attempt in (lambda: wording.wording(desk, agent), lambda: gate.apply(desk, agent, BEAMER)):
        with pytest.raises(NotAllowed):
            attempt()
