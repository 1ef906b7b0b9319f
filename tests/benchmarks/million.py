"""The article index over very many generated short articles, run by hand:

    python tests/benchmarks/million.py [NUMBER ...] [--function-words N] [--queries N]

Prints a Markdown table. Words are made of syllables and as frequent as Zipf's law says; the N most frequent are
function words of English, as in a real text (0: none, so that the longest lists of documents are read for a query).
Titles have 3 to 8 words, bodies 8 to 25. Each query is two to four words of a title, one of them with a wrong letter;
"found" is how often the article is among the first ten. "changed" is the median time until a changed article is found
by its new word. Without a NUMBER of articles it takes 40,704 and 1,000,000, each in a process of its own. Memory: of
the articles alone, of them and the index, and the most there was while building and asking, then while changing.
"""

import argparse
import random
import resource
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from multiprocessing import get_context

import numpy as np

from models.beir import peak_rss_mb
from models.ranking import STOP_WORDS, ArticleIndex, Document

WORDS = 200_000
CHANGES = 7
HEAD = (
    "articles", "function words", "build", "query p50", "p95", "found", "changed",
    "articles alone", "with index", "most, building", "changing",
)  # fmt: skip
SYLLABLES = [f"{first}{vowel}{last}" for first in "bdfgklmnprstvz" for vowel in "aeiou" for last in ("", *"lmnrst")]
LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Size:
    """What is measured: so many articles, function words and queries."""

    articles: int
    function_words: int
    queries: int


def vocabulary(function_words: int) -> list[str]:
    """Return distinct words, the most frequent first."""
    draw = random.Random(1)
    made: dict[str, None] = dict.fromkeys(sorted(STOP_WORDS)[:function_words])
    while len(made) < WORDS:
        made["".join(draw.choices(SYLLABLES, k=draw.choice((1, 2, 2, 3, 3, 4))))] = None
    return list(made)


def articles(size: Size) -> Iterator[Document]:
    """Make articles whose words are as frequent as Zipf's law says: the n-th word 1/n times as often as the first."""
    rng = np.random.default_rng(2)
    words = np.array(vocabulary(size.function_words), dtype=object)
    reach = np.cumsum(1 / np.arange(1, len(words) + 1))
    in_title, in_body = rng.integers(3, 9, size.articles), rng.integers(8, 26, size.articles)
    for number, (title, body) in enumerate(zip(in_title.tolist(), in_body.tolist(), strict=True)):
        drawn = words[np.searchsorted(reach, rng.random(title + body) * reach[-1])].tolist()
        yield Document(str(number), " ".join(drawn[:title]), " ".join(drawn[title:]) + ".")


def misspelt(document: Document, draw: random.Random) -> str:
    """Return a query of two to four words of the title, the longest of them with a wrong letter."""
    words = document.title.split()
    kept = sorted(draw.sample(range(len(words)), min(len(words), draw.randint(2, 4))))
    longest = max(kept, key=lambda place: len(words[place]))
    word = words[longest]
    at = draw.randrange(1, max(2, len(word)))
    words[longest] = word[:at] + draw.choice(LETTERS) + word[at + 1 :]
    return " ".join(words[place] for place in kept)


def measure(size: Size) -> None:
    """Print one row of the table."""
    documents = list(articles(size))
    own = resident_mb()
    started = time.perf_counter()
    index = ArticleIndex().fit(documents)
    built, memory = time.perf_counter() - started, resident_mb()
    draw = random.Random(3)
    asked = draw.choices(documents, k=size.queries)
    spent, found = [], 0
    for document in asked:
        query = misspelt(document, draw)
        started = time.perf_counter()
        ids = index.search(query).ids
        spent.append((time.perf_counter() - started) * 1000)
        found += document.id in ids[:10]
    p50, p95 = np.percentile(spent, [50, 95])
    peak, seconds = peak_rss_mb(), changes(index, draw)
    cells = (
        f"{size.articles:,}",
        f"{size.function_words}",
        f"{built:.1f} s",
        f"{p50:.1f} ms",
        f"{p95:.1f} ms",
        f"{found / len(asked):.0%}",
        f"{seconds:.2f} s",
        *(f"{megabytes:,.0f} MB" for megabytes in (own, memory, peak, peak_rss_mb())),
    )
    print(f"| {' | '.join(cells)} |", flush=True)


def changes(index: ArticleIndex, draw: random.Random) -> float:
    """Return the median seconds until a changed article is found by its new word."""
    spent = []
    for n in range(CHANGES):
        number = draw.randrange(len(index.documents_))
        changed = replace(index.documents_[number], title=f"zyx{LETTERS[n]}qu {index.documents_[number].title}")
        started = time.perf_counter()
        index = index.changed([changed])
        if index.search(f"zyx{LETTERS[n]}qu").ids[:1] != (changed.id,):
            raise RuntimeError("a changed article is not found by its new word")
        spent.append(time.perf_counter() - started)
    return float(np.median(spent))


def resident_mb() -> float:
    """Return the memory this process holds now; 0 where the system does not tell."""
    try:
        with open("/proc/self/statm", encoding="ascii") as statm:
            return int(statm.read().split()[1]) * resource.getpagesize() / 1e6
    except OSError:
        return 0.0


def main() -> None:
    """Measure each number of articles in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("numbers", nargs="*", type=int, default=[40_704, 1_000_000], metavar="NUMBER")
    parser.add_argument("--function-words", type=int, default=40, metavar="N")
    parser.add_argument("--queries", type=int, default=500, metavar="N")
    asked = parser.parse_args()
    print(f"| {' | '.join(HEAD)} |", f"|{'---:|' * len(HEAD)}", sep="\n", flush=True)
    for number in asked.numbers:
        process = get_context("spawn").Process(
            target=measure, args=(Size(number, asked.function_words, asked.queries),)
        )
        process.start()
        process.join()


if __name__ == "__main__":
    main()
