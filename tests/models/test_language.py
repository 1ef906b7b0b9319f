from __future__ import annotations

import pytest

from models.language import NAMES, SMALL_WORDS, language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The till is slow and we can not sell", "en"),
        ("Der Drucker ist seit heute früh nicht erreichbar", "de"),
        ("L'imprimante ne répond plus depuis ce matin, nous ne pouvons pas travailler", "fr"),
        ("La impresora no funciona desde el lunes y no se puede imprimir con ella", "es"),
        ("La stampante non funziona, il foglio è nella macchina", "it"),
        ("De printer doet het niet sinds vanmorgen en we kunnen niet printen", "nl"),
        ("A impressora não funciona e os papéis ficam na fila, com um erro", "pt"),
        ("Drukarka nie działa już od rana, jest problem z kolejką, ale nie wiem jak", "pl"),
    ],
)
def test_small_words_tell_the_language(text: str, language: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize("text", ["", "ORA-00942", "printer", "打印机坏了", "😀 😀", "the der"])
def test_without_small_words_it_is_not_told(text: str) -> None:
    assert language_of(text) == ""


def test_every_language_has_a_name() -> None:
    assert set(NAMES) == {*SMALL_WORDS, ""}
