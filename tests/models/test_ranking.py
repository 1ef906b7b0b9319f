import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.ranking import Analyser, ArticleIndex, Document, Found, Synonym
from models.ranking.weights import inverse_frequency, length_normalised, saturated
from models.text import tokens

PRINTER = Document(
    "printer",
    "Printer jams",
    "A jam stops the queue.\n\n## Clear the paper path\n\n1. Turn the **printer** off.\n2. Pull the [paper](x) out.\n",
)
PASSWORD = Document(
    "password", "Reset your password", "Open the portal and follow the link. パスワード пароль", ("login",)
)
DEADLOCK = Document("deadlock", "ORA-00060 deadlock detected", "Oracle reports ORA-00060. Retry the transaction.")
OTHER = Document("other", "ORA-00600 internal error", "Oracle reports ORA-00600. Send the trace to the database team.")
CORPUS = (PRINTER, PASSWORD, DEADLOCK, OTHER)


@pytest.fixture(scope="module")
def index() -> ArticleIndex:
    return ArticleIndex().fit(CORPUS)


def corrected(found: Found) -> list[tuple[str, str]]:
    return list(found.corrections)


@pytest.mark.parametrize("document", CORPUS)
def test_a_query_equal_to_a_title_returns_it_first(index, document):
    assert index.search(document.title.upper()).ids[0] == document.id


def test_a_title_wins_even_where_others_repeat_its_words():
    many = [Document(str(i), "Printer printer jams", "printer jams " * 20) for i in range(5)]
    assert ArticleIndex().fit([*many, PRINTER]).search("printer jams").ids[0] == "printer"


def test_another_form_of_a_word_is_the_same_word(index):
    assert index.search("resetting passwords").ids[0] == "password"


@pytest.mark.parametrize("query", ["パスワード", "пароль", "ПАРОЛЬ", "ﾊﾟｽﾜｰﾄﾞ", "login"])
def test_other_scripts_and_tags_are_found(index, query):
    assert index.search(query).ids == ("password",)


def test_a_misspelt_word_is_corrected_and_said_so(index):
    found = index.search("pasword resett")
    assert found.ids[0] == "password"
    assert corrected(found) == [("pasword", "password"), ("resett", "reset")]
    assert found.shown_query == "password reset"
    assert found.hits[0].why.corrections == found.corrections
    assert dict(found.hits[0].why.parts)["characters"] > 0.5


def test_a_known_word_is_never_corrected(index):
    assert index.search("queue jam").shown_query == "queue jam"


def test_exact_takes_words_as_they_are_and_offers_a_spelling(index):
    found = index.search("pasword", exact=True)
    assert found.ids == ()
    assert found.corrections == ()
    assert found.suggestion == "password"


@pytest.mark.parametrize("query", ["ORA-00061", "0x80070005", "KB-12"])
def test_a_code_is_never_corrected(index, query):
    found = index.search(query)
    assert found.corrections == ()
    assert found.suggestion is None


def test_a_code_finds_its_own_article_before_the_next_number(index):
    assert index.search("ora-00060").ids[0] == "deadlock"
    assert index.search("ora-00600").ids[0] == "other"


def test_the_last_word_is_found_while_it_is_typed(index):
    for end in range(3, len("printer") + 1):
        assert "printer" in index.search("printer"[:end]).ids
    assert index.search("reset pass").ids[0] == "password"


def test_a_phrase_must_stand_literally(index):
    assert index.search('"follow the link"').ids == ("password",)
    assert index.search('"link the follow"').ids == ()
    assert index.search('reset "paper out"').ids == ()


def test_a_word_with_a_minus_excludes(index):
    assert index.search("oracle -deadlock").ids == ("other",)
    assert "deadlock" in index.search("e-mail deadlock").ids


def test_only_allowed_ids_appear(index):
    found = index.search("oracle", allowed={"other"})
    assert found.ids == ("other",)
    assert [hit.id for hit in found.hits] == ["other"]
    assert index.search("oracle", allowed=()).ids == ()


def test_limit_bounds_the_hits_and_pool_the_ids():
    index = ArticleIndex().fit([Document(str(i), "same", "same") for i in range(30)])
    found = index.search("same", limit=3, pool=20)
    assert [hit.id for hit in found.hits] == ["0", "1", "2"]
    assert found.ids == tuple(map(str, range(20)))


def test_the_snippet_is_the_sentence_that_matches_under_its_heading(index):
    snippet = index.search("turn printer off").hits[0].snippet
    assert snippet.text == "Turn the printer off."
    assert snippet.heading == "Clear the paper path"
    assert [snippet.text[a:b] for a, b in snippet.marks] == ["Turn", "printer", "off"]


def test_links_are_shown_as_their_text(index):
    assert index.search("pull paper").hits[0].snippet.text == "Pull the paper out."


def test_a_long_sentence_is_cut_around_the_match():
    body = f"{'word ' * 200}needle {'word ' * 200}"
    snippet = ArticleIndex().fit([Document("1", "", body)]).search("needle").hits[0].snippet
    assert len(snippet.text) < 260
    assert [snippet.text[a:b] for a, b in snippet.marks] == ["needle"]


def test_title_marks_are_the_words_matched(index):
    hit = index.search("jam").hits[0]
    assert [PRINTER.title[a:b] for a, b in hit.title_marks] == ["jams"]


def test_shares_sum_to_one_and_the_title_has_its_part(index):
    for hit in index.search("printer jams paper").hits:
        shares = dict(hit.why.parts)
        assert sum(shares.values()) == pytest.approx(1, abs=0.01)
        assert shares["title"] > 0
        assert set(hit.why.words) <= {"printer", "jams", "paper"}


@pytest.mark.parametrize("query", ["", "  \n", "...", '""', "-", '"', "- -", "\x00"])
def test_a_query_without_words_finds_nothing(index, query):
    found = index.search(query)
    assert (found.hits, found.ids, found.suggestion) == ((), (), None)


def test_a_huge_query_is_cut(index):
    assert len(index.search("printer " * 150_000).query) <= 512
    assert index.search("x" * 1_000_000).ids == ()


@pytest.mark.parametrize("documents", [(), (Document("1", "", ""),), (Document("1", "a", ""), Document("2", "", "b"))])
def test_empty_corpora_and_documents_are_searched_in_vain(documents):
    assert ArticleIndex().fit(documents).search("printer problem").ids == ()


def test_a_question_of_function_words_only_still_finds():
    assert ArticleIndex().fit([Document("1", "To be or not to be", "")]).search("to be").ids == ("1",)


def test_fit_replaces_what_was_there():
    index = ArticleIndex().fit([PRINTER]).fit([PASSWORD])
    assert index.search("printer").ids == ()
    assert index.search("password").ids == ("password",)


TEXT = st.text(max_size=60)


@settings(deadline=None)
@given(st.lists(st.tuples(TEXT, TEXT), max_size=6), TEXT)
def test_any_text_can_be_indexed_and_searched_twice_alike(texts, query):
    index = ArticleIndex().fit([Document(str(i), title, body) for i, (title, body) in enumerate(texts)])
    found = index.search(query)
    assert found == index.search(query)
    assert [hit.id for hit in found.hits] == list(found.ids[:10])
    assert [hit.score for hit in found.hits] == sorted((hit.score for hit in found.hits), reverse=True)


@settings(deadline=None)
@given(st.lists(TEXT, min_size=1, max_size=6))
def test_every_document_is_found_by_each_of_its_words(texts):
    index = ArticleIndex().fit([Document(str(i), "", text) for i, text in enumerate(texts)])
    for i, text in enumerate(texts):
        for token in tokens(text):
            if tokens(token):
                assert str(i) in index.search(f" {token}", exact=True).ids


def test_bm25_weights_by_hand():
    import scipy.sparse as sp

    counts = sp.csr_matrix(np.array([[2, 1], [0, 1]], dtype=np.float32))
    idf = inverse_frequency(np.array([1, 2], dtype=np.float32), 2)
    weights = saturated(length_normalised(counts, 0.75), idf, 1.2).toarray()
    for row in range(2):
        for column, df in enumerate([1, 2]):
            tf, length = counts[row, column], counts[row].sum()
            norm = 1.2 * (0.25 + 0.75 * length / 2)
            expected = np.log(1 + (2 - df + 0.5) / (df + 0.5)) * tf * 2.2 / (tf + norm)
            assert weights[column, row] == pytest.approx(expected, rel=1e-5)


def test_a_synonym_finds_what_is_called_otherwise_and_says_so(index):
    analyser = Analyser(synonyms=[Synonym("passphrase", "password"), Synonym("paper stuck", "jam")])
    assert index.search("passphrase", analyser=analyser).ids == ("password",)
    hit = index.search("paper stuck", analyser=analyser).hits[0]
    assert (hit.id, hit.why.synonyms) == ("printer", (("paper stuck", "jam"),))


def test_a_synonym_holds_in_one_direction(index):
    assert "password" in index.search("password", analyser=Analyser(synonyms=[Synonym("password", "jam")])).ids
    assert not index.search("passphrase", analyser=Analyser(synonyms=[Synonym("password", "passphrase")])).ids


def test_a_stop_word_says_nothing(index):
    assert index.search("oracle jam", analyser=Analyser(stop_words=("oracle",))).ids == ("printer",)


def test_outcomes_reorder_only_what_matches_and_only_so_far(index):
    plain = index.search("oracle").ids
    turned = index.search("oracle", boosts={plain[1]: 99.0, plain[0]: 0.0, "printer": 99.0})
    assert turned.ids == plain[::-1]
    assert [hit.why.boost for hit in turned.hits] == [1.25, 0.8]


def test_what_is_pinned_stands_first(index):
    found = index.search("oracle", pins=("printer", "gone"))
    assert found.ids[0] == "printer"
    assert [hit.why.is_pinned for hit in found.hits] == [True, False, False]
    assert "printer" not in index.search("oracle", pins=("printer",), allowed={"deadlock"}).ids


def test_a_beginning_grows_into_titles(index):
    assert index.complete("ora-006") == ("other",)
    assert index.complete("pass") == ("password",)
    assert index.complete("dead", allowed={"other"}) == ()
    assert index.complete(" ") == ()
