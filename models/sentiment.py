"""Sentiment of a comment (positive, neutral, negative): its polar words, read together with the others."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression

from models.text import normalise
from models.triage import TextFeatures

Floats = NDArray[np.float64]

# A word ending in * stands for every word that begins so.
_GOOD = """
    accurate admir* amaz* appreciat* awesome awsome beautiful* beauty best better bless* brilliant bravo calm cheers
    clean* clear clearly clever comfortabl* compliment* convenient cool correct cute danke delight* easier easily
    easy effective efficient elegant enjoy* excellent excit* fabulous fantastic fast faster favorite favourite fine
    fixed flawless* friendly fun genius glad gold good gorgeous grateful* gratitude great* handy happy heart helped
    helpful* helpfull helps hero honest* hurray impress* incredibl* informative intuitive joy kind kindly kudos
    laugh* lifesaver like liked lol love* lovely luck* magic marvel* merci neat nice* nicely outstanding patient
    perfect* please* pleas* pleasant* pleasure polite pretty prompt promptly quick quickly reliable relie* resolved
    respect rock* satisf* saved saves simple smart smooth* solved sorted spot-on stable stellar success* super*
    superb sweet terrific thank* thanx thnaks thx ty tidy top useful valuable welcome well willing win wins
    wonderful* work works worked worth wow yay yep
"""
_BAD = """
    abysmal angr* annoy* appall* apolog* atrocious awful* awkward bad badly blame* bloat* bored boring broke broken
    bug* buggy bullshit careless clueless clumsy complain* complicated confus* crap* crash* crazy cryptic cumbersome
    damn* dangerous dead desper* despair* dire dirty disappoint* disaster* disgust* dislik* doubt* dreadful dumb
    embarrass* error* evil fail* fault faulty fear* fed flaw* foolish freak* frustrat* fuck* garbage gave grief
    gross hang* hard hate* hated hell hopeless* horribl* horrid hung idiot* ignor* impossible inaccurate incomplete
    incompetent incorrect inconvenien* insane insult* issue* irritat* jam* joke junk lack* lame lost lousy mess
    messy mistak* miser* nasty nightmare nobody nonsense nope obsolete outage outdated overcomplicat* pain* pathetic
    pointless poor poorly problem* regret* ridiculous rubbish rude ruin* sad sadly scar* screwed shame* shit* shock*
    sick silly slow slower sloppy sorry stuck stupid* suck* sucks suffer* terribl* tired tragic trouble* ugly
    unacceptable unclear unfair unfortunat* unhappy unhelpful unreadable unreliable unusable upset* useless vague
    waste* weak weird worse worst wrong wtf yuck
"""
_NEGATIONS = """
    not no never cannot cant dont doesnt didnt isnt wasnt arent havent without neither nor hardly
    nothing none wont couldnt wouldnt shouldnt nobody barely
"""
_NOT = frozenset(_NEGATIONS.split())
_BUT = frozenset({"but", "however", "although", "though", "yet"})
_REACH = 3  # words after a negation that it turns round
_EMPHASIS = 2.0  # of the polar figures against the words, which a small training set cannot know

_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_SMILE = re.compile(r"[:;=]-?[)D]|<3|\(:|[😀-😆😉-😍😘😊🙂🙌👍👏❤🎉💯🙏]")
_FROWN = re.compile(r"[:;=]'?-?[(\[/|](?!\w)|[😒-😖😞-😡😤😭☹🙁👎💩🤬🤦]")


class SentimentModel(BaseEstimator, ClassifierMixin):  # type: ignore[misc]
    """Logistic regression on words, word pairs and letter groups beside counts of polar words, negation heeded.

    Parameters
    ----------
    strength : float
        Inverse of the penalty, as scikit-learn's C.

    Attributes
    ----------
    classes_ : ndarray of str, shape (k,)

    References
    ----------
    Pang, Lee, Vaithyanathan (2002), Thumbs up? Sentiment Classification using Machine Learning Techniques, EMNLP.
    Hutto, Gilbert (2014), VADER, ICWSM (negation window of three words, clause after "but").
    """

    def __init__(self, *, strength: float = 1.0) -> None:
        self.strength = strength

    def fit(self, texts: Sequence[str], labels: Sequence[str]) -> Self:
        """Learn from `texts` (n,) and `labels` (n,). Raises ValueError on unequal lengths or fewer than two labels."""
        if len(texts) != len(labels):
            raise ValueError(f"{len(texts)} texts but {len(labels)} labels")
        self.features_ = TextFeatures()
        rows = sp.hstack([self.features_.fit_transform(texts), _polarity(texts)], format="csr")
        self.machine_ = LogisticRegression(C=self.strength, max_iter=500)
        self.machine_.fit(rows, np.asarray(labels, dtype=str))
        self.classes_ = self.machine_.classes_
        return self

    def predict_proba(self, texts: Sequence[str]) -> Floats:
        """Return probabilities of shape (n, k), columns as in `classes_`."""
        rows = sp.hstack([self.features_.transform(texts), _polarity(texts)], format="csr")
        probabilities: Floats = self.machine_.predict_proba(rows)
        return probabilities

    def predict(self, texts: Sequence[str]) -> NDArray[np.str_]:
        """Return the likeliest label of every text, shape (n,)."""
        labels: NDArray[np.str_] = self.classes_[self.predict_proba(texts).argmax(axis=1)]
        return labels

    def guess(self, text: str) -> tuple[str, float]:
        """Return the likeliest label of one text and its probability (0-1)."""
        probabilities = self.predict_proba([text])[0]
        best = int(probabilities.argmax())
        return str(self.classes_[best]), float(probabilities[best])


def polarity(text: str) -> tuple[float, ...]:
    """Return what the polar words of a text say, each of seven figures squashed to 0-1 or -1 to 1.

    Good and bad signs, negated good and negated bad ones, the balance of all, the balance after the last "but",
    and whether the text asks.
    """
    text = text.replace("'", "").replace("’", "")
    signs = _signs(_WORD.findall(normalise(text)))
    signs += [(1.0, False, False)] * len(_SMILE.findall(text)) + [(-1.0, False, False)] * len(_FROWN.findall(text))
    good = sum(1 for sign, turned, _ in signs if sign > 0 and not turned)
    bad = sum(1 for sign, turned, _ in signs if sign < 0 and not turned)
    not_good = sum(1 for sign, turned, _ in signs if sign < 0 and turned)
    not_bad = sum(1 for sign, turned, _ in signs if sign > 0 and turned)
    balance, in_the_end = sum(sign for sign, _, _ in signs), sum(sign for sign, _, is_last in signs if is_last)
    shares = [count / (count + 1) for count in (good, bad, not_good, not_bad)]
    return (*shares, float(np.tanh(balance / 2)), float(np.tanh(in_the_end / 2)), float("?" in text))


def _signs(words: list[str]) -> list[tuple[float, bool, bool]]:
    """Return (+1 or -1 as it is meant, whether a negation turned it, whether it comes after a "but") of polar words."""
    signs, negated_at, last_but = [], -_REACH - 1, max((i for i, w in enumerate(words) if w in _BUT), default=-1)
    for place, word in enumerate(words):
        sign = _sign(word)
        if sign:
            turned = 0 < place - negated_at <= _REACH
            signs.append((-sign if turned else sign, turned, -1 < last_but < place))
        if word in _NOT:
            negated_at = place
    return signs


def _sign(word: str) -> float:
    for sign, (whole, starts) in ((1.0, _GOOD_WORDS), (-1.0, _BAD_WORDS)):
        if word in whole or word.startswith(starts):
            return sign
    return 0.0


def _split(words: str) -> tuple[frozenset[str], tuple[str, ...]]:
    listed = words.split()
    return frozenset(w for w in listed if w[-1] != "*"), tuple(w[:-1] for w in listed if w[-1] == "*")


_GOOD_WORDS, _BAD_WORDS = _split(_GOOD), _split(_BAD)


def _polarity(texts: Sequence[str]) -> sp.csr_matrix:
    """Return the figures of `polarity` as rows of shape (n, 7)."""
    figures = np.array([polarity(text) for text in texts], dtype=np.float32)
    return sp.csr_matrix(_EMPHASIS * figures.reshape(len(texts), -1))
