"""The net under the use cases: what people write into these columns is masked whichever way it comes."""

from __future__ import annotations

from typing import Any

from sqlalchemy import event, inspect

from kb.redaction import masked_within
from kb.tables.articles import Annotation, Rating, SearchEvent
from kb.tables.base import Base
from kb.tables.incidents import Draft, Incident, Satisfaction, TimelineEntry
from kb.tables.running import OutboxRow

MASKED: dict[type[Base], tuple[str, ...]] = {
    Incident: ("title", "body", "cause", "resolution"),
    TimelineEntry: ("body",),
    Satisfaction: ("comment",),
    SearchEvent: ("query", "shown_query"),
    Rating: ("comment",),
    Annotation: ("body", "answer"),
    OutboxRow: ("subject", "body"),
}
KEPT_OPEN = ("guest_email", "files")
"""Fields of a draft that are no text: the address a guest wants the answer at is asked for."""
ARTICLE = "article_"
"""So begin the fields of an article: it is kept as it is written, before and after it is saved."""


def mask(_mapper: object, _connection: object, row: Any) -> None:
    """Called before a row is stored; what stands there as it was is masked already."""
    unchanged = inspect(row).unmodified
    for name in MASKED[type(row)]:
        if name not in unchanged and getattr(row, name):
            setattr(row, name, masked_within(getattr(row, name)))


def mask_draft(_mapper: object, _connection: object, row: Draft) -> None:
    row.fields = {
        name: value if name in KEPT_OPEN or name.startswith(ARTICLE) else masked_within(value)
        for name, value in row.fields.items()
    }


for table in MASKED:
    event.listen(table, "before_insert", mask)
    event.listen(table, "before_update", mask)
event.listen(Draft, "before_insert", mask_draft)
event.listen(Draft, "before_update", mask_draft)
