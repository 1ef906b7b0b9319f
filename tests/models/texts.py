"""Texts of three kinds that share no telling words."""

from __future__ import annotations

import random

PARTS = {
    "printer": ("printer paper toner tray cartridge duplex", "jams blinks smells smears crumples creaks"),
    "login": ("password account badge username token pin", "locked expired refused unknown forgotten invalid"),
    "network": ("wifi cable router switch socket antenna", "drops flaps vanishes crawls disconnects stalls"),
}
COMMON = ["again", "today", "here", "since", "monday", "please", "upstairs", "twice"]


def three_kinds(each: int) -> tuple[list[str], list[str]]:
    """`each` texts a kind, no two alike, and their kinds."""
    chance, texts, labels = random.Random(0), list[str](), list[str]()
    for label, parts in PARTS.items():
        kind = set[str]()
        while len(kind) < each:
            kind.add(" ".join([*(chance.choice(part.split()) for part in parts * 2), *chance.sample(COMMON, 2)]))
        texts += sorted(kind)
        labels += [label] * each
    return texts, labels
