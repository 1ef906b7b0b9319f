"""What the figures page shows beside charts: headline, comments, what was saved, shares among chosen types."""

from __future__ import annotations

from html import escape

import streamlit as st

from kb import analytics
from kb.analytics import Figure, Headline, Saved, Scope, Unit
from kb.desk import Desk
from kb.labels import words
from kb.person import Person
from pages.ui import charts

ALL = "all"


def show_headline(headline: Headline) -> None:
    """The four figures a lead looks at first, each with n and interval."""
    st.html(charts.STYLE)
    satisfaction, solved, kept, median = st.columns(4)
    _metric(satisfaction, "Satisfaction", headline.satisfaction, Unit.SCORE)
    both = headline.deflected
    low, high = both.low_share, both.high_share
    span = "none" if low is None or high is None else f"{100 * low:.0f}–{100 * high:.0f} %"
    about = (
        f"{both.confirmed:,} said that an article fixed it; {both.probable:,} more opened one and reported nothing in "
        f"72 hours; {both.incidents:,} incidents were reported."
    )
    with solved.container(border=True, height="stretch"):
        st.metric("Solved without an incident", span, help=about)
        st.caption(f"{both.confirmed:,} confirmed, {both.probable:,} probable")
    _metric(kept, "SLA kept", headline.sla_kept, Unit.SHARE)
    _metric(median, "To resolve, median", headline.median_hours, Unit.HOURS)


def _metric(place: st.delta_generator.DeltaGenerator, label: str, cell: analytics.Cell, unit: Unit) -> None:
    with place.container(border=True, height="stretch"):
        st.metric(label, charts.value_of(cell, unit))
        st.caption(" · ".join(filter(None, (f"n = {cell.n:,}", charts.interval(cell, unit)))))


def show_group(figures: tuple[Figure, ...], marks: tuple[analytics.Mark, ...]) -> None:
    """Two beside each other, row by row."""
    for start in range(0, len(figures), 2):
        for place, figure in zip(st.columns(2, gap="large"), figures[start : start + 2], strict=False):
            with place.container(border=True, height="stretch"):
                drawn = st.container()
                shown = narrowed(figure)
                with drawn:
                    charts.show(shown, marks)


def narrowed(figure: Figure) -> Figure:
    """The shares of the types among those chosen; any other figure as it is."""
    if figure.name != "incident_type_share" or len(figure.cells) < 2:
        return figure
    names = {cell.label: cell.name for cell in figure.cells}
    chosen = st.multiselect(
        "Among these types", list(names), key="figures_among", format_func=lambda label: names[label], placeholder="All"
    )
    return analytics.among(figure, chosen) if chosen else figure


def show_comments(desk: Desk, person: Person, scope: Scope) -> None:
    """The newest comments, by sentiment."""
    st.subheader("Latest comments")
    options = (ALL, *analytics.SENTIMENTS)
    chosen = st.segmented_control(
        "Sentiment", options, default=ALL, required=True, format_func=words, key="figures_sentiment"
    )
    found = analytics.comments(desk, person, scope, sentiment="" if chosen == ALL else str(chosen), limit=10)
    if not found:
        st.caption("Nobody wrote one in this period.")
    for comment in found:
        about = f"KB-{comment.article_id}" if comment.article_id else f"INC-{comment.incident_id}"
        page = "article" if comment.article_id else "incident"
        at = comment.at.astimezone(scope.zone)
        st.html(
            f"<p style='margin:0'>“{escape(comment.text)}”<br><small>{words(comment.sentiment)} · {at:%d %B %Y} · "
            f"<a style='color:inherit' href='/{page}?id={about}'>{about}</a></small></p>"
        )


def show_saved(saved: Saved) -> None:
    """Money saved, of the confirmed cases alone."""
    with st.container(border=True):
        st.metric("Saved by articles", analytics.say(saved.total, Unit.MONEY))
        st.caption(f"{saved.cases:,} confirmed cases, each at the setting of its type")
