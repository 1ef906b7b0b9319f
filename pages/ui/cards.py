"""Cards of articles and ages in words: shown on more than one page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from html import escape

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from kb import feedback
from kb.articles import label
from kb.desk import Desk
from kb.errors import FirstlineError
from kb.labels import Audience
from kb.markup import anchor
from kb.person import Person
from kb.search import ArticleHit
from pages.ui import frame, why

STYLE = """<style>
.hit p {margin: 0; line-height: 1.55; overflow-wrap: anywhere}
.hit .facts {font-size: .875rem; color: color-mix(in srgb, currentcolor 80%, transparent); margin-top: .35rem}
.hit details {display: inline}
.hit details:not([open])::before {content: "· "}
.hit details[open] {display: block; margin-top: .35rem}
.hit summary {display: inline; cursor: pointer; text-decoration: underline dotted; text-underline-offset: .2em}
.hit ul {margin: .35rem 0 0; padding-left: 1.15rem; line-height: 1.6}
.hit li {font-size: .875rem}
.hit .pin {border: 1px solid currentcolor; border-radius: 1rem; padding: 0 .5rem; font-size: .8125rem; font-weight: 600;
  margin-right: .25rem}
.st-key-favourite-kept [data-testid="stIconMaterial"] {color: light-dark(#1d4ed8, #8ab4ff)}
[class*="st-key-card-"] {flex-flow: row wrap; align-items: flex-end; column-gap: 1rem; scroll-margin: 5rem 0 1rem}
[class*="st-key-card-"] > :has(> [data-testid="stPageLink"]) {flex: 1 0 100%}
[class*="st-key-card-"] > :has(> [data-testid="stHtml"]) {flex: 1 1 20rem}
[class*="st-key-card-"]:has(a:focus-visible) {outline: 2px solid; outline-offset: 1px;
  outline-color: light-dark(#1d4ed8, #8ab4ff)}
.hit mark {background: color-mix(in srgb, currentcolor 16%, transparent); color: inherit; font-weight: 600;
  border-radius: .2rem; padding: 0 .1rem}
[data-testid="stPageLink"]:has(strong) a {padding-left: 0; padding-right: 0; white-space: normal; height: auto;
  background: none; scroll-margin: 6rem 0 8rem}
[data-testid="stPageLink"]:has(strong) p {font-size: 1.0625rem; line-height: 1.4; white-space: normal;
  overflow: visible}
[data-testid="stPageLink"]:has(strong) a:is(:hover, :focus-visible) {background: none; text-decoration: underline}
</style>"""
_STEPS = ((365, "year"), (30, "month"), (7, "week"), (1, "day"))


def age(at: datetime, now: datetime) -> str:
    """How long ago, in the largest whole unit: "3 weeks ago"."""
    days = (now - at).days
    for size, unit in _STEPS:
        if days >= size:
            count = days // size
            return f"{count} {unit}{'s' * (count > 1)} ago"
    return "today"


def marked(text: str, marks: Sequence[tuple[int, int]]) -> str:
    """The text as HTML with the marked spans in it; everything else is escaped."""
    parts, position = [], 0
    for start, end in marks:
        parts += [escape(text[position:start]), "<mark>", escape(text[start:end]), "</mark>"]
        position = end
    return "".join(parts) + escape(text[position:])


def helped(hit_helped: int, rated: int) -> str:
    """How many it helped; nothing while nobody has said."""
    return f"helped {hit_helped} of {rated}" if rated else ""


def facts(desk: Desk, hit: ArticleHit, names: Mapping[str, str]) -> str:
    """Type, age and usefulness of a hit in one line."""
    now = desk.now()
    freshness = f"verified {age(hit.verified_at, now)}" if hit.verified_at else f"updated {age(hit.updated_at, now)}"
    shown = [names.get(hit.type, ""), helped(hit.helped, hit.rated), freshness]
    shown += ["internal"] if hit.audience == Audience.INTERNAL else []
    return " · ".join(part for part in shown if part)


def link(hit: ArticleHit, *, heading: str = "") -> None:
    """The title, leading to the article without loading the page anew; to the part under `heading` if there is one."""
    address = {"id": label(hit.id)}
    if section := anchor(heading):
        address["section"] = section
    st.page_link(_article_page(), label=f"**{frame.as_text(hit.title)}**", query_params=address)


@cache
def _article_page() -> StreamlitPage:
    """Streamlit 1.67 looks a path up on the disk for every link: half a millisecond each."""
    return st.Page(frame.PAGES / "article.py", title="Article", url_path="article")


def card(desk: Desk, person: Person, hit: ArticleHit, names: Mapping[str, str], *, where: str = "article") -> None:
    """One result: title, the sentence that matched, what is known of it, and "This fixed it"."""
    with st.container(border=True, key=f"card-{where}-{hit.id}", gap="xsmall"):
        link(hit, heading=hit.snippet.heading)
        st.html(_matching(desk, hit, names))
        fixed_button(desk, person, hit.id, where=where)


def _matching(desk: Desk, hit: ArticleHit, names: Mapping[str, str]) -> str:
    """The sentence and what is known of the hit as one piece of HTML: ten cards are drawn at every key."""
    sentence = f"<p>{marked(hit.snippet.text, hit.snippet.marks)}</p>" if hit.snippet.text else ""
    parts = [
        escape(facts(desk, hit, names)),
        f"under “{escape(hit.snippet.heading)}”" if hit.snippet.heading else "",
    ]
    pin = '<span class="pin">Pinned</span> ' if hit.is_pinned else ""
    known = pin + " · ".join(filter(None, parts))
    return f'<div class="hit">{sentence}<div class="facts">{known} {why.fold(hit)}</div></div>'


def shelf(desk: Desk, hits: Sequence[ArticleHit], names: Mapping[str, str]) -> None:
    """A short list of articles."""
    for hit in hits:
        with st.container(gap=None):
            link(hit)
            st.caption(frame.as_text(facts(desk, hit, names)))


def fixed_button(
    desk: Desk, person: Person, article_id: int, *, where: str = "article", kind: str = "tertiary"
) -> None:
    """ "This fixed it": one click, once a day per person and article."""
    st.button(
        "This fixed it",
        key=f"fixed-{where}-{article_id}",
        icon=":material/task_alt:",
        type=kind,
        on_click=_fixed,
        args=(desk, person, article_id, where),
    )


def _fixed(desk: Desk, person: Person, article_id: int, where: str) -> None:
    try:
        feedback.fixed_it(desk, person, article_id, where=where)
    except FirstlineError as error:
        st.error(str(error))
    else:
        st.toast("Good to hear. Thank you: this tells others what works.")
