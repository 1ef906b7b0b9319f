"""Why a result was found, in words."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from kb.labels import Audience
from kb.search import ArticleHit
from models.ranking import Snippet, Why
from pages.ui import why

AT = datetime(2026, 3, 2, tzinfo=UTC)
PLAIN: dict[str, Any] = {"words": ("vpn",), "corrections": (), "parts": (("title", 0.25), ("body", 0.75))}


def fold(**reasons: Any) -> str:
    found = Why(**{**PLAIN, **reasons})
    return why.fold(ArticleHit(1, "VPN", (), "", Snippet("", (), ""), 0, 0, None, AT, found, Audience.PUBLIC))


def said(**reasons: Any) -> list[str]:
    return [re.sub("<[^>]*>", "", line) for line in re.findall("<li>(.*?)</li>", fold(**reasons))]


def test_the_words_that_matched_and_where_they_counted_most() -> None:
    words = ("vpn", "drops", "vpn", "wifi")
    assert said(words=words) == ["It answers vpn, drops and wifi.", "What counted: the text 75%, the title 25%."]


def test_a_spelling_that_was_corrected_and_a_synonym() -> None:
    lines = said(corrections=(("wfi", "wifi"),), synonyms=(("net", "network"),))
    assert lines[1:3] == ["“wfi” was read as wifi.", "“net” also means network here."]


def test_what_others_made_of_it_raises_or_lowers_it() -> None:
    assert said(boost=1.12)[-1] == "What it did for others raised its score by 12%."
    assert said(boost=0.8)[-1] == "What it did for others lowered its score by 20%."
    assert not any("others" in line for line in said(boost=1.001))


def test_a_pinned_article_that_does_not_match_says_no_more_than_that() -> None:
    assert said(words=(), parts=(("title", 0.0),), is_pinned=True) == ["A lead has pinned it to this query."]


def test_nothing_of_the_query_becomes_html() -> None:
    assert "<script" not in fold(words=("<script>",), corrections=(("<script>", "<script>"),))
