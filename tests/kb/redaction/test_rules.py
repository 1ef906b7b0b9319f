"""The rules one by one: each finds what no other does, and no more than the value goes.

What stands between ⟦ and ⟧ must go, the rest must stay. A middle dot is taken out first, as in samples.txt.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import pytest

from kb.redaction import masking, redact
from kb.redaction.masking import RULES, Mask

SECRETS = {
    "private key": (
        "⟦-----BEGIN RSA PRI·VATE KEY-----\nMIIEpAIBAAKCAQEAxyz0123\n-----END RSA PRI·VATE KEY-----⟧\nis in the mail",
        "Private-Lines: 2\n⟦AAAAB3NzaC1yc2E\nAAAADAQABAAAB⟧",
    ),
    "access key": (
        "it uses ⟦AKIA·ABCDEFGH23456789⟧ still",
        "the bot is ⟦123456789:AA·Hk3jd8sKq2Lm9Pz7Yt4Wv6Rb1Nc5Xe0F⟧ now",
    ),
    "token": (
        "it sends ⟦ey·JhbGciOiJub25lIn0.ey·JzdWIiOiJhbm4ifQ.c2lnbmVk⟧ each time",
        "git clone https://⟦x1Y2z3A4b5C6d7E8f9G0⟧@git.example.com/app.git",
        "authorization: ⟦Tuesdays⟧ was refused",
        "authorization: digest ⟦Tuesdays⟧ was refused",
        "authorization: digest",
        "authorization: Bearer",
        "with Bearer ⟦0a1b2c3d4e5f6a7b8c9d⟧ it works",
    ),
    "webhook address": (
        "https://hooks.slack.com/services/⟦T0·1/B02/x1y2z3⟧ is full",
        "https://chat.example.com/api/webhooks/⟦12345678/AbCdEfGhIjKlMnOpQrStUv⟧ is full",
        "https://acme.webhook.office.com/webhookb2/⟦1f2e3d4c-aaaa@9f8e7d6c/IncomingWebhook⟧ is full",
    ),
    "password hash": ("the row says ⟦$2b$12$·abcdefghijklmnopqrstuv⟧ only",),
    "cookie": ("cookie: ⟦basket=17 apples⟧", "the page had jsessionid=⟦TUESDAYS⟧ in it"),
    "link key": ("open /reset?token=⟦a1b2c3d4e5⟧&lang=de",),
    "password": (
        "postgresql://shop:⟦Tuesday⟧@db.example.com/shop",
        "jdbc:oracle:thin:scott/⟦tiger⟧@db1:1521",
        "<dbPassword>⟦Tuesday⟧</dbPassword>",
        "run shop --api-key ⟦hunter2⟧ again",
        "CREATE USER ann IDENTIFIED BY '⟦Tuesday⟧';",
        "sshpass -p ⟦Tuesday⟧ ssh ann@host",
        "curl -u ann:⟦Tuesday⟧ https://example.com",
        "mysql -u ann -p⟦Tuesday⟧ shop",
        "net use X: \\\\srv\\share /user:ann ⟦Tuesday⟧",
        "machine shop login ann password ⟦Tuesday⟧",
        "the community ⟦hunter2⟧ is old",
        "I had ⟦hunter22⟧ as password until today",
        "login: ann / ⟦hunter22⟧",
        'the password is "⟦four blue horses run⟧"',
        'the password is "three blue horses"',
        'the password is "not the one I use"',
        'the password is "/etc/Tuesday77"',
        "the password is ⟦Tuesday77⟧.",
        "(password: ⟦Tuesday77⟧)",
        'password: "⟦Tuesday.)⟧"',
        "İ PASSWORD: ⟦Tuesday⟧",
        "password ⟦abc123⟧ is old",
        "password ab123 is old",
        "password 123456 is old",
        "password 12.3456 is old",
        "password Tuesdays is old",
        "password dir/abc123 is old",
        "password dir\\abc123 is old",
        "password a1.b2.c3 is old",
    ),
    "key": (
        "client-secret = ⟦a1b2c3d4e5⟧",
        "licence ⟦ABCDE-12345-FGHIJ-67890-KLMNO⟧ is used up",
        "BitLocker asks: ⟦123456-234567-345678-456789-567890-678901-789012-890123⟧",
        "otp secret=⟦JBSWYKDPEHPKPXPA⟧",
    ),
    "code": ("my PIN is ⟦123⟧", "my PIN is 12"),
    "card number": ("paid with ⟦4111 1111 1111 1111⟧ today",),
    "security code": ("cvc ⟦123⟧ is not taken",),
}
PERSONAL = {
    "e-mail address": ("write to ⟦ann.lee@example.com⟧ please",),
    "account number": ("pay to ⟦DE89 3704 0044 0532 0130 00⟧ today",),
    "phone number": (
        "from ⟦+49 30 901820⟧ nobody answers",
        "reach me on ⟦555 0132 77⟧ please",
        "from ⟦01 42 68 53 00⟧ nobody answers",
        "from ⟦0171 2345678⟧ nobody answers",
        "from ⟦07700 900 123⟧ nobody answers",
        "from ⟦(415) 555-0132⟧ nobody answers",
        "from ⟦030/901820⟧ nobody answers",
    ),
    "date of birth": ("born on ⟦12.04.1968⟧ in Bern", "Ann *⟦12.04.1968⟧, ward 3", "Ann * ⟦12.04.1968⟧, ward 3"),
    "identity number": (
        "passport no ⟦C01X047⟧ is lost",
        "passport no C01X47 is lost",
        "NHS number ⟦943 476 5919⟧ is wrong",
        "NI number: ⟦AB 12 34 56 C⟧ is wrong",
        "Versichertennummer ⟦A123456780⟧ und mehr",
        "the form says ⟦RSSMRA85T10A562S⟧ twice",
        "the form says ⟦1 84 12 76 451 089 46⟧ twice",
        "the form says ⟦12345678Z⟧ twice",
        "the form says ⟦X1234567L⟧ twice",
        "the form says ⟦123-45-6789⟧ twice",
        "the form says ⟦AB 12 34 56 C⟧ twice",
        "the form says ⟦65 170839 J 003⟧ twice",
    ),
    "patient name": ("patient: ⟦Ann Lee⟧ waits",),
}


class Row(NamedTuple):
    """A text, the same when it is masked, and whether that was a secret."""

    text: str
    masked: str
    is_secret: bool


def _row(kind: str, written: str, is_secret: bool) -> Row:
    text = written.replace("·", "")
    return Row(re.sub("[⟦⟧]", "", text), re.sub("⟦[^⟧]*⟧", f"[{kind} masked]", text), is_secret)


ROWS = [
    _row(kind, written, is_secret)
    for table, is_secret in ((SECRETS, True), (PERSONAL, False))
    for kind, texts in table.items()
    for written in texts
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.masked)
def test_the_value_goes_and_the_rest_stays(row: Row) -> None:
    done = redact(row.text)
    assert done.text == row.masked
    assert all(mask.is_secret is row.is_secret for mask in done.masks)


def test_every_rule_finds_what_no_other_does(monkeypatch: pytest.MonkeyPatch) -> None:
    idle = []
    for place, rule in enumerate(RULES):
        never = masking.Rule(rule.kind, "(?!)")
        monkeypatch.setattr(masking, "RULES", (*RULES[:place], never, *RULES[place + 1 :]))
        if all(redact(row.text).text == row.masked for row in ROWS):
            idle.append(rule)
    assert not idle


@pytest.mark.parametrize(("first", "second"), [(True, False), (False, True)])
def test_of_two_that_overlap_one_secret_is_enough(first: bool, second: bool) -> None:
    masks = [Mask("one", 0, 5, first), Mask("two", 3, 9, second)]
    assert masking._apart(masks) == [Mask("one", 0, 9, True)]


def test_two_side_by_side_stay_two() -> None:
    masks = [Mask("one", 0, 5, True), Mask("two", 5, 9, True)]
    assert masking._apart(masks) == masks
