"""One file becomes what an article needs."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kb.importing.frontmatter import BadPage
from kb.importing.page import Page, read_page
from kb.labels import ArticleStatus, Audience


def read(text: str, path: str = "docs/reset-a-router.html.md") -> Page:
    return read_page(path, text.encode(), types={"access"}, include=lambda name: "")


@pytest.mark.parametrize(
    ("text", "path", "title", "body"),
    [
        ("---\ntitle: From above\n---\nText", "a.md", "From above", "Text"),
        ("# From `the` text #\n\nText", "a.md", "From the text", "Text"),
        ("---\ntitle: Same\n---\n# same\nText", "a.md", "Same", "Text"),
        ("---\ntitle: One\n---\n# Other\nText", "a.md", "One", "# Other\nText"),
        ("Text", "docs/reset-a_router.html.md", "Reset a router", "Text"),
        ("Text", "docs/networks/_index.md", "Networks", "Text"),
        ("Text", "docs/networks/README.md", "Networks", "Text"),
        ("---\ndescription: What it is\n---\nText", "a.md", "A", "What it is\n\nText"),
        ("---\ndescription: Text\n---\nText and more", "a.md", "A", "Text and more"),
        ("---\ntitle: T\ndescription: All there is\n---\n", "a.md", "T", "All there is"),
    ],
)
def test_title_and_text_are_found(text: str, path: str, title: str, body: str) -> None:
    page = read(text, path)
    assert (page.text.title, page.text.body) == (title, body)


def test_tags_dates_type_and_draft_come_from_the_front_matter() -> None:
    page = read(
        "---\ntags: [A, b]\ncategories: C\nsection: D d\ntype: Access\ndraft: true\nlastmod: 2024-05-01\n"
        "last_reviewed_on: 2024-06-01\naudience: internal\n---\nText"
    )
    assert (page.text.tags, page.text.type) == (("a", "b", "c", "d d"), "access")
    assert (page.status, page.audience) == (ArticleStatus.DRAFT, Audience.INTERNAL)
    assert page.updated_at == datetime(2024, 5, 1, tzinfo=UTC)
    assert page.verified_at == datetime(2024, 6, 1, tzinfo=UTC)


def test_a_type_that_is_not_ours_is_left_out() -> None:
    assert read("---\ntype: learn\n---\nText").text.type == ""


def test_a_foreign_file_does_not_choose_its_key() -> None:
    assert read("---\nsource: starter/x\n---\nText").source == ""
    assert read("---\nfirstline: KB-1\nsource: starter/x\n---\nText").source == "starter/x"


def test_html_and_erb_are_turned_into_markdown() -> None:
    page = read("<p>Press <b>Save</b></p>\n\n<% if x %>\nor not\n<% end %>", "a.html.md.erb")
    assert page.text.body == "Press **Save**\n\nor not"


@pytest.mark.parametrize(
    ("path", "data", "reason"),
    [
        ("a.png", b"\x89PNG", "not a Markdown file"),
        ("a.md", b" \n", "empty"),
        ("a.md", b"---\ntitle: T\n---\n", "no text"),
        ("a.md", b"# Only a title", "no text"),
        ("a.md", b"x" * 100_001, "at most 100,000"),
        ("a.md", b"\x00", "not a text file"),
    ],
)
def test_what_is_no_article_is_refused_with_a_reason(path: str, data: bytes, reason: str) -> None:
    with pytest.raises(BadPage, match=reason):
        read_page(path, data, types=(), include=lambda name: "")
