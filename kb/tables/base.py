"""The tables' own registry, so that a reloaded module never meets its former self."""

from __future__ import annotations

import secrets

from sqlalchemy import MetaData
from sqlalchemy.orm import registry
from sqlmodel import SQLModel

NAMES = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(SQLModel, registry=registry(metadata=MetaData(naming_convention=NAMES))):
    """Every table inherits from here; `Base.metadata` is what Alembic compares."""


def new_id() -> str:
    """A random id of 128 bits, safe in addresses."""
    return secrets.token_urlsafe(16)
