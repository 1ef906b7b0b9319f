"""Search engines that people would install instead, set up as their users would: the title counts twice.

Each is imported where it is built, so that the memory of one is not that of all.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING

import numpy as np
import Stemmer

from models.ranking import Document

if TYPE_CHECKING:
    import tantivy

Search = Callable[[str], list[int]]
"""A query to the places of the documents that answer it, the best first."""
MOST = 101
"""So many are asked for: 100, and the document that is itself the question."""
_WORD = re.compile(r"\w+")
_STEM = Stemmer.Stemmer("english")


def fts5(documents: Sequence[Document]) -> Search:
    """SQLite's own full-text search, with stemming; any word may match."""
    base = sqlite3.connect(":memory:")
    base.execute("create virtual table page using fts5(title, body, tokenize='porter unicode61')")
    rows = ((place, document.title, document.body) for place, document in enumerate(documents))
    base.executemany("insert into page(rowid, title, body) values (?, ?, ?)", rows)
    query = f"select rowid from page where page match ? order by bm25(page, 2.0, 1.0) limit {MOST}"

    def search(text: str) -> list[int]:
        wanted = " OR ".join(f'"{word}"' for word in _WORD.findall(text.lower()))
        return [row[0] for row in base.execute(query, (wanted,))] if wanted else []

    return search


def bm25(documents: Sequence[Document]) -> Search:
    """bm25s with its stop words and stems."""
    import bm25s

    read = {"stopwords": "en", "stemmer": _STEM, "show_progress": False}
    index = bm25s.BM25()
    index.index(bm25s.tokenize(_texts(documents), **read), show_progress=False)
    most = min(MOST, len(documents))

    def search(text: str) -> list[int]:
        tokens = bm25s.tokenize([text], **read)
        return index.retrieve(tokens, k=most, show_progress=False)[0][0].tolist() if tokens.vocab else []

    return search


def tantivy_plain(documents: Sequence[Document]) -> Search:
    """Tantivy as its query parser reads the words."""
    index, searcher, _ = _tantivy(documents)

    def search(text: str) -> list[int]:
        words = " ".join(_WORD.findall(text))
        query, _ = index.parse_query_lenient(words, ["title", "body"], field_boosts={"title": 2.0})
        return _places(searcher, query) if words else []

    return search


def tantivy_fuzzy(documents: Sequence[Document]) -> Search:
    """Tantivy that forgives one letter from 5 letters on and two from 9, for less than a third of the score."""
    _, searcher, schema = _tantivy(documents)

    def search(text: str) -> list[int]:
        query = _forgiving(schema, text)
        return _places(searcher, query) if query else []

    return search


def tantivy_fuzzy_page(documents: Sequence[Document]) -> Search:
    """The same, and the snippets of the bodies of the first ten, as a page of results shows them."""
    import tantivy

    _, searcher, schema = _tantivy(documents, is_stored=True)

    def search(text: str) -> list[int]:
        query = _forgiving(schema, text)
        if not query:
            return []
        hits = searcher.search(query, MOST).hits
        snippets = tantivy.SnippetGenerator.create(searcher, query, schema, "body")
        found = [searcher.doc(address) for _, address in hits]
        for document in found[:10]:
            snippets.snippet_from_doc(document).to_html()
        return [document["place"][0] for document in found]

    return search


def tfidf(documents: Sequence[Document]) -> Search:
    """Cosine of TF-IDF vectors of words, as scikit-learn's tutorials do it."""
    return _cosine(documents, stop_words="english")


def tfidf_letters(documents: Sequence[Document]) -> Search:
    """Cosine of TF-IDF vectors of three to five letters."""
    return _cosine(documents, analyzer="char_wb", ngram_range=(3, 5), min_df=2)


PEERS = {
    "SQLite FTS5": fts5,
    "bm25s": bm25,
    "tantivy": tantivy_plain,
    "tantivy, fuzzy": tantivy_fuzzy,
    "tantivy, fuzzy, with snippets": tantivy_fuzzy_page,
    "TF-IDF, words": tfidf,
    "TF-IDF, letters": tfidf_letters,
}
FEW = {"TF-IDF, letters": 20_000}
"""The most documents an engine is asked to bear."""


def versions() -> str:
    """Which versions these are."""
    named = ", ".join(f"{name} {version(name)}" for name in ("bm25s", "tantivy", "scikit-learn"))
    return f"SQLite {sqlite3.sqlite_version}, {named}"


def _cosine(documents: Sequence[Document], **options: object) -> Search:
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectors = TfidfVectorizer(sublinear_tf=True, dtype=np.float32, **options)
    index = vectors.fit_transform(_texts(documents)).T.tocsr()
    most = min(MOST, len(documents))

    def search(text: str) -> list[int]:
        scores = (vectors.transform([text]) @ index).toarray().ravel()
        best = np.argpartition(-scores, most - 1)[:most]
        return best[np.argsort(-scores[best])].tolist()

    return search


def _forgiving(schema: tantivy.Schema, text: str) -> tantivy.Query | None:
    """Any word may match, in the title or the body, as it is or nearly so."""
    import tantivy

    one = tantivy.Query
    parts = []
    for word in _WORD.findall(text.lower()):
        stem, edits = _STEM.stemWord(word), 1 if len(word) < 9 else 2
        for field, boost in (("title", 2.0), ("body", 1.0)):
            parts.append(one.boost_query(one.term_query(schema, field, stem), boost))
            if len(word) >= 5:
                parts.append(one.boost_query(one.fuzzy_term_query(schema, field, stem, distance=edits), 0.3 * boost))
    return one.boolean_query([(tantivy.Occur.Should, part) for part in parts]) if parts else None


def _tantivy(
    documents: Sequence[Document], *, is_stored: bool = False
) -> tuple[tantivy.Index, tantivy.Searcher, tantivy.Schema]:
    """Build an index; `is_stored` keeps the texts in it too."""
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("place", stored=True)
    for field in ("title", "body"):
        builder.add_text_field(field, stored=is_stored, tokenizer_name="en_stem")
    schema = builder.build()
    index = tantivy.Index(schema)
    writer = index.writer(200_000_000, 1)
    for place, document in enumerate(documents):
        writer.add_document(tantivy.Document(place=place, title=document.title, body=document.body))
    writer.commit()
    index.reload()
    return index, index.searcher(), schema


def _places(searcher: tantivy.Searcher, query: tantivy.Query) -> list[int]:
    return [searcher.doc(address)["place"][0] for _, address in searcher.search(query, MOST).hits]


def _texts(documents: Sequence[Document]) -> list[str]:
    return [f"{document.title} {document.title} {document.body}" for document in documents]
