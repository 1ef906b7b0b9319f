import gc
import weakref
from collections import defaultdict

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from models.ranking import (
    Analyser,
    ArticleIndex,
    Document,
    Found,
    Synonym,
    english_groups,
    feedback,
    lookup,
    postings,
    snippets,
    trigrams,
    words,
)
from models.ranking.analyser import WEAK
from models.ranking.fields import FIELDS
from models.ranking.query import parse
from models.ranking.weights import FieldWeights
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
    assert index.search('"follow the link" -portal').ids == ()
    assert index.search('"the transaction"').ids == ("deadlock",)


def test_a_phrase_that_stands_nowhere_is_taken_as_words_and_said_so(index):
    found = index.search('"link the follow" password')
    assert (found.ids, found.shown_query) == (("password",), "link the follow password")
    assert index.search('"link the follow"', exact=True).ids == ()


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


def test_the_sentence_with_most_of_the_query_is_shown_the_first_of_equals():
    body = (
        "# Jams and queues\nA jam. Paper in a jam!\n\n~~~\n| paper | jam |\n\nA jam of paper. See www.jam-1.2.org now"
    )
    snippet = ArticleIndex().fit([Document("1", "", body)]).search("paper jam").hits[0].snippet
    assert (snippet.text, snippet.heading) == ("Paper in a jam!", "Jams and queues")


def test_a_text_whose_title_alone_matches_shows_its_first_sentence():
    body = "# Before\n---\nFirst of all. Then more."
    snippet = ArticleIndex().fit([Document("1", "Paper jam", body)]).search("paper jam").hits[0].snippet
    assert (snippet.text, snippet.marks, snippet.heading) == ("First of all.", (), "Before")


def test_a_match_far_down_a_long_text_is_found_but_not_shown():
    index = ArticleIndex().fit([Document("1", "", "A line.\n" * 2_000 + "The needle.")])
    assert index.search("needle").hits[0].snippet.text == "A line."


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.sampled_from(["Paper jam.", "a printer\n", "C#! ", "v1.2? ", "\n\n", "# Tray\n", "é. "]), max_size=9)
)
def test_a_snippet_is_the_same_in_an_index_that_was_changed(parts):
    one, other = Document("1", "Printer", "".join(parts)), Document("2", "Tray", "Paper. Jam.")
    fresh, grown = ArticleIndex().fit([one, other]), ArticleIndex().fit([other]).changed([one])
    for query in ("printer", "paper jam", "tray v1.2"):
        told = [{hit.id: hit.snippet for hit in index.search(query).hits} for index in (fresh, grown)]
        assert told[0] == told[1]


def test_a_word_that_is_meant_in_two_ways_weighs_what_the_better_one_says():
    """Whatever order the ways come in: a way is hashed by its text, which is another in every process."""
    synonyms = [Synonym(f"typed{n}", "goal", 0.1 if n else 0.9) for n in range(12)]
    document = Document("1", "", "A goal here. The word and word2.")
    index = ArticleIndex().fit([document, Document("2", "", "word"), Document("3", "", "word2")])
    query = " ".join(["word", *(one.typed for one in synonyms)])
    assert index.search(query, analyser=Analyser(synonyms=synonyms)).hits[0].snippet.text == "A goal here."


def test_each_reader_looks_a_word_up_with_own_synonyms(index):
    mine, yours = (Analyser(synonyms=[Synonym("zorp", meant)]) for meant in ("printer", "vpn"))
    assert index.search("zorp", analyser=mine).ids != index.search("zorp", analyser=yours).ids
    assert index.search("zorp", analyser=mine).ids == index.search("printer").ids


def test_title_marks_are_the_words_matched(index):
    hit = index.search("jam").hits[0]
    assert [PRINTER.title[a:b] for a, b in hit.title_marks] == ["jams"]


def test_shares_sum_to_one_and_the_title_has_its_part(index):
    for hit in index.search("printer jams paper").hits:
        shares = dict(hit.why.parts)
        assert sum(shares.values()) == pytest.approx(1, abs=0.01)
        assert shares["title"] > 0
        assert {part for word in hit.why.words for part in word.split()} <= {"printer", "jams", "paper"}


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
    body = sp.csr_matrix(np.array([[2, 1], [0, 1]], dtype=np.float32))
    nothing = sp.csr_matrix((2, 2), dtype=np.float32)
    fields = {"title": 4, "headings": 1, "body": 1, "tags": 1}
    weigher = FieldWeights(fields, title_share=0.2, k1=1.2, b=0.75).fit([nothing, nothing, body, nothing])
    weights = weigher.transform([nothing, nothing, body, nothing]).toarray()
    for row in range(2):
        for column, df in enumerate([1, 2]):
            tf, length = body[row, column], body[row].sum()
            norm = 1.2 * (0.25 + 0.75 * length / 2)
            expected = np.log(1 + (2 - df + 0.5) / (df + 0.5)) * tf * 2.2 / (tf + norm)
            assert weights[row, column] == pytest.approx(expected, rel=1e-5)


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
    assert [one.id for one in index.complete("ora-006")] == ["other"]
    assert [one.id for one in index.complete("pass")] == ["password"]
    assert index.complete("dead", allowed={"other"}) == ()
    assert index.complete(" ") == ()


@pytest.mark.parametrize(
    ("written", "typed"),
    [("Roll back a release", "rollback"), ("Rollback of a release", "roll back"), ("A 10 GB quota", "10GB"),
     ("OutOfMemory in the mapper", "out of memory"), ("Out of memory in the mapper", "outofmemory"),
     ("E-mail does not arrive", "email"), ("maxPoolSize is too small", "max pool size"), ("Log-in fails", "login")],
)  # fmt: skip
def test_words_written_together_and_apart_meet(written, typed):
    documents = [Document("it", written, ""), Document("other", "Something else", "entirely")]
    assert ArticleIndex().fit(documents).search(typed).ids[:1] == ("it",)


def test_words_that_stand_together_as_typed_come_first():
    apart = Document("apart", "", "a queue is long, jobs wait, the printer sleeps")
    together = Document("together", "", "a printer queue is long, jobs wait, he sleeps")
    assert ArticleIndex().fit([apart, together]).search("printer queue").ids[0] == "together"


def test_a_minus_inside_a_command_excludes_nothing(index):
    assert index.search("oracle -deadlock reports").ids == index.search("oracle deadlock reports").ids


def test_what_is_asked_with_is_left_out(index):
    assert "deadlock" not in index.search("deadlock oracle", without={"deadlock"}).ids


def test_the_parts_of_a_score_sum_to_it():
    index = ArticleIndex().fit(CORPUS)
    for query in ("printer jams paper", "oracle reports deadlock", "pasword follow", "login passphrase"):
        sought = index.lookup_.query(parse(query), Analyser(), exact=False)
        found = index.search(query)
        said = index.explainer_.evidence(sought, np.array([index.numbers_[i] for i in found.ids]))
        for place, hit in enumerate(found.hits):
            parts = dict(hit.why.parts)
            assert sum(parts.values()) == pytest.approx(1, abs=0.004)
            in_fields = sum(parts[name] for name in FIELDS)
            assert said.fields[place].sum() == pytest.approx(hit.score * in_fields, rel=0.02, abs=0.01)
            assert (said.letters[place] > 0) == any(one.way.kind == "corrected" for one in said.words[place])
            assert hit.why.words == tuple(one.word for one in said.words[place])


def test_changed_documents_are_found_at_once_and_their_old_words_no_more(index):
    moved = Document("printer", "Scanner settings", "Choose a flatbed. Zyxgrb.")
    new = Document("new", "Quarterly closing", "The ledger is locked.")
    changed = index.changed([moved, new], gone=["password"])
    assert changed.search("zyxgrb").ids == ("printer",)
    assert changed.search("scaner settings").ids[0] == "printer"
    assert changed.search("ledger locked").ids == ("new",)
    assert not changed.search("jams", exact=True).ids
    assert "password" not in changed.search("reset your password").ids
    assert [one.id for one in changed.complete("quart")] == ["new"]
    assert changed.search("jamz").corrections == ()  # nor do its words help to spell
    assert changed.search("pasword").suggestion is None
    assert index.search("jams").ids == ("printer",)  # the older index is as it was


WORDS = st.lists(
    st.sampled_from(["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa"]), min_size=1
)


@given(st.lists(st.tuples(WORDS, WORDS), min_size=2, max_size=8), WORDS)
@settings(max_examples=60, deadline=None)
def test_an_irrelevant_document_lifts_nothing_over_a_better_match_of_all_words(texts, query):
    documents = [Document(str(i), " ".join(title), " ".join(body)) for i, (title, body) in enumerate(texts)]
    best = Document("all", " ".join(query), " ".join(query))
    noise = Document("noise", "unrelated matter", "nothing of the kind stands here")
    found = ArticleIndex().fit([*documents, best, noise]).search(" ".join(query)).ids
    assert found[0] == "all" or documents[int(found[0])].title == best.title
    assert "noise" not in found


@given(st.lists(st.text("abcdefghijklmnopqrstuvwxyz", min_size=8, max_size=14), min_size=6, max_size=24, unique=True),
       st.integers(0, 10_000), st.sampled_from(["drop", "swap", "double", "replace"]))  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_a_slip_in_a_long_rare_word_of_a_title_still_finds_it(rare, at, slip):
    documents = [Document(str(i), f"Reset the {word} service", "Do this, then that.") for i, word in enumerate(rare)]
    word = rare[at % len(rare)]
    place = 1 + at % (len(word) - 2)
    typed = {
        "drop": word[:place] + word[place + 1 :],
        "swap": word[:place] + word[place + 1] + word[place] + word[place + 2 :],
        "double": word[:place] + word[place] + word[place:],
        "replace": word[:place] + "q" + word[place + 1 :],
    }[slip]
    found = ArticleIndex().fit(documents).search(f"{typed} service").ids
    assert str(rare.index(word)) in found[:3] or typed in rare


def test_a_slip_that_stands_in_the_corpus_finds_the_usual_spelling_too_but_after_it():
    usual = [Document(str(i), f"Heartbeat {i}", "of the node") for i in range(30)]
    found = ArticleIndex().fit([*usual, Document("slip", "Heatbeat lost", "of the node")]).search("heatbeat")
    assert found.ids[0] == "slip"
    assert len(found.ids) == 31
    assert found.corrections == ()


def test_a_slip_that_has_the_stem_of_another_word_finds_what_was_meant():
    documents = [Document("meant", "Online storage", ""), Document("other", "Only one copy", "")]
    found = ArticleIndex().fit(documents).search("onlie storage")
    assert (found.ids[0], found.corrections) == ("meant", ())
    assert found.hits[0].why.corrections == (("onlie", "online"),)


@pytest.mark.parametrize(("typed", "meant"), [("ouer", "outer"), ("tupes", "tuples")])
def test_a_letter_left_out_is_likelier_than_one_put_for_another(typed, meant):
    words = ("our", "over", "outer", "types", "tuples")
    documents = [Document(word, word, "") for word in words]
    assert corrected(ArticleIndex().fit(documents).search(typed)) == [(typed, meant)]


def test_a_misspelt_word_finds_what_the_word_also_means(index):
    analyser = Analyser(synonyms=[Synonym("oracle", "printer")])
    assert "printer" in index.search("oralce", analyser=analyser).ids


def test_a_misspelt_function_word_says_nothing():
    documents = [Document("jam", "Printer jam", ""), Document("there", "There is there", "")]
    assert ArticleIndex().fit(documents).search("is threre a printer").ids == ("jam",)


@pytest.mark.parametrize("typed", ["I'd", "what’s", "Where's", "they’ve", "don't"])
def test_a_function_word_says_nothing_when_another_is_drawn_to_it(typed):
    assert not Analyser().is_topical(typed)


def test_an_index_goes_with_its_last_use(index):
    gc.disable()
    try:
        first = index.changed([Document("new", "Badge reader", "Blinks red.")])
        first.search("badge")
        seen = weakref.ref(first)
        second = first.changed([Document("new", "Badge reader", "Blinks green.")])
        del first
        assert second.search("badge").ids == ("new",)
        assert seen() is None
    finally:
        gc.enable()


def test_a_synonym_of_a_word_of_asking_counts_as_little_as_the_word(index):
    analyser = Analyser(synonyms=[Synonym("make", "clear"), Synonym("draw", "clear")])

    def counts(word):
        (sought,) = index.lookup_.query(parse(f"{word} printer"), analyser, exact=False)[:1]
        return next(weight for way in sought.ways if way.kind == "synonym" for _, weight in way.terms)

    assert counts("make") == pytest.approx(WEAK * counts("draw"))


def test_no_built_in_group_stands_inside_another():
    groups = [(frozenset(group.words), group.is_same) for group in english_groups()]
    holding = defaultdict(list)
    for place, (members, _) in enumerate(groups):
        for word in members:
            holding[word].append(place)
    inside = [
        groups[place]
        for place, (words, is_same) in enumerate(groups)
        for other in holding[min(words)]
        if other != place and words <= groups[other][0] and is_same <= groups[other][1]
    ]
    assert inside == []


@pytest.mark.parametrize(
    ("module", "limit", "value"),
    [
        (postings, "_FEW", 1), (postings, "_SHORT", 0), (trigrams, "_FEW", 0), (feedback, "_KEPT", 1),
        (snippets, "_KEPT", 1), (words, "_KEPT", 0), (words, "_MANY", 1), (lookup, "_KEPT", 0),
    ],
)  # fmt: skip
def test_no_shortcut_changes_an_answer(monkeypatch, module, limit, value):
    """What is added at once or kept for the next query: without it the same is found, in the same words."""
    queries = ["turn the printer off and pull the paper out", "deadlok reset portal oracle", "queue", "open the link"]
    usual = [ArticleIndex().fit(CORPUS).search(query) for query in queries]
    monkeypatch.setattr(module, limit, value)
    index = ArticleIndex().fit(CORPUS)
    for query, found in zip(queries * 2, usual * 2, strict=True):
        again = index.search(query)
        assert (again.ids, [hit.snippet for hit in again.hits]) == (found.ids, [hit.snippet for hit in found.hits])
        assert [hit.score for hit in again.hits] == pytest.approx([hit.score for hit in found.hits], abs=2e-4)
