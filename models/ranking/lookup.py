"""From the words of a query to the terms of the index: as written, completed, or by the nearest spelling."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import Stemmer

from models.ranking.query import Query, is_topical
from models.ranking.spelling import Speller, Spelling
from models.text import is_code, normalise, word_tokens

COMPLETED = 0.5  # what a word counts that the last word of the query may grow into
SHORT = 4  # a single known word shorter than this is also taken as a beginning
RARE = 1  # in so few documents a word may be a slip itself
_SPELLINGS = 3


@dataclass(frozen=True, slots=True)
class Sought:
    """One written word of the query: the terms it is looked up by, what each counts, and the spelling chosen.

    `terms` stand in the text as the word is written, `guesses` by its letters only (completed or corrected).
    """

    word: str
    terms: tuple[tuple[int, float], ...]
    guesses: tuple[tuple[int, float], ...] = ()
    correction: str | None = None


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
        self._stem = Stemmer.Stemmer("english").stemWords

    def query(self, query: Query, *, exact: bool) -> list[Sought]:
        """Return what to look for; function words only where there is nothing else."""
        topical = [word for word in query.words if is_topical(word)] or list(query.words)
        if exact:
            return [Sought(word, _counting(self.known(word_tokens(word)))) for word in topical]
        alone = len(query.words) == 1
        return [self._word(word, is_last=word == query.words[-1], alone=alone) for word in topical]

    def suggest(self, query: Query) -> tuple[tuple[str, str], ...]:
        """Return the words that are rare or unknown in the corpus, each beside a far more frequent spelling near it."""
        found = []
        for word in filter(is_topical, query.words):
            whole = normalise(word)
            usual = self.speller.frequency(whole)
            near = self.speller.nearest(whole) if usual <= RARE and not is_code(word) else []
            if near and self.speller.frequency(near[0].word) > 4 * usual:
                found.append((word, near[0].word))
        return tuple(found)

    def known(self, tokens: Sequence[str]) -> list[int]:
        """Return the terms of those tokens that stand in the corpus."""
        stems = self._stem(list(tokens))
        return list(dict.fromkeys(self.terms[stem] for stem in stems if stem in self.terms))

    def _word(self, word: str, *, is_last: bool, alone: bool) -> Sought:
        known = self.known(word_tokens(word))
        if is_code(word) or (known and not (alone and len(word) < SHORT)):
            return Sought(word, _counting(known))
        whole = normalise(word)
        grown = self.known(self.speller.completions(whole)) if is_last else []
        if known or grown:
            return Sought(word, _counting(known), _counting((t for t in grown if t not in known), COMPLETED))
        near = self.speller.nearest(whole)
        return Sought(word, (), self._guesses(near), near[0].word) if near else Sought(word, ())

    def _guesses(self, near: Sequence[Spelling]) -> tuple[tuple[int, float], ...]:
        """Count the nearest spelling in full, the next ones half, and a quarter of that for each edit farther off."""
        guesses: dict[int, float] = {}
        for spelling in near[:_SPELLINGS]:
            for term in self.known((spelling.word,)):
                guesses.setdefault(term, 0.5 * 0.25 ** (spelling.cost - near[0].cost) if guesses else 1.0)
        return tuple(guesses.items())


def _counting(terms: Iterable[int], weight: float = 1.0) -> tuple[tuple[int, float], ...]:
    return tuple((term, weight) for term in terms)
