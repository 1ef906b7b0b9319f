"""The gate: what a change of words does to the golden set, and whether it may go live."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from kb.cleaning import one_line
from kb.desk import Desk
from kb.errors import Conflict, HeldBack, NotFound
from kb.labels import Role
from kb.person import Person
from kb.search import wording
from kb.search.trial import Figures, trial
from kb.search.wording import Change, Kind
from kb.tables import Account, WordingChange

NAMED = 5
MOST_REASON = 500
_EQUAL = 1e-9


@dataclass(frozen=True, slots=True)
class Shift:
    """A judged query whose nDCG changes."""

    text: str
    asked: int
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """The golden set before and after a change; `lost` and `gained` begin with what weighs most."""

    queries: int
    before: Figures
    after: Figures
    lost: tuple[Shift, ...]
    gained: tuple[Shift, ...]

    @property
    def is_worse(self) -> bool:
        return (self.after.ndcg or 0) < (self.before.ndcg or 0) - _EQUAL

    def sentence(self) -> str:
        """What would be lost, in words."""
        names = [f"“{one.text}” ({one.before:.2f} to {one.after:.2f})" for one in self.lost[:NAMED]]
        more = f" and {len(self.lost) - NAMED} more" if len(self.lost) > NAMED else ""
        return (
            f"This would make search worse: nDCG@10 falls from {self.before.ndcg or 0:.4f} to "
            f"{self.after.ndcg or 0:.4f} over {self.queries:,} judged queries. Worse off: {', '.join(names)}{more}."
        )


@dataclass(frozen=True, slots=True)
class Past:
    """A change that was made, with what the golden set said of it."""

    id: int
    change: Change
    by: str
    at: datetime
    queries: int
    before: Figures
    after: Figures
    is_forced: bool
    reason: str
    is_undoing: bool
    is_undone: bool


def compare(desk: Desk, person: Person, change: Change) -> Comparison:
    """What a change of words would do; changes nothing. NotValid or Conflict when it can't be made."""
    person.require(Role.LEAD, "change how queries are read")
    with desk.reading() as session:
        now = wording.read(session)
        then = now.after(change)
        measured = trial(desk, session, person)
    before, after = measured.run(now.analyser()), measured.run(then.analyser())
    pairs = zip(before.queries, after.queries, strict=True)
    shifts = [Shift(old.text, old.asked, old.ndcg, new.ndcg) for old, new in pairs]
    shifts.sort(key=lambda one: (-abs(one.after - one.before) * max(1, one.asked), one.text))
    lost = tuple(one for one in shifts if one.after < one.before - _EQUAL)
    gained = tuple(one for one in shifts if one.after > one.before + _EQUAL)
    return Comparison(len(shifts), before.figures, after.figures, lost, gained)


def apply(desk: Desk, person: Person, change: Change, *, anyway: bool = False, reason: str = "") -> Comparison:
    """Make a change of words; it is kept with its figures, who made it and `reason`.

    HeldBack when it makes search worse, unless `anyway` says to go ahead, which is kept too.
    """
    change = wording.cleaned(change)
    comparison = compare(desk, person, change)
    if comparison.is_worse and not anyway:
        raise HeldBack(comparison.sentence())
    with desk.transaction() as session:
        wording.write(session, change)
        row = _row(desk, person, change, comparison)
        row.is_forced, row.reason = comparison.is_worse, one_line(reason)[:MOST_REASON]
        session.add(row)
    return comparison


def undo(desk: Desk, person: Person, change_id: int) -> Comparison:
    """Take a change back, whatever the golden set says: it was so before. Conflict when that was done already."""
    person.require(Role.LEAD, "change how queries are read")
    with desk.reading() as session:
        row = session.get(WordingChange, change_id) if 0 < change_id < 2**31 else None
        if row is None:
            raise NotFound("There is no such change.")
        if row.undoes_id or _undone(session, [change_id]):
            raise Conflict("This was taken back already.")
    back = _change(row).undone()
    comparison = compare(desk, person, back)
    with desk.transaction() as session:
        wording.write(session, back)
        undoing = _row(desk, person, back, comparison)
        undoing.undoes_id = change_id
        session.add(undoing)
    return comparison


def history(desk: Desk, person: Person, *, limit: int = 20) -> tuple[Past, ...]:
    """The changes made, the newest first."""
    person.require(Role.LEAD, "see how queries are read")
    query = select(WordingChange, Account.name).outerjoin(Account, col(Account.id) == WordingChange.account_id)
    query = query.order_by(col(WordingChange.at).desc(), col(WordingChange.id).desc()).limit(limit)
    with desk.reading() as session:
        rows = session.exec(query).all()
        undone = _undone(session, [row.id or 0 for row, _ in rows])
    return tuple(_past(row, name, is_undone=row.id in undone) for row, name in rows)


def _row(desk: Desk, person: Person, change: Change, comparison: Comparison) -> WordingChange:
    figures = {"before": asdict(comparison.before), "after": asdict(comparison.after)}
    return WordingChange(
        kind=change.kind,
        typed=change.typed,
        meant=change.meant,
        is_both_ways=change.is_both_ways,
        account_id=person.id,
        at=desk.now(),
        scores={"queries": comparison.queries, **figures},
    )


def _change(row: WordingChange) -> Change:
    return Change(Kind(row.kind), row.typed, row.meant, row.is_both_ways)


def _undone(session: Session, ids: Sequence[int]) -> set[int | None]:
    """Which of these changes were taken back."""
    return set(session.exec(select(WordingChange.undoes_id).where(col(WordingChange.undoes_id).in_(ids))).all())


def _past(row: WordingChange, name: str | None, *, is_undone: bool) -> Past:
    return Past(
        id=row.id or 0,
        change=_change(row),
        by=name or "The command line",
        at=row.at,
        queries=row.scores["queries"],
        before=Figures(**row.scores["before"]),
        after=Figures(**row.scores["after"]),
        is_forced=row.is_forced,
        reason=row.reason,
        is_undoing=row.undoes_id is not None,
        is_undone=is_undone,
    )
