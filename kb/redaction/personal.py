"""Personal data: addresses, numbers of people, of their cards, accounts and papers."""

# ruff: noqa: E501 - a pattern is read in one piece

from __future__ import annotations

from kb.redaction import checks
from kb.redaction.rule import Rule, at, capitals, near, number

CALL = (
    r"(?:\btel(?:efon|éfono|efoon|efono)?(?:nummer)?\b|téléphone|tél\b|\bfon\b|phone(?: number)?|\bmobile?\b"
    r"|\bmobil(?:nummer|e)?\b|\bmobiel\b|handy(?:nummer)?|\bcell\b|\bmóvil\b|cellulare|\bgsm\b|\bportable\b|durchwahl"
    r"|rückruf|anrufen|erreichbar|reach me|call (?:me|her|him|back)|\bbel\b|\bappelez|joignable|ll[aá]m[ae]|chiam|rufen"
    r"|whatsapp|sms)"
)
CALL_STARTS = (
    "tel|tél|fon|phone|mobi|móvil|handy|cell|gsm|portable|durchwahl|rückruf|anrufen|erreichbar|reach me|call |bel|appelez|"
    "joignable|llam|llám|chiam|rufen|whatsapp|sms"
)
BIRTH = (
    r"(?:\bgeb(?:oren)?\b\.?(?: am)?|geburtsdatum|geburtstag|date of birth|birth ?date|birthday|\bdob\b|\bborn(?: on)?"
    r"|date de naissance|\bnée?(?:\(e\))? le|fecha de nacimiento|nacid[oa] el|data di nascita|\bnat[oa] il|geboortedatum"
    r"|geboren op)"
)
BIRTH_STARTS = "geb|date of birth|birth|dob|born|date de naissance|né|fecha de nac|nacid|data di nascita|nato il|nata il|geboortedatum"
DAY = (
    r"(?P<value>\d{1,2}[./-] ?\d{1,2}[./-] ?\d{2,4}|\d{4}-\d{2}-\d{2}|\d{1,2}\.? (?:de )?[^\W\d_]{3,10}\.? (?:de )?\d{4}"
    r"|[^\W\d_]{3,9} \d{1,2},? \d{4})"
)
PAPER = (
    r"(?:passport|reisepass|passnummer|pasaporte|passaporto|passeport|paspoort|personalausweis|ausweis|identity card"
    r"|id card|carte d'identité|documento d'identità|carta d'identità|identiteitskaart|driving licen[cs]e"
    r"|driver'?s licen[cs]e|führerschein|permis de conduire|rijbewijs|patente)"
)
PAPER_STARTS = (
    "passport|reisepass|passnummer|pasaporte|passaporto|passeport|paspoort|personalausweis|ausweis|identity card|id card|"
    "carte d'ident|documento d'ident|carta d'ident|identiteitskaart|driving|driver|führerschein|permis de|rijbewijs|patente"
)
INSURED = (
    r"(?:versicherten(?:nummer|nr)|krankenversicherten\w{0,8}|\bkvnr\b|insurance (?:number|no)|\bnhs(?: number| no)?"
    r"|numéro de sécurité sociale|n° sécu|national insurance|social security(?: number)?|sozialversicherungs\w{0,8}"
    r"|\bsv-?nummer|rentenversicherungs\w{0,8}|número de la seguridad social|tessera sanitaria|codice fiscale"
    r"|burgerservicenummer|\bbsn\b|steuer-?id\w{0,20}|identifikationsnummer|\bidnr\b|\btax id\b|\bssn\b"
    r"|\bni (?:number|no)\b|patient(?:en)?[- ]?(?:id|nummer|number|no|nr)\b|\bmrn\b|número de paciente"
    r"|numéro de patient|patiëntnummer)"
)
INSURED_STARTS = (
    "versicherten|krankenversicherten|kvnr|insurance n|nhs|numéro de|n° sécu|national insurance|social security|sozialvers|"
    "sv|rentenvers|número de|tessera san|codice fisc|burgers|bsn|steuer|identifikations|idnr|tax id|ssn|ni n|patient|mrn|"
    "patiëntn"
)
NAMED = r"(?:patient(?:in)?|paziente|paciente|patiënte?)"
BETWEEN = (
    r"(?:[ ]?(?:(?:no|nr|num|number|nummer|número|numéro|id)\b\.?|n°))?(?:[ ](?:is|ist|est|es|è|lautet|of|von|de))?"
    r"[ ]?[:=#]?[ ]{0,3}"
)
GROUPS = r"(?P<value>[A-Z0-9]{1,22}+(?:[ ./-]{1,2}(?:[A-Z]{0,3}\d[A-Z0-9]{0,12}+|(?-i:[A-Z])(?!\w))){0,8})"
"""Groups of letters and digits; a word after the number is none of them."""
NUMBER = r"(?P<value>\+?\(?\d[\d ()/.\-\u2011]{5,22}\d)(?![\w-])"


def _has_digits(text: str) -> bool:
    return len(checks.digits(text)) >= 5


PERSONAL: tuple[Rule, ...] = (
    near("e-mail address", "@",
         r"(?<![\w.%+/:-])(?P<value>[^\W_][\w.%+'’-]{0,63}+@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,6}[^\W\d_]{2,24})(?![\w@-])",
         checks.is_personal_address, is_secret=False),
    number("card number", r"(?<![\w.-])\d(?:[ -]?\d){12,18}(?![\w-])", checks.is_card, is_secret=True),
    at("security code", "cv|card security|prüfziffer|kartenprüf",
       r"(?:cv[vc]2?|card security code|prüfziffer|kartenprüfnummer)\b[ :=]{1,4}(?:is |ist |est )?(?P<value>\d{3,4})\b"),
    capitals("account number",
             r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?:[ \u00a0]?[A-Z0-9]{4}){2,7}(?:[ \u00a0]?[A-Z0-9]{1,3})?(?![A-Za-z0-9])",
             checks.is_iban),
    number("phone number",
           r"(?<![\w.+-])(?:\+|00)[1-9]\d{0,2}[ /.-]?(?:\(0\)[ ]?|\(\d{1,5}\)[ ]?)?\d(?:[ /.\-]{0,2}\d){5,12}(?![\w-])",
           checks.is_phone),
    at("phone number", CALL_STARTS, f"{CALL}[^\\d\\n+]{{0,25}}?{NUMBER}", checks.is_phone, is_secret=False),
    number("phone number", r"(?<![\w.,:-])0[1-9](?:[ .]\d{2}){4}(?![\w-])"),
    number("phone number", r"(?<![\w.,:-])0(?:1[5-7]\d|6)(?:[ ]?[/-]?[ ]?\d){7,9}(?![\w-])"),
    number("phone number", r"(?<![\w.,:-])07\d{3}[ ]\d{3}[ ]?\d{3}(?![\w-])"),
    number("phone number", r"(?<![\w.,:-])(?:\(\d{3}\)[ ]?|\d{3}[-.])\d{3}[-.]\d{4}(?![\w.-])"),
    number("phone number", r"(?<![\w.,:-])\(?0\d{2,4}\)?[ ]?[/][ ]?\d{2,4}[ -]?\d{2,4}[ -]?\d{0,4}(?![\w./-])"),
    at("date of birth", BIRTH_STARTS, f"{BIRTH}[ :=(,]{{1,4}}(?:(?:is|ist|est|es|è) )?{DAY}", is_secret=False),
    number("date of birth", r"(?<![\w])\*[ ]?(?P<value>\d{1,2}\.\d{1,2}\.(?:19|20)\d{2})(?!\d)"),
    at("identity number", PAPER_STARTS, f"{PAPER}(?:nummer)?{BETWEEN}(?P<value>[A-Z0-9]{{5,18}})\\b", _has_digits,
       is_secret=False),
    at("identity number", INSURED_STARTS, f"{INSURED}{BETWEEN}{GROUPS}(?![\\w-])", _has_digits, is_secret=False),
    capitals("identity number", r"(?<![\w-])[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z](?![\w-])"),
    number("identity number",
           r"(?<![\w-])[12][ ]?\d{2}[ ]?(?:0[1-9]|1[0-2])[ ]?\d{2}[ ]?\d{3}[ ]?\d{3}[ ]?\d{2}(?![\w-])",
           checks.is_french_number),
    number("identity number", r"(?<![\w-])(?:\d{8}|\d{2}\.\d{3}\.\d{3})-?[A-HJ-NP-TV-Z](?![\w-])", checks.is_spanish_number),
    capitals("identity number", r"(?<![\w-])[XYZ]-?\d{7}-?[A-HJ-NP-TV-Z](?![\w-])", checks.is_spanish_number),
    number("identity number", r"(?<![\w-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w-])"),
    capitals("identity number",
             r"(?<![\w-])(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D](?![\w-])"),
    number("identity number",
           r"(?<![\w-])\d{2}[ ]?(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])\d{2}[ ]?[A-Z][ ]?\d{3}(?![\w-])"),
    Rule("patient name",
        f"\\b(?i:{NAMED})[ ]?(?::|=|(?i:name|named|heißt|is|Herr|Frau|Mr\\.?|Mrs\\.?|Ms\\.?))[ ]?:?[ ]?"
        r"(?:(?:Herr|Frau|Mr|Mrs|Ms|Mme|M|Sr|Sra|Sig|Dhr|Mevr)\.? )?"
        r"(?P<value>[^\W\d_a-z][\w'’-]{1,30},?(?: [^\W\d_a-z][\w'’-]{1,30}){1,3})",
        ("patient", "paziente", "paciente", "patiënt"), is_secret=False),
)  # fmt: skip
