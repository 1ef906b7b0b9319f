"""Whether a number is what it looks like: checksums, and what a secret looks like."""

# ruff: noqa: SIM905 - lists of words are read as words

from __future__ import annotations

import re

PLACEHOLDERS = re.compile(
    r"[*•.xX_#?-]+|[<{$%\[(].*|.*masked\]?|.*\(\)?|.*(?:environ|getenv|process\.env|config\.).*", re.S
)
NOT_SECRET = frozenset(
    """
    a an and as at be by can cannot de do does for from has have he i in is it its no not of on or over see she so that
    the then this to was were what when which who will with wrong expired incorrect invalid missing required empty
    none null nil true false undefined unknown changed reset rejected refused locked blank hidden accepted correct ok
    yes failed forgotten never again only too also already still must should
    das der die den dem ein eine einer ich er sie es ist sind und oder nicht kein keine nur noch wird wurde war hat
    falsch abgelaufen ungültig fehlt leer unbekannt geändert gesperrt vergessen geht muss kann zu auf aus bei mit von
    le la les un une et ou je il elle pas ne non oui est sont faux expiré incorrecte invalide oublié vide inconnu
    el los las una y o no si sí es son incorrecta inválida caducada olvidada vacía
    il lo gli una e non è sono errata scaduta sbagliata dimenticata vuota
    het een en of niet geen is zijn verlopen onjuist vergeten leeg ongeldig fout
    """.split()
)
IBAN_LENGTHS = {
    "AT": 20, "BE": 16, "CH": 21, "CZ": 24, "DE": 22, "DK": 18, "ES": 24, "FI": 18, "FR": 27, "GB": 22, "IE": 22,
    "IT": 27, "LU": 20, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "SE": 24,
}  # fmt: skip
CARD = re.compile(r"4\d{12}(?:\d{3}){0,2}|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}|6\d{15}")
ROLES = frozenset(
    """
    abuse accounting admin administrator alert alerts billing buchhaltung contact contacto contatto datenschutz dev
    donotreply einkauf facturation git help helpdesk hostmaster hotline hr info it jobs kontakt mail mailer-daemon
    marketing monitoring news newsletter no-reply noc noreply notifications office ops orders personal postmaster
    praxis press privacy root sales security service servicedesk soporte support team vertrieb webmaster zentrale
    """.split()
)


def digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def is_card(text: str) -> bool:
    """Luhn's checksum over a number of a known card scheme.

    References
    ----------
    ISO/IEC 7812-1, annex B.
    """
    number = digits(text)
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(number))]
    return bool(CARD.fullmatch(number)) and sum(value - 9 * (value > 9) for value in doubled) % 10 == 0


def is_iban(text: str) -> bool:
    """The remainder of 97, as ISO 13616 has it, and the length of the country."""
    number = re.sub(r"\s", "", text).upper()
    turned = "".join(str(int(sign, 36)) for sign in number[4:] + number[:4])
    return len(number) == IBAN_LENGTHS.get(number[:2], 0) and int(turned) % 97 == 1


def is_french_number(text: str) -> bool:
    """The key of the French social security number: 97 less the rest (Corsica's letters count as digits)."""
    number = re.sub(r"\s", "", text).upper().replace("2A", "19").replace("2B", "18")
    return number.isdecimal() and len(number) == 15 and 97 - int(number[:13]) % 97 == int(number[13:])


def is_spanish_number(text: str) -> bool:
    """The letter of a Spanish DNI or NIE: the rest of 23."""
    number = re.sub(r"[ .-]", "", text).upper()
    whole = number[:-1].translate(str.maketrans("XYZ", "012"))
    return whole.isdecimal() and "TRWAGMYFPDXBNJZSQVHLCKE"[int(whole) % 23] == number[-1]


def is_personal_address(text: str) -> bool:
    """Whether an e-mail address is one person's, not that of a role, a program or a message."""
    local, _, domain = text.lower().partition("@")
    is_message_id = domain.startswith(("mail.gmail", "prod.outlook")) or bool(re.search(r"\d{8}", local))
    return local.split("+")[0] not in ROLES and not is_message_id


def is_phone(text: str) -> bool:
    return 7 <= len(digits(text)) <= 15


def is_random(text: str) -> bool:
    """Whether it looks made up: letters with digits or signs among them, or large letters inside."""
    has_digit, has_letter = any(map(str.isdigit, text)), any(map(str.isalpha, text))
    has_sign = bool(re.search(r"[^\w\s.,:/\\-]", text))
    return len(text) >= 4 and ((has_digit and (has_letter or has_sign)) or (has_letter and has_sign) or _is_mixed(text))


def _is_mixed(text: str) -> bool:
    return len(text) >= 8 and text.isalnum() and bool(re.search(r"[a-z][A-Z]|[A-Z]{2}[a-z]", text[1:]))


def is_secret(text: str) -> bool:
    """What may stand after "password:": anything that is no placeholder and no usual word of a sentence."""
    return bool(text) and not PLACEHOLDERS.fullmatch(text) and text.lower() not in NOT_SECRET


def is_made_up_secret(text: str) -> bool:
    return is_secret(text) and (is_random(text) or bool(re.fullmatch(r"\d{4,}", text)))


def is_key(text: str) -> bool:
    """What may stand after "token:" or "key:": long, with a digit, and no number alone."""
    return is_secret(text) and len(text) >= 8 and is_random(text) and any(map(str.isdigit, text))
