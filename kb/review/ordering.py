"""The order of the queue: uncertainty x rarity of the type x severity x novelty."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import scipy.sparse as sp
from sqlmodel import Session, col, func, select

from kb.desk import Desk
from kb.incidents.outages.usual import likeness
from kb.labels import Target
from kb.tables import Incident, Review
from kb.training.rows import COUNTS
from kb.triage import serving, text_of
from models.likeness import MOST_CHARS
from models.selection import LEAST, MOST_SEEN, Floats, Ints, by_value, uncertainty, worth
from models.triage import TriageModel

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Candidate:
    """An incident that waits: `doubt` (0-1) as it was when it came, `weight` (1-4) of its severity."""

    id: int
    is_sure: bool
    doubt: float
    weight: float


def ordered(session: Session, desk: Desk, candidates: Sequence[Candidate], *, most: int) -> list[int]:
    """The ids of the `most` valuable ones, in order.

    The doubt is that of the model that serves now where it was not sure of the type: what it has learned meanwhile
    counts. Novelty is judged against the latest judged incidents and those before in the order.
    """
    if not candidates:
        return []
    ids, judged = [one.id for one in candidates], list(session.exec(_judged()))
    reader = likeness(session, desk)

    def read(wanted: list[int]) -> dict[int, sp.csr_matrix]:
        texts = _texts(session, wanted)
        return dict(zip(texts, reader.rows(list(texts.values())), strict=True))

    def rows_of(places: Ints) -> sp.csr_matrix:
        rows = _known(desk, "review rows", reader, [ids[place] for place in places], read)
        return sp.vstack([rows[ids[place]] for place in places], format="csr")

    rows = _known(desk, "judged rows", reader, judged, read)
    seen = sp.vstack([rows[id] for id in judged], format="csr") if judged else None
    return [ids[place] for place in by_value(_worth(session, desk, candidates), rows_of, seen, most=most)]


def _worth(session: Session, desk: Desk, candidates: Sequence[Candidate]) -> Floats:
    """Uncertainty x rarity x severity, shape (n,); rarity only where a model serves."""
    doubt: Floats = np.array([one.doubt for one in candidates])
    weight: Floats = np.array([one.weight for one in candidates])
    served = serving(desk, Target.TYPE).get(Target.TYPE)
    if served is None or not isinstance(served.model, TriageModel):
        return np.maximum(doubt, LEAST) * weight
    model, ids = served.model, [one.id for one in candidates]

    def read(wanted: list[int]) -> dict[int, Floats]:
        texts = _texts(session, wanted)
        return dict(zip(texts, model.predict_proba(list(texts.values())), strict=True))

    said = _known(desk, "review opinions", served.version_id, ids, read)
    probabilities = np.array([said[id] for id in ids])
    doubt = np.where([one.is_sure for one in candidates], doubt, uncertainty(probabilities))
    return worth(probabilities, doubt) * weight


def _judged() -> Any:
    latest = select(Review.incident_id).where(*COUNTS).group_by(col(Review.incident_id))
    return latest.order_by(func.max(Review.id).desc()).limit(MOST_SEEN)


def _known(
    desk: Desk, name: str, reader: Hashable, ids: Sequence[int], read: Callable[[list[int]], dict[int, T]]
) -> dict[int, T]:
    """What the `reader` found in each of the incidents; those met last are not read again."""

    def renew(former: tuple[Hashable, dict[int, T]] | None) -> tuple[Hashable, dict[int, T]]:
        met = former[1] if former and former[0] == reader else {}
        fresh = [id for id in dict.fromkeys(ids) if id not in met]
        return reader, {id: met[id] for id in ids if id in met} | (read(fresh) if fresh else {})

    return desk.renewed(name, (reader, frozenset(ids)), renew)[1]


def _texts(session: Session, ids: Sequence[int]) -> dict[int, str]:
    query = select(Incident.id, Incident.title, func.substr(Incident.body, 1, MOST_CHARS))
    found = session.exec(query.where(col(Incident.id).in_(ids)).order_by(col(Incident.id)))
    return {id or 0: text_of(title, body) for id, title, body in found}
