"""What reaches the page: no HTML, nothing fetched, no link that acts; and the words are all still there."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from kb import markup

RENDERED = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("a <b>bold</b> word", "a **bold** word"),
        ("press <kbd>Ctrl_C</kbd>", "press `Ctrl_C`"),
        ('see <a href="https://example.com/x">there</a>', "see [there](https://example.com/x)"),
        ("one<br>two", "one\\\ntwo"),
        ("<h2>Steps</h2>", "## Steps"),
        ("<ul><li>one</li><li>two</li></ul>", "- one\n- two"),
        ("run <pod-name> now", "run \\<pod-name> now"),
        ("text <!-- secret --> goes on", "text  goes on"),
        ("costs $5 and $6", "costs \\$5 and \\$6"),
        ("`$HOME` stays", "`$HOME` stays"),
    ],
)
def test_html_becomes_markdown(given: str, expected: str) -> None:
    assert " ".join(markup.safe(given).split(" ")).replace("  ", " ") == expected.replace("  ", " ")


@pytest.mark.parametrize(
    "vector",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](file:///etc/passwd)",
        "<a href='javascript:alert(1)'>x</a>",
        "<iframe src='https://evil.example/'></iframe>",
        "<div>\n<form action='https://evil.example/'><input></form>\n</div>",
        "<style>body{display:none}</style>",
        "![x](https://evil.example/beacon.png)",
        "![x][r]\n\n[r]: https://evil.example/beacon.png",
        "<svg onload=alert(1)>",
        "<p>![x](https://evil.example/beacon.png)</p>",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "[x](//evil.example/)",
    ],
)
def test_nothing_acts_or_is_fetched(vector: str) -> None:
    html = RENDERED.render(markup.safe(vector))
    for harm in (
        "<script",
        "<img",
        "<iframe",
        "<form",
        "<style",
        "<svg",
        'href="javascript',
        'href="data',
        'href="file',
    ):
        assert harm not in html.lower()
    assert 'href="//' not in html


def test_an_image_from_elsewhere_becomes_a_link() -> None:
    assert markup.safe("![The plan](https://example.com/a.png)") == "[The plan](https://example.com/a.png)"
    assert markup.safe("![The plan](plan.png)") == "The plan"


def test_links_into_the_portal_stay_and_others_without_host_become_text() -> None:
    assert markup.safe("[a](/article?id=KB-1) [b](#steps) [c](../other.md)") == "[a](/article?id=KB-1) [b](#steps) c"


def test_tables_lists_and_code_come_through() -> None:
    text = "| a | b |\n|---|---|\n| 1<br>2 | `x` |\n\n1. one\n2. two\n   ```sh\n   ls $HOME | wc\n   ```"
    html = RENDERED.render(markup.safe(text))
    assert "<td>1 2</td>" in html
    assert "<li>" in html
    assert "ls $HOME | wc" in html


def test_a_text_without_html_is_not_touched() -> None:
    text = "Odd   spacing\n* and < signs, 3 > 2\n+ stay"
    assert markup.without_html(text) is text


def test_a_block_keeps_the_table_in_it() -> None:
    text = markup.without_html("<table><tr><th>A</th></tr><tr><td>1</td></tr></table>")
    assert [line.replace(" ", "") for line in text.splitlines()] == ["|A|", "|---|", "|1|"]


@given(st.text(alphabet="ab<>/!*_[]()$`#-|&\\\n \"'=", max_size=80))
def test_any_text_becomes_markdown_without_raw_html(text: str) -> None:
    html = RENDERED.render(markup.safe(text))
    assert "<script" not in html
    assert "<img" not in html


def test_a_long_text_is_made_safe_in_time() -> None:
    began = time.perf_counter()
    markup.safe("A line with <b>bold</b> and `code` and a [link](https://example.com).\n\n" * 400)
    assert time.perf_counter() - began < 5


OVERLOADS = {
    "brackets": "[" * 100_000,
    "ticks": "`a" * 50_000,
    "empty items": "- \n  " * 20_000,
    "strikes": "~~a" * 33_000,
    "tags": "<b>" * 33_000,
    "images in links": "[![a](b)" * 12_000,
    "a wide table": "|" + "a|" * 300 + "\n|" + "-|" * 300 + "\n" + "||\n" * 20_000,
    "open comments": "<!-- " * 20_000,
    "nested divisions": "<div>" * 1_500,
}


@pytest.mark.parametrize("name", OVERLOADS)
def test_a_text_made_to_keep_the_page_busy_is_shown_as_it_is(name: str) -> None:
    began = time.perf_counter()
    assert markup.safe(OVERLOADS[name])
    markup.plain(OVERLOADS[name])
    assert markup.headings(OVERLOADS[name]) == ()
    html = RENDERED.render(markup.safe(OVERLOADS[name])) if name != "empty items" else ""
    assert "<b>" not in html
    assert time.perf_counter() - began < 3


def test_a_long_log_in_an_article_is_no_such_text() -> None:
    log = "2026-03-02 09:00:00 [main] ERROR *** queue `a_b` is full\n\n" * 1_500
    assert not markup.is_overloaded(log)
