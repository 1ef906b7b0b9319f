"""What learning from outcomes gains on simulated readers whose truth is known, run by hand:

    python tests/benchmarks/replay.py [FOLDER ...] [--people 20] [--rounds 5] [--steepness 1.0]

Without a folder it takes those of ../shared/data/search with less than 20,000 articles. In each round so many people
ask each query, look down the results by a position-biased model, and open what attracts them; then the portal learns.
`asked` are the queries people ask, `others` the same problems in words that nobody asked in. The last line is the worst
case: every article has the highest factor under every query, except under its own title, where it has the lowest.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlmodel import select

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" / "data" / "search"
sys.path.insert(0, str(ROOT))

from kb import search  # noqa: E402
from kb.desk import Desk  # noqa: E402
from kb.labels import ArticleStatus  # noqa: E402
from kb.person import OPERATOR, guest  # noqa: E402
from kb.search import outcomes  # noqa: E402
from kb.settings import Settings  # noqa: E402
from kb.tables import Article, Base, Deflection, Outcome, Rating, SearchEvent  # noqa: E402
from models import beir  # noqa: E402
from models.evaluation.retrieval import ndcg_at_k  # noqa: E402
from models.outcomes import LIMIT  # noqa: E402

Query = tuple[str, Mapping[int, float]]
"""What is typed, and the gain of each article that answers it."""
LOOKER = guest("looker")


@dataclass(frozen=True)
class Readers:
    """How simulated people behave: they look at rank r with (1 / r) ** steepness, open what they look at with the
    probability of its kind, one article at most, and then say so with probability `tells`."""

    people: int = 20
    steepness: float = 1.0
    opens_right: float = 0.9
    opens_wrong: float = 0.15
    tells: float = 0.2


def replay(desk: Desk, queries: Sequence[Query], readers: Readers, *, rounds: int, chance: random.Random) -> None:
    """Let people ask all queries, round by round; the portal learns after each."""
    for _ in range(rounds):
        for text, gains in queries:
            shown = ranked(desk, text)
            with desk.transaction() as session:
                session.add_all(rows(desk, text, shown, gains, readers=readers, chance=chance))
        outcomes.learn(desk, OPERATOR)


def rows(
    desk: Desk, text: str, shown: list[int], gains: Mapping[int, float], *, readers: Readers, chance: random.Random
) -> Iterator[SearchEvent | Rating | Deflection]:  # fmt: skip
    """What one round of people leaves behind."""
    for _ in range(readers.people):
        person = f"v:{chance.getrandbits(64)}"
        opened = attracted(shown, gains, readers, chance)
        yield SearchEvent(
            query=text, shown_query=text, shown_ids=shown, found=len(shown), milliseconds=1.0, searcher=person,
            opened_id=opened, opened_rank=shown.index(opened) + 1 if opened else None, at=desk.now(),
        )  # fmt: skip
        if opened and chance.random() < readers.tells:
            at = desk.now() + timedelta(seconds=1)
            if gains.get(opened, 0) > 0:
                yield Deflection(article_id=opened, rater=person, day=at.date().isoformat(), at=at)
            else:
                yield Rating(article_id=opened, rater=person, is_helpful=False, at=at)


def attracted(shown: Sequence[int], gains: Mapping[int, float], readers: Readers, chance: random.Random) -> int | None:
    """The article a person opens, if any."""
    for rank, article_id in enumerate(shown, 1):
        opens = readers.opens_right if gains.get(article_id, 0) > 0 else readers.opens_wrong
        if chance.random() < rank**-readers.steepness and chance.random() < opens:
            return article_id
    return None


def ranked(desk: Desk, text: str) -> list[int]:
    return [hit.id for hit in search.search(desk, LOOKER, text).hits]


def ndcg(desk: Desk, queries: Sequence[Query]) -> float:
    """Mean nDCG@10."""
    found = [
        ndcg_at_k([str(one) for one in ranked(desk, text)], {str(one): gain for one, gain in gains.items()})
        for text, gains in queries
    ]
    return sum(found) / len(found)


def set_worst_case(desk: Desk) -> dict[int, str]:
    """Give every article the highest factor everywhere but under its own title, where it has the lowest."""
    with desk.transaction() as session:
        titles = {row[0]: row[1] for row in session.exec(select(Article.id, Article.title).order_by(Article.id)).all()}
        session.exec(outcomes.delete(Outcome))
        given = {"people": 1, "successes": 1.0, "chances": 1.0, "learned_at": desk.now()}
        session.add_all(Outcome(article_id=one, asked="", factor=LIMIT, **given) for one in titles)
        session.add_all(
            Outcome(article_id=one, asked=search.asked(title), factor=1 / LIMIT, **given)
            for one, title in titles.items()
            if search.asked(title)
        )
        outcomes.raise_stamp(session, outcomes.OUTCOMES)
    return titles


def out_of_reach(desk: Desk, titles: Mapping[int, str], *, first: int = 3) -> list[str]:
    """The titles under which neither their article nor one of the same title stands among the first."""
    return [
        title
        for title in titles.values()
        if title not in [titles[one] for one in ranked(desk, title)[:first]] and search.asked(title)
    ]


def open_desk(home: Path, judged: beir.Judged) -> tuple[Desk, dict[str, int]]:
    """A portal with the documents as published articles, and the number of each."""
    desk = Desk(Settings.from_env({"FIRSTLINE_HOME": str(home)}))
    Base.metadata.create_all(desk.engine)
    at = datetime.now(UTC)
    numbers = {document.id: number for number, document in enumerate(judged.documents, 1)}
    with desk.transaction() as session:
        session.add_all(
            Article(
                id=numbers[one.id], title=one.title or one.body[:80], body=one.body or one.title,
                status=ArticleStatus.PUBLISHED, created_at=at, updated_at=at, published_at=at,
            )
            for one in judged.documents
        )  # fmt: skip
    return desk, numbers


def measure(folder: Path, readers: Readers, rounds: int) -> None:
    judged = beir.read(folder)
    with tempfile.TemporaryDirectory() as home:
        desk, numbers = open_desk(Path(home), judged)
        known = [
            (text, {numbers[one]: gain for one, gain in judged.gains[name].items() if one in numbers})
            for name, text in judged.queries
        ]
        known = [query for query in known if any(gain > 0 for gain in query[1].values())]
        asked, others = known[::2], known[1::2]
        print(f"== {folder.name}: {len(numbers)} articles, {len(asked)} queries asked, {len(others)} others")
        print(f"before          nDCG@10 asked {ndcg(desk, asked):.4f}  others {ndcg(desk, others):.4f}", flush=True)
        chance = random.Random(1)
        for number in range(1, rounds + 1):
            replay(desk, asked, readers, rounds=1, chance=chance)
            print(
                f"after round {number:2d}  nDCG@10 asked {ndcg(desk, asked):.4f}  others {ndcg(desk, others):.4f}",
                flush=True,
            )
        lost = out_of_reach(desk, set_worst_case(desk))
        print(
            f"worst case      {len(lost)} of {len(numbers)} not among the first three under their own title {lost[:3]}"
        )
        desk.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steepness", type=float, default=1.0)
    options = parser.parse_args()
    for folder in options.folders or (SHARED / "stackfaq", SHARED / "npl"):
        measure(folder, Readers(people=options.people, steepness=options.steepness), options.rounds)


if __name__ == "__main__":
    main()
