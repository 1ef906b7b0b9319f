"""From the words of a query to the rows of the index: as written, by synonym, joined, split, completed, corrected."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Literal
from weakref import WeakKeyDictionary

from models.ranking.analyser import Analyser, Synonym, stems
from models.ranking.fields import Floats, Vocabulary
from models.ranking.pairs import Pairs
from models.ranking.postings import Postings
from models.ranking.query import Query
from models.ranking.spelling import Speller, Spelling
from models.text import is_code, normalise

COMPLETED = 0.5  # what a word counts that the last word of the query may grow into
SHORT = 4  # a single known word shorter than this is also taken as a beginning
RARE = 1  # in so few documents a word may be a slip itself
ALIKE = 0.8  # what the usual spelling near a rare word counts
ALIKE_RARE = 5  # documents a rare word stands in at most
ALIKE_USUAL = 20  # times as many the usual one stands in at least
_SPELLINGS = 3
_KEPT = 4096  # words that were looked up last with an analyser
_SHORTEST_PART = 3  # of a word taken apart
_BETWEEN = ("of", "the", "to", "in", "on", "and")

Kind = Literal["written", "synonym", "joined", "split", "completed", "corrected", "alike"]


@dataclass(frozen=True, slots=True)
class Way:
    """One way to look a word up: the terms that add up, each with what it counts, and the text they stand for.

    `together` are rows of pairs: only documents that have all of them count.
    """

    kind: Kind
    text: str
    terms: tuple[tuple[int, float], ...]
    together: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Sought:
    """One word of the query, or several that belong together; of its ways a document's best one counts.

    Looked up once and kept, so that what was found for it can be kept by the word itself.
    """

    word: str
    ways: tuple[Way, ...]

    @property
    def correction(self) -> str | None:
        return next((way.text for way in self.ways if way.kind == "corrected"), None)

    @property
    def known(self) -> tuple[int, ...]:
        """The terms of the word as it is written, or else of its nearest spelling."""
        first = self.ways[0] if self.ways and self.ways[0].kind in ("written", "corrected") else None
        return tuple(term for term, _ in first.terms) if first else ()


class Lookup:
    """Looks words up in an index: its vocabulary, what its terms say, its pairs and its spellings."""

    def __init__(self, vocabulary: Vocabulary, postings: Postings, idf: Floats, pairs: Pairs, speller: Speller) -> None:
        self.vocabulary = vocabulary
        self.postings = postings
        self.idf = idf
        self.pairs = pairs
        self.speller = speller
        self._kept: WeakKeyDictionary[Analyser, dict[Hashable, Sought]] = WeakKeyDictionary()

    def query(self, query: Query, analyser: Analyser, *, exact: bool) -> list[Sought]:
        """Return what to look for; function words only where there is nothing else."""
        topical = [word for word in query.words if analyser.is_topical(word)]
        wanted = set(topical or query.words)
        if exact:
            return [Sought(word, self._written(word)) for word in query.words if word in wanted]
        sought = []
        rest = list(query.words)
        while rest:
            length, synonyms = analyser.meant_by(rest)
            said = tuple([word for word in rest[: length or 1] if word in wanted])
            if length <= 1 and self._joined(rest[:2], wanted):
                length, said = 2, tuple(rest[:2])
            if length > 1:
                typed = tuple(rest[:length])
                look_up = partial(self._several, typed, said, synonyms)
                sought.append(self._known(analyser, (typed, said), look_up))
            elif said:
                is_last, alone = said[0] == query.words[-1], len(query.words) == 1
                look_up = partial(self._single, said[0], analyser, synonyms, is_last=is_last, alone=alone)
                sought.append(self._known(analyser, (said[0], is_last, alone), look_up))
            rest = rest[length or 1 :]
        return sought

    def suggest(self, query: Query, analyser: Analyser) -> tuple[tuple[str, str], ...]:
        """Return the words that are rare or unknown in the corpus, each beside a far more frequent spelling near it."""
        found = []
        for word in filter(analyser.is_topical, query.words):
            whole = normalise(word)
            usual = self.speller.frequency(whole)
            near = self.speller.nearest(whole) if usual <= RARE and not is_code(word) else []
            if near and self.speller.frequency(near[0].word) > 4 * usual:
                found.append((word, near[0].word))
        return tuple(found)

    def known(self, wanted: Iterable[str]) -> list[int]:
        """Return the terms of those stems that stand in the corpus."""
        terms = self.vocabulary.terms
        found = (terms[stem] for stem in dict.fromkeys(wanted) if stem in terms)
        return [term for term in found if self.postings.stands(term)]

    def neighbours(self, known: Sequence[Sequence[int]]) -> list[int]:
        """Return the rows of pairs of neighbouring terms, in either order; `known` are those of each word in turn."""
        inside = [pair for terms in known for pair in pairwise(terms)]
        between = [(a[-1], b[0]) for a, b in pairwise(known) if a and b]
        turned = [(second, first) for first, second in between]
        return self.pairs.rows(dict.fromkeys(inside + between + turned))

    def _known(self, analyser: Analyser, key: Hashable, look_up: Callable[[], Sought]) -> Sought:
        """Return what is known by `key`; while people type, the same words come again and again."""
        known = self._kept.setdefault(analyser, {})
        found = known.get(key)
        if found is None:
            if len(known) >= _KEPT:
                known.clear()
            found = known[key] = look_up()
        return found

    def _single(
        self, word: str, analyser: Analyser, synonyms: Sequence[Synonym], *, is_last: bool, alone: bool
    ) -> Sought:
        counts = analyser.weight(word)
        written = self._written(word, counts)
        ways = (*written, *self._split(word), *self._meant(written, synonyms, counts))
        if ways and (is_code(word) or not (alone and len(word) < SHORT)):
            return Sought(word, (*ways, *self._alike(word)))
        if is_code(word):
            return Sought(word, ())
        whole = normalise(word)
        grown = self.speller.completions(whole) if is_last else []
        if ways or grown:
            return Sought(word, (*ways, *(self._way("completed", one, COMPLETED) for one in grown)))
        return Sought(word, self._misspelt(self.speller.nearest(whole), analyser))

    def _several(self, typed: Sequence[str], said: Sequence[str], synonyms: Sequence[Synonym]) -> Sought:
        """Look up words that have a synonym together, or that are also written as one."""
        terms = self.known(stem for word in said for stem in stems(word))
        written = (Way("written", " ".join(typed), tuple((term, 1.0) for term in terms)),) if terms else ()
        joined = self._joined(typed, typed) if len(typed) == 2 else None
        one = self._as_one(typed, joined, terms) if joined is not None else ()
        return Sought(" ".join(typed), (*written, *one, *self._meant(written, synonyms)))

    def _as_one(self, typed: Sequence[str], joined: int, apart: Sequence[int]) -> tuple[Way, ...]:
        """Two words written as one say no more than the two."""
        weight = min(1.0, self._says(apart) / self._says([joined])) if apart else 1.0
        return (Way("joined", normalise("".join(typed)), ((joined, weight),)),)

    def _written(self, word: str, weight: float = 1.0) -> tuple[Way, ...]:
        known = self.known(stems(word))
        return (Way("written", word, tuple((term, weight) for term in known)),) if known else ()

    def _meant(self, written: Sequence[Way], synonyms: Sequence[Synonym], counts: float = 1.0) -> Iterator[Way]:
        """Look up synonyms of a word that `counts`; one that is rarer than the word itself says no more than that."""
        if not synonyms:
            return
        typed = self._says([term for way in written for term, _ in way.terms])
        for synonym in synonyms:
            spelt = stems(synonym.meant)
            several = " " in synonym.meant
            terms = self.known(spelt if several else spelt[:1])
            rows = self.pairs.rows(pairwise(self._spoken(spelt))) if several else []
            if not terms or (several and len(rows) < len(self._spoken(spelt)) - 1):
                continue
            weight = counts * synonym.weight * (min(1.0, typed / self._says(terms)) if typed else 1.0)
            yield Way("synonym", synonym.meant, tuple((term, weight) for term in terms), tuple(rows))

    def _says(self, terms: Sequence[int]) -> float:
        """Return how much terms say together: how rare they are."""
        return sum(map(self.idf.item, terms))

    def _spoken(self, spelt: Sequence[str]) -> list[int]:
        """Return the terms of a phrase without those that pairs leave out; -1 for one that stands nowhere."""
        terms = [self.vocabulary.terms.get(stem, -1) for stem in spelt]
        return [term for term in terms if not self.pairs.leaves_out(term)]

    def _joined(self, pair: Sequence[str], wanted: Iterable[str]) -> int | None:
        """Return the term of two words written as one, if the corpus has it."""
        if len(pair) < 2 or pair[0] not in wanted or pair[1] not in wanted:
            return None
        one = normalise("".join(pair))
        known = self.known(stems(one)) if one in self.vocabulary.tokens else []
        return known[0] if known else None

    def _split(self, word: str) -> Iterator[Way]:
        """Take a word apart where both parts stand side by side in the corpus: roll back for rollback."""
        for parts in self._apart(normalise(word)):
            terms = self.known(stems(" ".join(parts)))
            rows = self.pairs.rows([(terms[0], terms[1])]) if len(terms) == 2 else []
            if rows:
                yield Way("split", " ".join(parts), tuple((term, 0.5) for term in terms), tuple(rows))

    def _apart(self, whole: str) -> Iterator[tuple[str, str]]:
        """Return two words of the corpus that one is made of, also with a function word between them."""
        if is_code(whole):
            places = [at for at in range(1, len(whole)) if whole[at - 1].isdigit() != whole[at].isdigit()]
            yield from ((whole[:at], whole[at:]) for at in places if self._all_stand(whole[:at], whole[at:]))
            return
        tokens = self.vocabulary.tokens
        for at in range(_SHORTEST_PART, len(whole) - _SHORTEST_PART + 1):
            if whole[:at] in tokens:
                right = whole[at:]
                rests = [right.removeprefix(between) for between in ("", *_BETWEEN) if right.startswith(between)]
                yield from (
                    (whole[:at], rest) for rest in rests if len(rest) >= _SHORTEST_PART and self._all_stand(rest)
                )

    def _all_stand(self, *tokens: str) -> bool:
        return all(token in self.vocabulary.tokens for token in tokens)

    def _way(self, kind: Kind, text: str, weight: float) -> Way:
        return Way(kind, text, tuple((term, weight) for term in self.known(stems(text))))

    def _alike(self, word: str) -> Iterator[Way]:
        """Look a word up by the spelling near it that is far more usual, too.

        For one that is rare, because others slip in the same way; for one that only has the stem of another word
        (onlie, of only), because it may be a slip for a third (online).
        """
        whole = normalise(word)
        usual = self.speller.frequency(whole)
        if usual > ALIKE_RARE or is_code(word) or not self.speller.may_be(whole, ALIKE_USUAL * usual):
            return
        for spelling in self.speller.nearest(whole)[:1]:
            if self.speller.frequency(spelling.word) >= ALIKE_USUAL * usual and stems(spelling.word) != stems(whole):
                yield self._way("alike", spelling.word, ALIKE)

    def _misspelt(self, near: Sequence[Spelling], analyser: Analyser) -> tuple[Way, ...]:
        """Look up the nearest spellings, and what the nearest of all also means."""
        corrected = tuple(self._corrected(near, analyser))
        if not corrected:
            return ()
        _, synonyms = analyser.meant_by([near[0].word])
        return (*corrected, *self._meant(corrected[:1], synonyms))

    def _corrected(self, near: Sequence[Spelling], analyser: Analyser) -> Iterator[Way]:
        """Count the nearest spelling in full, the next ones half, and a quarter of that for each edit farther off.

        A misspelt function word says as little as the word itself.
        """
        for place, spelling in enumerate(near[:_SPELLINGS]):
            weight = 0.5 * 0.25 ** (spelling.cost - near[0].cost) if place else 1.0
            if analyser.is_topical(spelling.word):
                yield self._way("corrected", spelling.word, weight * analyser.weight(spelling.word))
