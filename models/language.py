"""Which language a text is in, told by its small words: enough to see for whom the assistant does worse."""

from __future__ import annotations

from models.text import words

LEAST_WORDS = 2
"""Fewer small words of a language don't tell."""
SMALL_WORDS = {
    "en": "the and is are was not with for this that have has since can you we i do how on of to when but our my from",
    "de": "der die das und ist sind nicht mit ein eine ich wir seit auf dem den im zu für kann bei es haben wird auch",
    "fr": "le la les et est sont pas avec un une je nous depuis sur dans du des pour ne plus ce qui mais au que",
    "es": "el los las y es son con un una desde en por para que del se mi nuestro pero al está muy como sin",
    "it": "il lo gli e è sono non con un una da nel per che del si mio nostro ma al della più come senza",
    "nl": "de het een en is zijn niet met ik we sinds op van voor kan bij er maar ook onze mijn naar wordt geen",
    "pt": "o os as e é são não com um uma desde em por para que do da se meu nosso mas ao está muito como sem",
    "pl": "w na nie się jest są że jak ale nasz mój dla już przez oraz mam tylko",
}
_SETS = {language: frozenset(small.split()) for language, small in SMALL_WORDS.items()}
NAMES = {
    "en": "English",
    "de": "German",
    "fr": "French",
    "es": "Spanish",
    "it": "Italian",
    "nl": "Dutch",
    "pt": "Portuguese",
    "pl": "Polish",
    "": "Other or unclear",
}


def language_of(text: str) -> str:
    """Return en, de, fr, es, it, nl, pt or pl: the language most small words of the text belong to; empty when fewer
    than two do or when two languages have as many.

    References
    ----------
    Grefenstette (1995), Comparing Two Language Identification Schemes, JADT (small words against letter groups).
    """
    found = [word.lower() for word in words(text)]
    counts = {language: sum(word in small for word in found) for language, small in _SETS.items()}
    ranked = sorted(counts, key=lambda language: -counts[language])
    best, next_ = counts[ranked[0]], counts[ranked[1]]
    return ranked[0] if best >= LEAST_WORDS and best > next_ else ""
