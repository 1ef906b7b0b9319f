"""The order of the queue: uncertainty x severity x novelty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from sqlmodel import Session, col, func, select

from kb.desk import Desk
from kb.incidents.outages.usual import likeness
from kb.labels import Target
from kb.tables import Incident, Review
from kb.training.rows import COUNTS
from kb.triage import serving, text_of
from models.likeness import MOST_CHARS, Likeness
from models.selection import by_value, uncertainty
from models.triage import TriageModel

MOST_COMPARED = 200
"""So many of the queue are compared with each other and with what was judged; in replay more gained nothing."""
MOST_JUDGED = 300
LEAST = 0.01
"""What is almost certain still has its place, by severity and novelty."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An incident that waits: `doubt` (0-1) as it was when it came, `weight` (1-4) of its severity."""

    id: int
    is_sure: bool
    doubt: float
    weight: float


@dataclass(frozen=True, slots=True)
class _Read:
    """What was worked out for the incidents met last: doubts of one model version, and rows of one likeness."""

    version_id: int
    likeness: Likeness
    doubts: dict[int, float]
    rows: dict[int, sp.csr_matrix]


def ordered(session: Session, desk: Desk, candidates: Sequence[Candidate]) -> list[int]:
    """The ids of all, the most valuable first.

    The doubt is that of the model that serves now where it was not sure of the type: what it has learned meanwhile
    counts. Novelty is judged against the latest judged incidents and those before in the order.
    """
    if not candidates:
        return []
    ids = [one.id for one in candidates]
    judged = list(session.exec(_judged()))
    read = _read(session, desk, [*ids, *judged])
    doubt = [one.doubt if one.is_sure else read.doubts.get(one.id, one.doubt) for one in candidates]
    worth = np.maximum(doubt, LEAST) * np.array([one.weight for one in candidates])
    seen = sp.vstack([read.rows[id] for id in judged], format="csr") if judged else None
    order = by_value(worth, sp.vstack([read.rows[id] for id in ids], format="csr"), seen)
    return [ids[place] for place in order]


def _judged() -> Any:
    latest = select(Review.incident_id).where(*COUNTS).group_by(col(Review.incident_id))
    return latest.order_by(func.max(Review.id).desc()).limit(MOST_JUDGED)


def _read(session: Session, desk: Desk, ids: Sequence[int]) -> _Read:
    """Doubts and rows of these incidents; those known already are not worked out again."""
    served = serving(desk, Target.TYPE).get(Target.TYPE)
    version_id, reader = served.version_id if served else 0, likeness(session, desk)

    def renew(former: _Read | None) -> _Read:
        is_same = former is not None and (former.version_id, former.likeness) == (version_id, reader)
        doubts = {id: former.doubts[id] for id in ids if id in former.doubts} if former and is_same else {}
        rows = {id: former.rows[id] for id in ids if id in former.rows} if former and is_same else {}
        texts = _texts(session, [id for id in dict.fromkeys(ids) if id not in rows])
        fresh = reader.rows(list(texts.values()))
        rows |= {id: fresh[place] for place, id in enumerate(texts)}
        if served is not None and isinstance(served.model, TriageModel) and texts:
            found = uncertainty(served.model.predict_proba(list(texts.values())))
            doubts |= dict(zip(texts, found.tolist(), strict=True))
        return _Read(version_id, reader, doubts, rows)

    return desk.renewed("review order", (version_id, id(reader), frozenset(ids)), renew)


def _texts(session: Session, ids: Sequence[int]) -> dict[int, str]:
    query = select(Incident.id, Incident.title, func.substr(Incident.body, 1, MOST_CHARS))
    found = session.exec(query.where(col(Incident.id).in_(ids)).order_by(col(Incident.id)))
    return {id or 0: text_of(title, body) for id, title, body in found}
