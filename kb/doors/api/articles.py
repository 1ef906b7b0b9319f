"""Searching, reading and rating."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from kb import articles, feedback, search
from kb.articles import ArticleView
from kb.doors.api.who import Handle, Who
from kb.labels import REASONS_NOT_HELPFUL
from kb.search import Results

router = APIRouter(tags=["Articles"])


class RatingBody(BaseModel):
    """Whether an article helped."""

    is_helpful: bool
    reason: str = Field("", description=f"Why it did not: {', '.join(REASONS_NOT_HELPFUL)}.")
    comment: str = ""


@router.get("/search")
def find(
    desk: Handle,
    person: Who,
    q: Annotated[str, Query(description="What is not working.", examples=["print jobs stay in the queue"])],
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
    type: Annotated[list[str] | None, Query(description="Only articles of these types.")] = None,
) -> Results:
    """Find the articles that answer a query, best first."""
    return search.search(desk, person, q, types=tuple(type or ()), limit=limit, is_final=True)


@router.get("/articles/{id}")
def read(desk: Handle, person: Who, id: str) -> ArticleView:
    """Read an article; the id is KB-12 or 12."""
    return articles.get(desk, person, articles.number(id))


@router.post("/articles/{id}/ratings", status_code=204)
def rate(desk: Handle, person: Who, id: str, rating: RatingBody) -> None:
    """Say whether an article helped; a second rating replaces the first. Needs a token."""
    feedback.rate(
        desk,
        person,
        articles.number(id),
        is_helpful=rating.is_helpful,
        reason=rating.reason,
        comment=rating.comment,
    )
