"""The tables' own registry, so that a reloaded module never meets its former self."""

from __future__ import annotations

import secrets
from typing import Any

from sqlalchemy import MetaData, event
from sqlalchemy.orm import Mapper, registry
from sqlmodel import SQLModel

from kb.cleaning import storable

NAMES = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(SQLModel, registry=registry(metadata=MetaData(naming_convention=NAMES))):
    """Every table inherits from here; `Base.metadata` is what Alembic compares."""


def _clean(mapper: Mapper[Any], _connection: object, row: Any) -> None:
    """Called before a row is stored: every text is made storable, whichever way it comes."""
    for name in mapper.columns.keys():  # noqa: SIM118 - it is no dict
        text = row.__dict__.get(name)
        if isinstance(text, str) and (kept := storable(text)) is not text:
            setattr(row, name, kept)


event.listen(Base, "before_insert", _clean, propagate=True)
event.listen(Base, "before_update", _clean, propagate=True)


def new_id() -> str:
    """A random id of 128 bits, safe in addresses."""
    return secrets.token_urlsafe(16)
