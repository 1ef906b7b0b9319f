"""HTML that is broken or nested still gives whole Markdown."""

from __future__ import annotations

import pytest

from kb import markup


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("<b>never closed", "never closed"),
        ("closed only</b>", "closed only"),
        ("*<b>crossed*</b>", "*crossed*"),
        ("<em><strong>both</strong></em>", "***both***"),
        ("<code>a <b>b</b> c</code>", "`a <b>b</b> c`"),
        ('<img alt="Plan" src="https://example.com/p.png">', "[Plan](https://example.com/p.png)"),
        ("<span class='x'>only the words</span>", "only the words"),
        ("- [ ] task\n- [x] done", "- [ ] task\n- [x] done"),
    ],
)
def test_inline_tags(given: str, expected: str) -> None:
    assert markup.safe(given) == expected


def test_markdown_between_html_blocks_is_kept() -> None:
    text = "<details><summary>More</summary>\n\nInner **text**\n\n</details>"
    assert markup.safe(text) == "More\n\nInner **text**"
