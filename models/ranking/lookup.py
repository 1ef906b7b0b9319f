"""From the words of a query to the terms of the index: as written, by synonym, completed, or by nearest spelling."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from models.ranking.analyser import Analyser, stems
from models.ranking.query import Query
from models.ranking.spelling import Speller, Spelling
from models.text import is_code, normalise

COMPLETED = 0.5  # what a word counts that the last word of the query may grow into
MEANT = 0.8  # what a synonym counts beside the word itself
SHORT = 4  # a single known word shorter than this is also taken as a beginning
RARE = 1  # in so few documents a word may be a slip itself
_SPELLINGS = 3

Terms = tuple[tuple[int, float], ...]


@dataclass(frozen=True, slots=True)
class Way:
    """One way to look a word up: terms that add up, each with what it counts, and the text they stand for."""

    kind: Literal["written", "synonym", "completed", "corrected"]
    text: str
    terms: Terms


@dataclass(frozen=True, slots=True)
class Sought:
    """One word of the query, or several that have a synonym together; of its ways a document's best one counts."""

    word: str
    ways: tuple[Way, ...]

    @property
    def correction(self) -> str | None:
        return next((way.text for way in self.ways if way.kind == "corrected"), None)


class Lookup:
    """Looks words up in the terms of an index.

    Parameters
    ----------
    terms : the number of each stem.
    speller : knows the words of the corpus unstemmed.
    """

    def __init__(self, terms: Mapping[str, int], speller: Speller) -> None:
        self.terms = terms
        self.speller = speller

    def query(self, query: Query, analyser: Analyser, *, exact: bool) -> list[Sought]:
        """Return what to look for; function words only where there is nothing else."""
        topical = [word for word in query.words if analyser.is_topical(word)] or list(query.words)
        if exact:
            return [Sought(word, self._written(word, self.known(stems(word)))) for word in topical]
        sought = []
        while topical:
            length, synonyms = analyser.meant_by(topical)
            words, topical = topical[: length or 1], topical[length or 1 :]
            ways = tuple(self._way("synonym", synonym.meant, MEANT) for synonym in synonyms)
            if length > 1:
                written = self._way("written", " ".join(words), 1.0)
                sought.append(Sought(written.text, (written, *ways)))
            else:
                is_last, alone = words[0] == query.words[-1], len(query.words) == 1
                sought.append(Sought(words[0], self._ways(words[0], ways, is_last=is_last, alone=alone)))
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
        return list(dict.fromkeys(self.terms[stem] for stem in wanted if stem in self.terms))

    def _ways(self, word: str, meant: tuple[Way, ...], *, is_last: bool, alone: bool) -> tuple[Way, ...]:
        known = self.known(stems(word))
        ways = self._written(word, known) + meant
        if is_code(word) or (ways and not (alone and len(word) < SHORT)):
            return ways
        whole = normalise(word)
        grown = self.speller.completions(whole) if is_last else []
        if known or grown:
            return ways + tuple(self._way("completed", one, COMPLETED) for one in grown)
        return self._corrected(self.speller.nearest(whole))

    def _written(self, word: str, known: Sequence[int]) -> tuple[Way, ...]:
        return (Way("written", word, tuple((term, 1.0) for term in known)),) if known else ()

    def _way(self, kind: Literal["written", "synonym", "completed"], text: str, weight: float) -> Way:
        return Way(kind, text, tuple((term, weight) for term in self.known(stems(text))))

    def _corrected(self, near: Sequence[Spelling]) -> tuple[Way, ...]:
        """Count the nearest spelling in full, the next ones half, and a quarter of that for each edit farther off."""
        ways: list[Way] = []
        for spelling in near[:_SPELLINGS]:
            weight = 0.5 * 0.25 ** (spelling.cost - near[0].cost) if ways else 1.0
            terms = tuple((term, weight) for term in self.known(stems(spelling.word)))
            ways.append(Way("corrected", spelling.word, terms))
        return tuple(ways)
