"""Import of articles: a folder, a file or a ZIP of Markdown, all in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlmodel import Session, col, select

from kb.articles.rows import Text, add_revision, checked, latest, raise_stamp, show
from kb.articles.writing import begin
from kb.desk import Desk
from kb.errors import NotValid
from kb.importing import frontmatter
from kb.importing.decoding import decoded
from kb.importing.files import Collected, collect
from kb.importing.frontmatter import BadPage
from kb.importing.page import Page, read_page
from kb.importing.templates import without_shortcodes
from kb.labels import ArticleStatus, Role
from kb.person import Person
from kb.tables import Article, IncidentType

Progress = Callable[[int, int], None]
"""Told how many of how many files are read."""
_NOTE = "Import"
MOST_INCLUDES = 50


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did. `refused` are lines `file: line: reason`."""

    created: int
    updated: int
    unchanged: int
    refused: tuple[str, ...]


def import_articles(
    desk: Desk, person: Person, path: Path, *, is_dry_run: bool = False, on_progress: Progress | None = None
) -> Imported:
    """Bring every file at `path` in as an article, or say why not; a second run of the same changes nothing.

    Articles are known again by collection and path. An article whose file has changed gets a new revision; one that was
    changed here while its file stayed the same is left alone. Refused when a ZIP can't be trusted.
    """
    person.require(Role.LEAD, "import articles")
    collected = collect(path)
    with desk.reading() as session:
        types = set(session.exec(select(IncidentType.slug)).all())
    pages = _pages(collected, types, on_progress)
    with desk.transaction() as session:
        imported = _store(session, desk, person, collected, pages)
        if is_dry_run:
            session.rollback()
    return imported


def _pages(collected: Collected, types: Collection[str], on_progress: Progress | None) -> dict[str, Page]:
    pages: dict[str, Page] = {}
    left = 0

    def include(name: str, depth: int = 0) -> str:
        """The text of another file of the collection, which may include others in its turn."""
        nonlocal left
        left -= 1
        if left < 0:  # pages that each include a hundred others would never end
            return ""
        name = "/" + name.lstrip("/")
        found = next((path for path in collected.files if ("/" + path).endswith(name)), None)
        if found is None or depth > 3:
            return ""
        try:
            body = frontmatter.split(decoded(collected.files[found]))[1]
        except BadPage:
            return ""
        return without_shortcodes(body, lambda other: include(other, depth + 1)).strip()

    for count, (path, data) in enumerate(collected.files.items(), 1):
        left = MOST_INCLUDES
        try:
            pages[path] = read_page(path, data, types=types, include=include)
        except BadPage as problem:
            collected.refuse(path, str(problem), problem.line)
        if on_progress:
            on_progress(count, len(collected.files))
    return pages


def _store(session: Session, desk: Desk, person: Person, collected: Collected, pages: dict[str, Page]) -> Imported:
    keys = {path: page.source or f"{collected.name}/{path}" for path, page in pages.items()}
    known = _known(session, list(keys.values()))
    counts = {"created": 0, "updated": 0, "unchanged": 0}
    for path, page in pages.items():
        try:
            done, article = _put(session, desk, person, page, known.get(keys[path]))
        except NotValid as error:
            collected.refuse(path, str(error))
            continue
        article.source_key, article.source_hash = keys[path], page.hash
        known[keys[path]] = article
        counts[done] += 1
    if counts["created"] + counts["updated"]:
        raise_stamp(session)
    return Imported(**counts, refused=tuple(collected.problems))


def _known(session: Session, keys: list[str]) -> dict[str, Article]:
    """The articles imported before, by their source key."""
    found: dict[str, Article] = {}
    for start in range(0, len(keys), 500):
        query = select(Article).where(col(Article.source_key).in_(keys[start : start + 500]))
        found |= {row.source_key or "": row for row in session.exec(query).all()}
    return found


def _put(session: Session, desk: Desk, person: Person, page: Page, article: Article | None) -> tuple[str, Article]:
    if article is not None and article.source_hash == page.hash:
        return "unchanged", article
    text = checked(session, page.text)
    if article is None:
        article = begin(session, desk, person, text, audience=page.audience, status=page.status, note=_NOTE)
        _date(article, page, desk.now())
        return "created", article
    newest = latest(session, article)
    same = Text(newest.title, newest.body, newest.type, tuple(newest.tags), newest.environment) == text
    if same and page.audience == article.audience:
        return "unchanged", article
    if article.status == ArticleStatus.DRAFT:
        article.status = page.status
    article.audience = page.audience
    revision = add_revision(session, desk, person, article, text=text, status=article.status, note=_NOTE)
    show(session, desk, article, text, revision=revision)
    _date(article, page, desk.now())
    return "updated", article


def _date(article: Article, page: Page, now: datetime) -> None:
    """The dates the file gives, none of them in the future."""
    if page.updated_at:
        article.updated_at = min(page.updated_at, now)
    if page.verified_at:
        article.verified_at = min(page.verified_at, now)
    if article.status == ArticleStatus.PUBLISHED:
        article.published_at = min(page.published_at or article.published_at or now, now)
