"""Plain text for the index, and headings with the anchors of the page."""

from __future__ import annotations

import pytest

from kb import markup


def test_headings_keep_their_marks_and_blocks_their_lines() -> None:
    text = "# Top\n\nSome *words* and [a link](https://example.com).\nSame line\n\nSetext\n------\n\n- one\n- two `x`"
    assert markup.plain(text).splitlines() == [
        "# Top", "Some words and a link. Same line", "## Setext", "one", "two x",
    ]  # fmt: skip


def test_tables_code_and_html_are_read() -> None:
    text = "| a | b |\n|---|---|\n| 1 | 2 |\n\n```sh\nls -l\n```\n\n<div><p>inside</p></div>\n\ngo to <host> <b>now</b>"
    assert markup.plain(text).splitlines() == ["a | b", "1 | 2", "ls -l", "inside", "go to <host> now"]


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [
        ("How to verify", "how-to-verify"),
        ("If it's broken, don't panic!", "if-its-broken-dont-panic"),
        ("reStructuredText & AsciiDoc", "re-structured-text-and-ascii-doc"),
        ("HTTP2 über IPv6", "http-2-uber-i-pv6"),
        ("The `net stop` command", "the-net-stop-command"),
        ("日本語", ""),
    ],
)
def test_anchors_are_those_of_the_page(heading: str, anchor: str) -> None:
    """Read off the ids Streamlit 1.67 gives these headings in a browser."""
    assert [found.anchor for found in markup.headings(f"## {heading}\n\ntext")] == [anchor]


def test_headings_know_their_level() -> None:
    found = markup.headings("# A\n\n### B *b*\n\n```\n# no heading\n```")
    assert [(one.level, one.text) for one in found] == [(1, "A"), (3, "B b")]
