"""Markdown: made safe to show, made plain to search, and its headings."""

from kb.markup.load import is_overloaded
from kb.markup.plain import Heading, anchor, headings, plain
from kb.markup.safe import safe, without_html

__all__ = ["Heading", "anchor", "headings", "is_overloaded", "plain", "safe", "without_html"]
