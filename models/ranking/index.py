"""The article index: fit it on documents, search it, change some of them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import Self

import numpy as np
from numpy.typing import NDArray

from models.ranking.analyser import STOP_WORDS, Analyser, built_in_analyser, stems
from models.ranking.explain import Evidence, Explainer, corrections, parts, why
from models.ranking.feedback import Vectors
from models.ranking.fields import FIELDS, Floats, Sequences, Vocabulary, read_fields
from models.ranking.lookup import Lookup, Sought
from models.ranking.pairs import Pairs
from models.ranking.postings import Postings, by_row
from models.ranking.query import parse
from models.ranking.ranker import COMPARED, Ranked, Ranker, Shares
from models.ranking.results import Document, Found, Hit
from models.ranking.snippets import Pages, heaviest
from models.ranking.spelling import Speller
from models.ranking.titles import Titles
from models.ranking.trigrams import Trigrams
from models.ranking.weights import FieldWeights, document_frequency
from models.ranking.words import WordScores
from models.text import found_words, normalise

BOOSTS = (0.8, 1.25)
"""Outcomes may lower and raise a score so far."""
_FEW = 2  # up to so many documents found, another spelling is offered


class ArticleIndex:
    """Ranks articles by the words they share with a query, and finds misspelt words by their letters.

    A document's score is what its words say (BM25F, with a share for the titles alone), and shares of what pairs of
    neighbouring words say, of how alike its title is to the query by their letters, and of how much it says of what the
    best documents have in common. Shares were chosen by cross-validation over three judged sets of unlike kind; letters
    from 0.6 to 0.9 are alike.

    Parameters
    ----------
    fields : how many times an occurrence in each field counts that of one in the body.
    title_share : weight of the titles ranked by themselves.
    shares : what pairs, letters and topic count beside the words.
    k1, b : saturation and length normalisation of BM25.
    """

    def __init__(
        self,
        *,
        fields: Mapping[str, float] = {"title": 4.0, "headings": 1.0, "body": 1.0, "tags": 1.0},
        title_share: float = 0.2,
        shares: Shares = Shares(pairs=0.1, letters=0.75, topic=0.35),  # noqa: B008
        k1: float = 1.2,
        b: float = 0.6,
    ) -> None:
        self.weigher = FieldWeights(fields, title_share=title_share, k1=k1, b=b)
        self.shares = shares

    def fit(self, documents: Sequence[Document]) -> Self:
        """Build the index over `documents`, in place of what was there before."""
        self.vocabulary_ = Vocabulary()
        tokens, self.sentence_ends_ = read_fields(documents, self.vocabulary_)
        self.fields_ = terms = [self.vocabulary_.as_terms(field) for field in tokens]
        self.speller_ = Speller().fit(list(self.vocabulary_.tokens), self._standing(tokens))
        del tokens  # each of these takes as much memory as the texts
        counts = [field.counts(len(self.vocabulary_.terms)) for field in terms]
        self.postings_ = Postings(by_row(self.weigher.fit(counts).transform(counts)))
        del counts
        says_nothing = [self.vocabulary_.terms[stem] for word in STOP_WORDS for stem in stems(word)]
        self.pairs_ = Pairs().fit(terms[0], terms[2], np.array(sorted(set(says_nothing)), dtype=np.int32))
        titles = [document.title for document in documents]
        self.letters_ = Trigrams().fit(titles)
        self.titles_ = Titles().fit(titles)
        self._look_up(documents)
        return self

    def changed(self, documents: Sequence[Document], gone: Collection[str] = ()) -> "ArticleIndex":
        """Return an index with `documents` new or in place of those of the same id, and without those `gone`.

        Costs what the changed documents cost. How rare a word is and how long a text is on average stay as `fit`
        learned them, so that after many changes a new `fit` ranks a little better.
        """
        other = ArticleIndex.__new__(ArticleIndex)
        other.shares = self.shares
        all_documents = list(self.documents_)
        columns = []
        for document in (*documents, *(Document(one, "", "") for one in gone if one in self.numbers_)):
            number = self.numbers_.get(document.id, len(all_documents))
            columns.append(number)
            all_documents[number : number + 1] = [document]
        other._read_changed(self, [all_documents[n] for n in columns], columns, len(all_documents))
        other._look_up(all_documents)
        return other

    def search(
        self,
        query: str,
        *,
        limit: int = 10,
        exact: bool = False,
        allowed: Collection[str] | None = None,
        without: Collection[str] = (),
        pool: int = COMPARED,
        analyser: Analyser | None = None,
        boosts: Mapping[str, float] | None = None,
        pins: Sequence[str] = (),
    ) -> Found:
        """Return the documents that answer `query`, the best first.

        Parameters
        ----------
        query : words, "phrases that must stand", -words that must not; cut off after 512 characters.
        limit : how many hits come with a snippet.
        exact : take every word as it is written: no correction, completion or synonym, no likeness by letters.
        allowed : the only ids that may appear; None for all.
        without : ids that may not appear, such as the document that is itself the question.
        pool : how many ids to return at most.
        analyser : the stop words and synonyms to read the query with; the built-in ones if None.
        boosts : factors by document id, held within 0.8 and 1.25, on the scores of what matches anyway.
        pins : ids put first, in this order, whatever they say of the query.
        """
        parsed = parse(query)
        if not parsed.words or not self.documents_:
            return Found(parsed.text, parsed.text, (), (), (), None)
        analyser = analyser or built_in_analyser()
        sought = self.lookup_.query(parsed, analyser, exact=exact)
        changed = corrections(sought)
        shown_query = _respelt(parsed.text, changed)
        factors = self._factors(boosts or {})
        may = self._may(allowed, without)
        rank = partial(self.ranker_.rank, sought=sought, factors=factors, may=may, most=max(pool, limit))
        ranked = rank(parsed, asked="" if exact else shown_query)
        if not len(ranked.numbers) and parsed.phrases and not exact:  # what stands nowhere word for word
            shown_query = shown_query.replace('"', "")
            ranked = rank(replace(parsed, phrases=()), asked=shown_query)
        pinned = [n for one in pins if (n := self.numbers_.get(one)) is not None and (may is None or may[n])]
        order = list(dict.fromkeys((*pinned, *ranked.numbers.tolist())))
        ids = tuple(self.documents_[i].id for i in order[:pool])
        nearer = () if changed or len(ids) > _FEW else self.lookup_.suggest(parsed, analyser)
        plain = " ".join(parsed.words) if not ids and (parsed.phrases or parsed.excluded) else None
        return Found(
            query=parsed.text,
            shown_query=shown_query,
            corrections=changed,
            hits=self._hits(order[:limit], ranked, sought, factors, frozenset(pinned)),
            ids=ids,
            suggestion=_respelt(parsed.text, nearer) if nearer else plain,
        )

    def complete(
        self, beginning: str, *, limit: int = 5, allowed: Collection[str] | None = None
    ) -> tuple[Document, ...]:
        """Return the documents whose titles `beginning` may grow into, those that begin with it first."""
        wanted = normalise(beginning)
        if not wanted:
            return ()
        found = (self.documents_[i] for i in self.titles_.complete(wanted))
        return tuple(islice((one for one in found if allowed is None or one.id in allowed), limit))

    def _read_changed(self, old: "ArticleIndex", new: Sequence[Document], columns: Sequence[int], size: int) -> None:
        """Take over what `old` knows, with the documents at `columns` read anew."""
        self.vocabulary_ = old.vocabulary_
        tokens, ends = read_fields(new, self.vocabulary_)
        self.sentence_ends_ = old.sentence_ends_.replaced(columns, ends, size)
        terms = [self.vocabulary_.as_terms(field) for field in tokens]
        self.fields_ = [was.replaced(columns, now, size) for was, now in zip(old.fields_, terms, strict=True)]
        counts = [field.counts(len(self.vocabulary_.terms)) for field in terms]
        self.weigher = old.weigher.grown(counts[0].shape[1])
        self.postings_ = old.postings_.replaced(columns, by_row(self.weigher.transform(counts)), size)
        self.pairs_ = old.pairs_.changed(terms[0], terms[2], columns, size)
        titles = [document.title for document in new]
        self.letters_ = old.letters_.changed(titles, columns, size)
        self.titles_ = old.titles_.changed(titles, columns, size)
        gone, _ = read_fields([old.documents_[n] for n in columns if n < len(old.documents_)], self.vocabulary_)
        difference = self._standing(tokens) - self._standing(gone)
        moved = np.flatnonzero(difference)
        names = list(self.vocabulary_.tokens)
        self.speller_ = old.speller_.changed([names[i] for i in moved.tolist()], difference[moved])

    def _look_up(self, documents: Sequence[Document]) -> None:
        self.documents_ = tuple(documents)
        self.pages_ = Pages(self.documents_, self.vocabulary_.looked_up.__getitem__)
        self.numbers_ = {document.id: i for i, document in enumerate(documents) if document.title or document.body}
        self.lookup_ = Lookup(self.vocabulary_, self.postings_, self.weigher.idf_, self.pairs_, self.speller_)
        self.explainer_ = Explainer(self.weigher, self.fields_, self.pairs_)
        title, _, body, tags = self.fields_
        vectors = Vectors(title, body, tags, self.weigher.idf_)
        self.ranker_ = Ranker(
            self.documents_, self.postings_, WordScores(self.postings_, self.pairs_), self.pairs_, self.letters_,
            self.titles_, self.lookup_, vectors, self.shares,
        )  # fmt: skip

    def _standing(self, tokens: Sequence[Sequences]) -> Floats:
        """Return in how many documents each token stands, of shape (tokens,)."""
        counts = [field.counts(len(self.vocabulary_.tokens)) for field in tokens]
        return document_frequency(sum(counts[1:], counts[0]))

    def _factors(self, boosts: Mapping[str, float]) -> dict[int, float]:
        least, most = BOOSTS
        return {self.numbers_[one]: min(max(f, least), most) for one, f in boosts.items() if one in self.numbers_}

    def _may(self, allowed: Collection[str] | None, without: Collection[str]) -> NDArray[np.bool_] | None:
        """Return which documents may appear, None for all."""
        if allowed is None and not without:
            return None
        may = np.full(len(self.documents_), allowed is None)
        may[[self.numbers_[one] for one in allowed or () if one in self.numbers_]] = True
        may[[self.numbers_[one] for one in without if one in self.numbers_]] = False
        return may

    def _hits(
        self,
        order: Sequence[int],
        ranked: Ranked,
        sought: Sequence[Sought],
        factors: Mapping[int, float],
        pinned: Collection[int],
    ) -> tuple[Hit, ...]:
        if not order:
            return ()
        numbers = np.array(order, dtype=np.intp)
        beside = ranked.of(order)
        scores = beside[:, 0].tolist()
        beside[:, 0] = self.shares.pairs * sum(self.pairs_.postings_.at(row, numbers) for row in ranked.pairs)
        said = self.explainer_.evidence(sought, numbers)
        shares = parts(said, beside)
        says = self._says(said.words)
        bodies = self.fields_[FIELDS.index("body")]
        ends = list(map(self.sentence_ends_.text, order))
        likely = heaviest(list(map(bodies.text, order)), ends, says, len(self.weigher.idf_))
        hits = []
        for n, i in enumerate(order):
            reason = why(said.words[n], shares[n], boost=factors.get(i, 1.0), is_pinned=i in pinned)
            page = self.pages_[i]
            found, titled = page.snippet(likely[n], says), page.title_marks(says)
            hits.append(Hit(self.documents_[i].id, round(scores[n], 4), found, titled, reason))
        return tuple(hits)

    def _says(self, said: Sequence[Sequence[Evidence]]) -> dict[int, float]:
        """Return what each term that made a document shown match says of the query, in its best way."""
        says: dict[int, float] = {}
        for way in {one.way for document in said for one in document}:
            for term, factor in way.terms:
                says[term] = max(says.get(term, 0.0), float(self.weigher.idf_[term]) * factor)
        return says


def _respelt(query: str, changed: Sequence[tuple[str, str]]) -> str:
    if not changed:
        return query
    spelling, parts, end = dict(changed), [], 0
    for word in found_words(query):
        parts += [query[end : word.start()], spelling.get(word.group(), word.group())]
        end = word.end()
    return "".join(parts) + query[end:]
