"""The golden set: how search does on it, query by query, and a way to judge one."""

from __future__ import annotations

import streamlit as st

from kb import articles, search
from kb.desk import Desk
from kb.person import Person
from kb.search import golden, trial
from kb.search.golden import GRADES, JudgedQuery
from kb.search.trial import Evaluation
from pages.ui.frame import as_text
from pages.ui.incidents import act

TEXT = "golden-text"
SHOWN = 8
BY = {"starter": "sample", "lead": "a lead", "fixed": "readers"}


def show(desk: Desk, person: Person) -> None:
    st.caption(
        "Queries whose right answers are known: judged by leads, or opened from a search by readers who then said "
        "“this fixed it”. Every query counts as often as it was asked in the last 90 days, once at least."
    )
    judged = {query.key: query for query in golden.queries(desk, person)}
    found = trial.evaluate(desk, person)
    if found.queries:
        _show_figures(found)
        _show_queries(found, judged)
    else:
        st.info("No query with a published answer is judged yet. Type one below and say which articles answer it.")
    _show_judging(desk, person, judged)


def _show_figures(found: Evaluation) -> None:
    figures, columns = found.figures, st.columns(4)
    about = "1 is the best order there is. Counts how good the first ten are, those on top more."
    columns[0].metric("nDCG@10", f"{figures.ndcg or 0:.3f}", help=about, border=True)
    first = "1 / the place of the first right answer, on average."
    columns[1].metric("MRR@10", f"{figures.mrr or 0:.3f}", help=first, border=True)
    empty = "Of the judged queries and the 200 others that people ask most."
    columns[2].metric("No result", f"{figures.zero_share or 0:.1%}", help=empty, border=True)
    columns[3].metric("Judged queries", f"{len(found.queries):,}", border=True)


def _show_queries(found: Evaluation, judged: dict[str, JudgedQuery]) -> None:
    st.subheader("The worst first", anchor=False)

    def choose() -> None:
        rows = st.session_state["golden-rows"]["selection"]["rows"]
        if rows:
            st.session_state[TEXT] = found.queries[rows[0]].text

    st.dataframe(
        [
            {
                "Query": one.text,
                "Asked": one.asked,
                "nDCG@10": one.ndcg,
                "Found at": f"{one.rank}." if one.rank else "not in the first 10",
                "Right answer": judged[one.key].judgements[0].title,
                "Says": BY[judged[one.key].judgements[0].source],
            }
            for one in found.queries
        ],
        key="golden-rows",
        on_select=choose,
        selection_mode="single-row",
        hide_index=True,
        height=320,
        column_config={"nDCG@10": st.column_config.NumberColumn(format="%.2f")},
        alt="Judged queries with nDCG, the place of the first right answer, the answer and who judged it",
    )
    st.caption("Choose a row to judge it anew below.")


def _show_judging(desk: Desk, person: Person, judged: dict[str, JudgedQuery]) -> None:
    """A query, what it finds now and what was judged before, each with its grade."""
    st.subheader("Judge a query", anchor=False)
    text = st.text_input("As somebody would type it", key=TEXT, max_chars=golden.MOST_CHARACTERS).strip()
    if not text:
        return
    known = judged.get(golden.key_of(text))
    grades = {one.article_id: one.grade for one in known.judgements} if known else {}
    titles = {one.article_id: one.title for one in known.judgements} if known else {}
    titles |= {hit.id: hit.title for hit in search.search(desk, person, text, limit=SHOWN).hits}
    with st.form("judge"):
        given = {article_id: _ask(text, article_id, title, grades) for article_id, title in titles.items()}
        if not titles:
            st.caption("This finds nothing yet. Name the article that answers it by its number.")
        other = st.text_input("Another article that answers it exactly, such as KB-12", key=f"golden-other-{text}")
        if st.form_submit_button("Save", type="primary"):
            chosen = {article_id: grade for article_id, grade in given.items() if grade is not None}
            act(_judge, desk, person, text, chosen, other, done="The judgement is saved.")
            st.rerun()
    if known:
        away = (golden.forget, desk, person, text)
        st.button("Take it out of the golden set", key="golden-forget", type="tertiary", on_click=act, args=away)


def _ask(text: str, article_id: int, title: str, grades: dict[int, int]) -> int | None:
    grade: int | None = st.segmented_control(
        as_text(f"{articles.label(article_id)} {title}"),
        list(GRADES),
        default=grades.get(article_id),
        format_func=GRADES.__getitem__,
        key=f"grade-{text}-{article_id}",
    )
    return grade


def _judge(desk: Desk, person: Person, text: str, grades: dict[int, int], other: str) -> None:
    if other.strip():
        grades = {**grades, articles.number(other): max(GRADES)}
    golden.judge(desk, person, text, grades)
