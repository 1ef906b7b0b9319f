"""Markdown: made safe to show, made plain to search, and its headings."""

from kb.markup.plain import Heading, anchor, headings, plain
from kb.markup.safe import safe, without_html

__all__ = ["Heading", "anchor", "headings", "plain", "safe", "without_html"]
