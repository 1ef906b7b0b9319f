"""How queries are read: the built-in synonyms and those leads have set, and the words that say nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from sqlmodel import Session, select

from kb.articles.rows import raise_stamp
from kb.cleaning import clean
from kb.desk import Desk
from kb.errors import Conflict, NotValid
from kb.labels import Role
from kb.person import Person
from kb.search.stamps import stamps_of
from kb.tables import SilentGroup, StopWord, SynonymRule
from models.ranking import STOP_WORDS, Analyser, Synonym, built_in_analyser, english_groups, stems
from models.text import normalise

WORDING = "wording"
"""The stamp raised by every change of synonyms or stop words."""
MOST_CHARACTERS = 60
MOST_SYNONYMS = 2_000


class Kind(StrEnum):
    """What a change does. `IGNORE` makes a word say nothing, `COUNT` lets it say something.

    `SILENCE` switches a group of built-in synonyms off, `USE` switches it on again.
    """

    ADD = "add"
    DROP = "drop"
    IGNORE = "ignore"
    COUNT = "count"
    SILENCE = "silence"
    USE = "use"


_PAIRS = ((Kind.ADD, Kind.DROP), (Kind.IGNORE, Kind.COUNT), (Kind.SILENCE, Kind.USE))
OPPOSITE = dict(_PAIRS) | {second: first for first, second in _PAIRS}


@dataclass(frozen=True, slots=True)
class Rule:
    """Who types `typed` is also shown what `meant` finds; `is_both_ways` also the other way round."""

    typed: str
    meant: str
    is_both_ways: bool = False

    def directions(self) -> tuple[tuple[str, str], ...]:
        there = (self.typed, self.meant)
        return (there, there[::-1]) if self.is_both_ways else (there,)


@dataclass(frozen=True, slots=True)
class Change:
    """One synonym (`ADD`, `DROP`), one stop word (`IGNORE`, `COUNT`), or one built-in group (`SILENCE`, `USE`).

    Of a stop word and of a group `typed` is all: the word, and the text of the group.
    """

    kind: Kind
    typed: str
    meant: str = ""
    is_both_ways: bool = False

    @property
    def rule(self) -> Rule:
        return Rule(self.typed, self.meant, self.is_both_ways)

    def undone(self) -> Change:
        return replace(self, kind=OPPOSITE[self.kind])


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """A group of built-in synonyms: the same joined by "=", what is close in meaning by "~"."""

    text: str
    is_off: bool


@dataclass(frozen=True, slots=True)
class Wording:
    """All rules, where the stop words differ from the built-in ones, and the built-in groups that are off."""

    rules: tuple[Rule, ...] = ()
    ignored: tuple[str, ...] = ()
    counted: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()

    @property
    def stop_words(self) -> frozenset[str]:
        return (STOP_WORDS | set(self.ignored)) - set(self.counted)

    def analyser(self) -> Analyser:
        if self == Wording():
            return built_in_analyser()
        usual = (one for group in english_groups() if group.text not in self.silent for one in group.synonyms())
        pairs = dict.fromkeys(pair for rule in self.rules for pair in rule.directions())
        return Analyser(self.stop_words, (*usual, *(Synonym(*pair) for pair in pairs)))

    def built_in(self, containing: str = "") -> tuple[BuiltIn, ...]:
        """The built-in groups in which words begin like these; those that are off come first."""
        wanted = normalise(containing).split()
        found = [BuiltIn(one.text, one.text in self.silent) for one in english_groups() if _has(one.text, wanted)]
        return tuple(sorted(found, key=lambda one: not one.is_off))

    def after(self, change: Change) -> Wording:
        """The wording with the change made; NotValid or Conflict when it can't be."""
        change = cleaned(change)
        if change.kind in (Kind.ADD, Kind.DROP):
            return replace(self, rules=self._rules_after(change))
        if change.kind in (Kind.SILENCE, Kind.USE):
            return replace(self, silent=self._silent_after(change))
        word, is_stop_word = change.typed, change.kind is Kind.IGNORE
        if (word in self.stop_words) == is_stop_word:
            raise Conflict(f"“{word}” {'is left out' if is_stop_word else 'counts'} already.")
        stop_words = self.stop_words | {word} if is_stop_word else self.stop_words - {word}
        ignored, counted = sorted(stop_words - STOP_WORDS), sorted(STOP_WORDS - stop_words)
        return replace(self, ignored=tuple(ignored), counted=tuple(counted))

    def _rules_after(self, change: Change) -> tuple[Rule, ...]:
        if change.kind is Kind.DROP:
            if change.rule not in self.rules:
                raise Conflict(f"There is no synonym “{change.typed}” for “{change.meant}” any more.")
            return tuple(rule for rule in self.rules if rule != change.rule)
        known = {pair for rule in self.rules for pair in rule.directions()}
        if known.issuperset(change.rule.directions()) or any(
            (rule.typed, rule.meant) == (change.typed, change.meant) for rule in self.rules
        ):
            raise Conflict(f"“{change.typed}” finds “{change.meant}” already.")
        if len(self.rules) >= MOST_SYNONYMS:
            raise Conflict(f"There are {MOST_SYNONYMS:,} synonyms already; remove some first.")
        return (*self.rules, change.rule)

    def _silent_after(self, change: Change) -> tuple[str, ...]:
        is_off = change.kind is Kind.SILENCE
        if (change.typed in self.silent) == is_off:
            raise Conflict(f"“{change.typed}” is switched {'off' if is_off else 'on'} already.")
        rest = set(self.silent) - {change.typed}
        return tuple(sorted(rest | {change.typed} if is_off else rest))


def wording(desk: Desk, person: Person) -> Wording:
    """All synonyms and stop words, in the order of the words; for leads."""
    person.require(Role.LEAD, "see how queries are read")
    with desk.reading() as session:
        return read(session)


def analyser(desk: Desk, session: Session, stamps: Mapping[str, int] | None = None) -> Analyser:
    """What to read queries with; made anew only when the wording has changed. `stamps` saves asking for them."""
    stamp = (stamps_of(session) if stamps is None else stamps).get(WORDING, 0)
    return desk.kept("analyser", stamp, lambda: read(session).analyser())


def cleaned(change: Change) -> Change:
    """The change with its words in the one form that is compared; NotValid names what can't be used."""
    if change.kind in (Kind.SILENCE, Kind.USE):
        if change.typed not in {group.text for group in english_groups()}:
            raise NotValid("typed", "That is no group of built-in synonyms.")
        return Change(change.kind, change.typed)
    typed = _words(change.typed, "typed")
    if change.kind in (Kind.IGNORE, Kind.COUNT):
        if len(typed.split()) > 1:
            raise NotValid("typed", "Name one word at a time.")
        return Change(change.kind, typed.replace("'", "").replace("’", ""))
    meant = _words(change.meant, "meant")
    if stems(typed) == stems(meant):
        raise NotValid("meant", "For the search these are the same word already.")
    return replace(change, typed=typed, meant=meant)


def read(session: Session) -> Wording:
    rules = session.exec(select(SynonymRule).order_by(SynonymRule.typed, SynonymRule.meant)).all()
    words = session.exec(select(StopWord).order_by(StopWord.word)).all()
    silent = session.exec(select(SilentGroup.text).order_by(SilentGroup.text)).all()
    return Wording(
        tuple(Rule(row.typed, row.meant, row.is_both_ways) for row in rules),
        tuple(row.word for row in words if row.is_ignored),
        tuple(row.word for row in words if not row.is_ignored),
        tuple(silent),
    )


def write(session: Session, change: Change) -> None:
    """Store a cleaned change in the caller's transaction, if what is stored by then still permits it."""
    read(session).after(change)
    if change.kind is Kind.ADD:
        session.add(SynonymRule(typed=change.typed, meant=change.meant, is_both_ways=change.is_both_ways))
    elif change.kind is Kind.DROP:
        query = select(SynonymRule).where(SynonymRule.typed == change.typed, SynonymRule.meant == change.meant)
        session.delete(session.exec(query).one())
    elif change.kind is Kind.SILENCE:
        session.add(SilentGroup(text=change.typed))
    elif change.kind is Kind.USE:
        session.delete(session.get_one(SilentGroup, change.typed))
    elif (change.typed in STOP_WORDS) == (change.kind is Kind.IGNORE):
        session.delete(session.get_one(StopWord, change.typed))
    else:
        session.add(StopWord(word=change.typed, is_ignored=change.kind is Kind.IGNORE))
    raise_stamp(session, WORDING)


def _has(text: str, wanted: Sequence[str]) -> bool:
    """Whether each of `wanted` begins a word of the text."""
    return all(any(word.startswith(one) for word in text.split()) for one in wanted)


def _words(text: str, field: str) -> str:
    text = normalise(clean(text))
    if not stems(text):
        raise NotValid(field, "Enter a word.")
    if len(text) > MOST_CHARACTERS:
        raise NotValid(field, f"That is too long: at most {MOST_CHARACTERS} characters.")
    return text
