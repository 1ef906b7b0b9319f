"""Cards of articles and ages in words: shown on more than one page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape
from urllib.parse import urlencode

import streamlit as st

from kb import feedback
from kb.articles import label
from kb.desk import Desk
from kb.doors import fixed
from kb.errors import FirstlineError
from kb.labels import Audience
from kb.markup import anchor
from kb.person import Person
from kb.search import ArticleHit
from pages.ui import frame, why

STYLE = """<style>
.stApp .hits {list-style: none; margin: 0; padding: 0; display: grid; gap: 1rem}
.stApp .hit {display: flex; flex-flow: row wrap; align-items: flex-end; gap: .25rem 1rem; margin: 0;
  padding: .75rem 1rem; border: 1px solid light-dark(#d5dbe5, #303a4d); border-radius: .5rem;
  scroll-margin: 5rem 0 1rem}
.hit:has(> .title:focus-visible) {outline: 2px solid light-dark(#1d4ed8, #8ab4ff); outline-offset: 1px}
.stApp .hit .title {flex: 1 0 100%; color: inherit; text-decoration: none; font-size: 1.0625rem; font-weight: 600;
  line-height: 1.4; overflow-wrap: anywhere; outline: none; scroll-margin: 6rem 0 8rem}
.stApp .hit .title:is(:hover, :focus-visible) {text-decoration: underline}
.hit .says {flex: 1 1 20rem; min-width: 0}
.hit form {margin: 0}
.hit form button {font: inherit; font-size: .875rem; color: inherit; background: none; border: 0; border-radius: .5rem;
  min-height: 2.5rem; margin: 0 -.25rem -.5rem; padding: 0 .25rem; cursor: pointer; display: flex; align-items: center;
  gap: .5rem}
.hit form button::before {content: "✓"; flex: none; width: 1.125rem; height: 1.125rem; display: grid;
  place-items: center; font-size: .75rem; font-weight: 700; border: 1.5px solid; border-radius: 50%}
.hit form button:hover {color: light-dark(#1d4ed8, #8ab4ff)}
.hit form button:focus-visible {outline: 2px solid light-dark(#1d4ed8, #8ab4ff)}
.hit form button:disabled {opacity: .6; cursor: default}
.hit [role="status"] {font-size: .875rem}
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
:is(.hit, .snippet) mark {background: color-mix(in srgb, currentcolor 16%, transparent); color: inherit;
  font-weight: 600; border-radius: .2rem; padding: 0 .1rem}
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


def link(hit: ArticleHit) -> None:
    """The title, leading to the article without loading the page anew."""
    title = f"**{frame.as_text(hit.title)}**"
    st.page_link(frame.target("article.py"), label=title, query_params={"id": label(hit.id)})


def cards(desk: Desk, hits: Sequence[ArticleHit], names: Mapping[str, str]) -> None:
    """The results: of each the title, the sentence that matched, what is known of it, and "This fixed it".

    One piece of HTML, for it is drawn at every key: forty elements of Streamlit cost three times the search itself.
    Without pages/static/results.js the links and forms work as those of any web page; with it nothing is loaded anew.
    """
    st.html(f'<ol class="hits">{"".join(_card(desk, hit, names) for hit in hits)}</ol>')


def _card(desk: Desk, hit: ArticleHit, names: Mapping[str, str]) -> str:
    section = anchor(hit.snippet.heading)
    address = "/article?" + urlencode({"id": label(hit.id)} | ({"section": section} if section else {}))
    return (
        f'<li class="hit"><a class="title" href="{escape(address)}">{escape(hit.title)}</a>'
        f'<div class="says">{_matching(desk, hit, names)}</div><form method="post" action="{fixed.PATH}">'
        f'<input type="hidden" name="article" value="{hit.id}"><button>This fixed it</button></form></li>'
    )


def _matching(desk: Desk, hit: ArticleHit, names: Mapping[str, str]) -> str:
    sentence = f"<p>{marked(hit.snippet.text, hit.snippet.marks)}</p>" if hit.snippet.text else ""
    parts = [
        escape(facts(desk, hit, names)),
        f"under “{escape(hit.snippet.heading)}”" if hit.snippet.heading else "",
    ]
    pin = '<span class="pin">Pinned</span> ' if hit.is_pinned else ""
    known = pin + " · ".join(filter(None, parts))
    return f'{sentence}<div class="facts">{known} {why.fold(hit)}</div>'


def shelf(desk: Desk, hits: Sequence[ArticleHit], names: Mapping[str, str]) -> None:
    """A short list of articles."""
    for hit in hits:
        with st.container(gap=None):
            link(hit)
            st.caption(frame.as_text(facts(desk, hit, names)))


def fixed_button(desk: Desk, person: Person, article_id: int) -> None:
    """ "This fixed it": one click, once a day per person and article."""
    st.button(
        "This fixed it",
        key=f"fixed-{article_id}",
        icon=":material/task_alt:",
        type="primary",
        on_click=_fixed,
        args=(desk, person, article_id),
    )


def _fixed(desk: Desk, person: Person, article_id: int) -> None:
    try:
        feedback.fixed_it(desk, person, article_id)
    except FirstlineError as error:
        st.error(str(error))
    else:
        st.toast(fixed.THANKS)
