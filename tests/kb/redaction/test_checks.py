"""The checks behind the rules, one by one: the samples alone forgive a fault that loses two of a kind."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kb.redaction import checks

RIGHT: tuple[tuple[Callable[[str], bool], tuple[str, ...]], ...] = (
    (checks.is_card, ("4111 1111 1111 1111", "5500-0000-0000-0004", "378282246310005", "6011000990139424")),
    (checks.is_iban, ("DE89 3704 0044 0532 0130 00", "GB29NWBK60161331926819", "FR1420041010050500013M02606")),
    (checks.is_french_number, ("1 84 12 76 451 089 46", "184127645108946")),
    (checks.is_spanish_number, ("12345678Z", "12.345.678-z", "X1234567L", "Y1234567X", "Z1234567R")),
    (checks.is_phone, ("+49 30 90182", "1234567", "123456789012345")),
    (checks.is_personal_address, ("ann.lee@example.com", "ann+mail@example.com")),
    (checks.is_random, ("a1b2", "pass-word!", "abcdEfgh", "xABcdefg", "12!4")),
    (checks.is_secret, ("correcthorse", "Ahoi")),
    (checks.is_made_up_secret, ("hunter2", "4711", "12345678")),
    (checks.is_key, ("abcd1234", "A1b2C3d4E5")),
)
WRONG: tuple[tuple[Callable[[str], bool], tuple[str, ...]], ...] = (
    (checks.is_card, ("4111 1111 1111 1112", "0000 0000 0000 0000", "1234567890123452")),
    (checks.is_iban, ("DE89 3704 0044 0532 0130 01", "DE89 3704 0044 0532 0130 0", "GB29NWBK60161331926818")),
    (checks.is_french_number, ("184127645108947", "18412764510894")),
    (checks.is_spanish_number, ("12345678A", "X1234567Z", "ABCDEFGHZ")),
    (checks.is_phone, ("123456", "1234567890123456")),
    (checks.is_personal_address, ("noreply@example.com", "no-reply+7@example.com", "x@mail.gmail.com")),
    (checks.is_random, ("a1b", "!?!?", "password", "1234", "abcdEfg", "Abcdefgh")),
    (checks.is_secret, ("", "********")),
    (checks.is_made_up_secret, ("471", "password")),
    (checks.is_key, ("abc1234", "abcdefgh", "12345678", "abcd-efg!")),
)

# One of each country, from the IBAN registry of ISO 13616, https://www.swift.com/standards/data-standards/iban
EXAMPLES = """
AT611904300234573201 BE68539007547034 CH9300762011623852957 CZ6508000000192000145399 DE89370400440532013000
DK5000400440116243 ES9121000418450200051332 FI2112345600000785 FR1420041010050500013M02606 GB29NWBK60161331926819
IE29AIBK93115212345678 IT60X0542811101000000123456 LU280019400644750000 NL91ABNA0417164300 NO9386011117947
PL61109010140000071219812874 PT50000201231234567890154 SE4550000000058398257466
"""


@pytest.mark.parametrize(("check", "text"), [(check, text) for check, texts in RIGHT for text in texts])
def test_what_it_is_is_seen(check: Callable[[str], bool], text: str) -> None:
    assert check(text)


@pytest.mark.parametrize(("check", "text"), [(check, text) for check, texts in WRONG for text in texts])
def test_what_it_is_not_is_left(check: Callable[[str], bool], text: str) -> None:
    assert not check(text)


@pytest.mark.parametrize("number", EXAMPLES.split())
def test_an_account_number_has_the_length_of_its_country(number: str) -> None:
    assert checks.is_iban(number)
    assert not checks.is_iban(checked(number[:2], number[4:] + "0"))
    assert not checks.is_iban(checked(number[:2], number[4:-1]))


def checked(country: str, account: str) -> str:
    """The number of an account with its right check digits."""
    rest = int("".join(str(int(sign, 36)) for sign in f"{account}{country}00")) % 97
    return f"{country}{98 - rest:02}{account}"
