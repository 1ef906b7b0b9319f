"""One Markdown file becomes what an article needs to know."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

from kb import markup
from kb.articles.rows import MOST_BODY, MOST_ENVIRONMENT, MOST_TITLE, Text, clean_tags
from kb.cleaning import clean
from kb.importing import frontmatter
from kb.importing.decoding import decoded
from kb.importing.frontmatter import BadPage
from kb.importing.templates import Include, without_erb, without_shortcodes
from kb.labels import ArticleStatus, Audience

SUFFIXES = (".md", ".markdown", ".mdown", ".mdx", ".txt")
MOST_SOURCE = 300
OWN_FORMAT = "firstline"
"""The front matter key of our own exports, whose body is taken as it stands."""
_TITLE = re.compile(r"\A\s*#[ \t]+(.+?)[ \t]*#*[ \t]*(?:\n+|\Z)")


@dataclass(frozen=True, slots=True)
class Page:
    """What was read from a file. `source` is the key it is known by; empty: by its place in the collection."""

    text: Text
    status: ArticleStatus
    audience: Audience
    source: str
    updated_at: datetime | None
    verified_at: datetime | None
    published_at: datetime | None

    @property
    def hash(self) -> str:
        return hashlib.sha256(repr(self).encode("utf-8", "surrogatepass")).hexdigest()


def is_markdown(path: str) -> bool:
    return path.lower().removesuffix(".erb").endswith(SUFFIXES)


def read_page(path: str, data: bytes, *, types: Collection[str], include: Include) -> Page:
    """Read one file; BadPage says in which line and why it can't become an article."""
    if not is_markdown(path):
        raise BadPage(1, "not a Markdown file")
    if not data.strip():
        raise BadPage(1, "empty")
    fields, body = frontmatter.split(decoded(data))
    if len(body) > 2 * MOST_BODY or markup.is_overloaded(body):
        raise BadPage(1, f"a text of {len(body):,} characters with too many marks, or too long, to be read")
    title = frontmatter.words(fields, "title")
    if OWN_FORMAT not in fields:
        try:
            title, body = _titled(path, title, _reduced(path, body, include))
        except RecursionError as error:
            raise BadPage(1, "its HTML is nested too deep") from error
        body = _described(frontmatter.words(fields, "description"), body)
    body = body.strip("\n").rstrip()
    if not body:
        raise BadPage(1, "no text")
    if len(body) > MOST_BODY:
        raise BadPage(1, f"a text of {len(body):,} characters; at most {MOST_BODY:,} are taken")
    kind = frontmatter.words(fields, "type").lower().replace(" ", "_").replace("-", "_")
    tags = clean_tags(frontmatter.listed(fields, "tags", "categories", "keywords", "section", "subsection"))
    environment = frontmatter.words(fields, "environment")[:MOST_ENVIRONMENT]
    return _page(fields, Text(title[:MOST_TITLE], body, kind if kind in types else "", tags, environment))


def _page(fields: Mapping[str, object], text: Text) -> Page:
    status, audience = frontmatter.words(fields, "status"), frontmatter.words(fields, "audience")
    is_draft = fields.get("draft") is True
    return Page(
        text=text,
        status=ArticleStatus(status)
        if status in set(ArticleStatus)
        else ArticleStatus.DRAFT
        if is_draft
        else ArticleStatus.PUBLISHED,
        audience=Audience.INTERNAL if audience == Audience.INTERNAL else Audience.PUBLIC,
        source=clean(frontmatter.words(fields, "source"))[:MOST_SOURCE] if OWN_FORMAT in fields else "",
        updated_at=frontmatter.instant(fields, "updated", "lastmod", "last_modified", "last_updated", "date"),
        verified_at=frontmatter.instant(fields, "verified", "last_reviewed_on", "reviewed"),
        published_at=frontmatter.instant(fields, "published", "publishdate", "date"),
    )


def _reduced(path: str, body: str, include: Include) -> str:
    if path.lower().endswith(".erb"):
        body = without_erb(body)
    return markup.without_html(without_shortcodes(body, include))


def _titled(path: str, title: str, body: str) -> tuple[str, str]:
    """Title and body; a first heading that is the title does not stand in the body again."""
    found = _TITLE.match(body)
    heading = " ".join(markup.plain(found.group(1)).split()) if found else ""
    if found and (not title or heading.casefold() == title.casefold()):
        return title or heading or _named(path), body[found.end() :]
    return title or _named(path), body


def _described(description: str, body: str) -> str:
    """A description opens the text, unless the text says the same."""
    return f"{description}\n\n{body.lstrip()}" if description and description not in body else body


def _named(path: str) -> str:
    """The title a file's name gives: setting-up-a-printer.html.md -> Setting up a printer."""
    place = PurePosixPath(path)
    stem = place.name.split(".")[0]
    if stem.lower().strip("_") in ("index", "readme") and place.parent.name:
        stem = place.parent.name
    words = re.sub(r"[-_\s]+", " ", stem).strip()
    return words[:1].upper() + words[1:] or "Untitled"
