"""What a user writes is shown as text on the pages it reaches: it runs, fetches and paints nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import escape
from html.parser import HTMLParser

import pytest
from markdown_it import MarkdownIt
from streamlit.testing.v1 import AppTest

from kb import attachments, feedback, incidents, markup
from kb.desk import Desk
from kb.person import Person
from pages.ui import cards, frame
from tests.vectors import VECTORS

PAGE = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
"""As Streamlit shows Markdown: raw HTML stays text."""
TABLE = ("table", "tbody", "td", "th", "thead", "tr")
WORDS = ("a", "b", "br", "code", "em", "kbd", "mark", "s", "span", "strong")
BLOCKS = ("blockquote", "details", "div", "hr", "li", "ol", "p", "pre", "style", "summary", "ul")
OUR_TAGS = {*TABLE, *WORDS, *BLOCKS, *(f"h{n}" for n in range(1, 7)), "svg", "path"}
FOREIGN = ("evil.example", "javascript:", "vbscript:", "data:", "file:")
Open = Callable[..., AppTest]


def is_our_form(tag: str, attrs: dict[str, str | None]) -> bool:
    """Whether this is part of "This fixed it" below a result."""
    if tag == "input":
        return attrs.keys() == {"type", "name", "value"} and attrs["type"] == "hidden" and attrs["name"] == "article"
    return attrs == {"form": {"method": "post", "action": "/fixed"}, "button": {}}.get(tag)


class Acting(HTMLParser):
    """Notes what in a piece of HTML would act, fetch or paint."""

    def __init__(self, text: str, *, has_links: bool = False) -> None:
        super().__init__()
        self.found: list[str] = []
        self.is_style, self.has_links = False, has_links
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.is_style = tag == "style"
        if tag not in OUR_TAGS and not is_our_form(tag, dict(attrs)):
            self.found.append(tag)
        for name, value in attrs:
            is_link = self.has_links and name == "href" and (value or "").startswith("https://")
            if name.startswith("on") or name == "srcdoc" or (not is_link and any(f in (value or "") for f in FOREIGN)):
                self.found.append(f"{tag} {name}={value}")

    def handle_data(self, data: str) -> None:
        if self.is_style and "PWN" in data:
            self.found.append("style")


def test_there_are_enough_of_them() -> None:
    assert len(set(VECTORS)) >= 150


@pytest.mark.parametrize(
    ("show", "has_links"),
    [
        (lambda text: PAGE.render(frame.as_text(text)), False),
        (lambda text: PAGE.render(f"**{frame.as_text(text)}**"), False),
        (lambda text: PAGE.render(markup.safe(text)), True),
        (lambda text: PAGE.render(markup.safe(markup.safe(text))), True),
        (lambda text: f"<p>{cards.marked(text, [(0, 3)])}</p>", False),
        (lambda text: f"<p class='said'>{escape(text)}</p>", False),
    ],
    ids=["a line", "a title", "an article", "twice", "a snippet", "what was said"],
)
def test_no_vector_acts(show: Callable[[str], str], has_links: bool) -> None:
    assert {text: found for text in VECTORS if (found := Acting(show(text), has_links=has_links).found)} == {}


def test_the_test_would_notice() -> None:
    """Shown as HTML, most of them act."""
    assert sum(bool(Acting(text).found) for text in VECTORS) > 80


def drawn(app: AppTest) -> Iterator[str]:
    """All a page shows, as HTML: its own pieces as they are, its Markdown as the browser makes it."""
    for element in app.main:
        proto = getattr(element, "proto", None)
        if element.type == "html":
            yield proto.body
        elif element.type in ("markdown", "title", "header", "subheader", "caption"):
            assert not getattr(proto, "allow_html", False), element
            yield PAGE.render(element.value)
        elif label := getattr(element, "label", ""):
            yield PAGE.render(label)


def check(app: AppTest, *, has_links: bool = False) -> None:
    assert not app.exception
    shown = list(drawn(app))
    assert "PWN" in "".join(shown)
    assert [found for piece in shown if (found := Acting(piece, has_links=has_links).found)] == []


@pytest.mark.parametrize("turn", range(3))
def test_an_incident_full_of_them_acts_on_no_page(desk: Desk, open_page: Open, agent: Person, turn: int) -> None:
    title, body = VECTORS[turn * 7][:200], "\n\n".join(VECTORS)
    file = attachments.store(desk, agent, file_name=f"{VECTORS[6]}.png", content=b"x", media_type="image/png")
    sent = incidents.submit(
        desk, agent, key="k", title=title, body=body, impact="some", urgency="low", attachments=[file.id]
    )
    incidents.comment(desk, agent, sent.id, body)
    incidents.resolve(desk, agent, sent.id, resolution=body, cause=body)
    check(open_page(agent, "incident.py", id=sent.number))


def test_an_article_full_of_them_acts_on_no_page(
    desk: Desk, open_page: Open, lead: Person, visitor: Person, make_article: Callable[..., int]
) -> None:
    body = "Restart the spooler.\n\n" + "\n\n".join(VECTORS)
    article_id = make_article(title=f"Printer {VECTORS[0]}", body=body, tags=[VECTORS[1]], environment=VECTORS[22])
    feedback.annotate(desk, lead, article_id, quote="Restart the spooler", body=VECTORS[2])
    check(open_page(visitor, "article.py", id=f"KB-{article_id}"), has_links=True)
    check(open_page(lead, "search.py", q="printer"))
