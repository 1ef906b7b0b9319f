"""Words: proposed synonyms, synonyms of ours and built-in, stop words, and what was changed before."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from kb import articles
from kb.desk import Desk
from kb.person import Person
from kb.search import proposals, wording
from kb.search.proposals import Proposal
from kb.search.wording import MOST_CHARACTERS, Change, Kind, Wording
from pages.ui.frame import as_text
from pages.ui.incidents import act
from pages.ui.tuning import built_in, measured


def show(desk: Desk, person: Person) -> None:
    st.caption(
        "Each change is measured on the golden set before it goes live, where a query counts as often as people ask "
        "it. One that makes search worse is held back until you say to go ahead."
    )
    measured.show_decision(desk, person)
    _show_proposals(desk, person)
    now = wording.wording(desk, person)
    left, right = st.columns([3, 2], gap="large")
    with left:
        _show_synonyms(desk, person, now)
    with right:
        _show_stop_words(desk, person, now)
    st.subheader("Changes", anchor=False)
    measured.show_history(desk, person)


def _show_proposals(desk: Desk, person: Person) -> None:
    st.subheader("Proposed by what people typed", anchor=False)
    rows = proposals.proposals(desk, person)
    if not rows:
        st.info("Nothing is proposed. It takes somebody who finds nothing, tries other words and opens what they find.")
    for row in rows:
        _show_proposal(desk, person, row)
    gone = proposals.dismissed(desk, person)
    if gone:
        with st.expander(f"Dismissed ({len(gone)})", key="dismissed"):
            for typed, meant in gone:
                again = (proposals.recall, desk, person, typed, meant)
                _show_line(f"“{typed}” for “{meant}”", "Propose again", f"recall-{typed}-{meant}", act, again)


def _show_proposal(desk: Desk, person: Person, row: Proposal) -> None:
    who = "1 person" if row.people == 1 else f"{row.people} people"
    times = f", {row.times} times" if row.times > row.people else ""
    found = f"{articles.label(row.article_id)} {row.title}"
    with st.container(horizontal=True, vertical_alignment="center", border=True):
        st.markdown(
            f"**{as_text(measured.said_of(row.change))}**  \n"
            + as_text(f"{who}{times}: “{row.failed}”, then “{row.succeeded}”, which led to {found}"),
            width="stretch",
        )
        mark, no = f"{row.typed}-{row.meant}", (proposals.dismiss, desk, person, row.typed, row.meant)
        with st.container(horizontal=True, width="content"):
            st.button("Accept", key=f"accept-{mark}", type="primary", on_click=_accept, args=(desk, person, row))
            st.button("Dismiss", key=f"dismiss-{mark}", type="tertiary", on_click=act, args=no)


def _accept(desk: Desk, person: Person, row: Proposal) -> None:
    measured.attempt(row.change, lambda: proposals.accept(desk, person, row.typed, row.meant))


def _show_synonyms(desk: Desk, person: Person, now: Wording) -> None:
    st.subheader("Synonyms", anchor=False)
    with st.form("synonym", clear_on_submit=True):
        left, right = st.columns(2)
        typed = left.text_input("Who types", key="synonym-typed", max_chars=MOST_CHARACTERS)
        meant = right.text_input("also finds", key="synonym-meant", max_chars=MOST_CHARACTERS)
        is_both_ways = st.checkbox("and the other way round", key="synonym-both")
        _send(desk, person, Change(Kind.ADD, typed, meant, is_both_ways), "Add")
    if not now.rules:
        st.caption("There are none yet.")
    for rule in now.rules:
        change = Change(Kind.DROP, rule.typed, rule.meant, rule.is_both_ways)
        sign = "↔" if rule.is_both_ways else "→"
        mark = f"drop-{rule.typed}-{rule.meant}"
        _show_line(f"{rule.typed} {sign} {rule.meant}", "Remove", mark, measured.make, (desk, person, change))
    built_in.show(desk, person, now)


def _show_stop_words(desk: Desk, person: Person, now: Wording) -> None:
    st.subheader("Words that don't count", anchor=False)
    with st.form("stop-word", clear_on_submit=True):
        word = st.text_input("A word to leave out of queries", key="stop-word-word", max_chars=MOST_CHARACTERS)
        _send(desk, person, Change(Kind.IGNORE, word), "Leave it out")
    for word in now.ignored:
        change = Change(Kind.COUNT, word)
        _show_line(f"{word} is left out", "Let it count", f"count-{word}", measured.make, (desk, person, change))
    for word in now.counted:
        change = Change(Kind.IGNORE, word)
        _show_line(f"{word} counts", "Leave it out", f"ignore-{word}", measured.make, (desk, person, change))
    with st.expander("Left out from the start", key="built-in"):
        _show_stop_words_from_the_start(desk, person, sorted(now.stop_words - set(now.ignored)))


def _show_stop_words_from_the_start(desk: Desk, person: Person, words: Sequence[str]) -> None:
    st.caption(as_text(", ".join(words)))
    with st.form("built-in-word", border=False):
        word = st.selectbox("Let one of them count", words, None, key="built-in-one", placeholder="Choose a word")
        _send(desk, person, Change(Kind.COUNT, word or ""), "Let it count")


def _send(desk: Desk, person: Person, change: Change, label: str) -> None:
    """The buttons of a form: make the change, or see first what it would do."""
    with st.container(horizontal=True):
        goes = st.form_submit_button(label, key=f"send-{change.kind}")
        tries = st.form_submit_button("Try it", key=f"try-{change.kind}", type="tertiary")
    if goes:
        measured.make(desk, person, change)
    elif tries:
        measured.forget()
        st.session_state[measured.TRIED] = change
    if goes or tries:
        st.rerun()


def _show_line(text: str, label: str, key: str, action: Callable[..., object], arguments: tuple[object, ...]) -> None:
    """One row with a button at its end."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(as_text(text), width="stretch")
        st.button(label, key=key, type="tertiary", on_click=action, args=arguments)
