import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from models.ranking.spelling import Speller

WORDS = st.text("abcdefgh", min_size=3, max_size=10)
IN_DOCUMENTS = st.dictionaries(WORDS, st.integers(1, 50), max_size=20)


def near(word: str, frequency: dict[str, int]) -> set[str]:
    """The words within the edits, each compared."""
    most = 1 if len(word) < 8 else 2
    return {other for other, n in frequency.items() if n and 0 < OSA.distance(word, other) <= most}


def read(speller: Speller, frequency: dict[str, int], learn: str) -> Speller:
    return getattr(speller, learn)(list(frequency), np.array(list(frequency.values()), dtype=np.float32))


@given(first=IN_DOCUMENTS, more=IN_DOCUMENTS, typed=WORDS, slip=st.integers(0, 9), least=st.integers(0, 60))
def test_the_pairs_of_letters_lead_to_every_word_within_the_edits(first, more, typed, slip, least):
    beside = typed[: slip % len(typed)] + typed[slip % len(typed) + 1 :]
    speller = read(read(Speller(), first, "fit"), {**more, beside: 7}, "changed")
    frequency = {**more, beside: 7}
    for word, n in first.items():
        frequency[word] = frequency.get(word, 0) + n
    found = {spelling.word for spelling in speller.nearest(typed)}
    assert found == {one for one in near(typed, frequency) if len(one) >= 3}
    if any(frequency[word] >= least for word in found):
        assert speller.may_be(typed, least)
