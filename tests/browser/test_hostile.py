"""What people write acts in nobody's browser: every page, in Chromium, of a portal full of texts that would."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Page

from kb.labels import Role
from tests.browser.conftest import PASSWORD, House, Watch, furnished
from tests.browser.hostile import ALERT_TOKEN, ROUND, Seed, Texts, invited, packed
from tests.browser.seeing import settle
from tests.browser.serving import prepare, serving
from tests.browser.test_looks import VIEWS, visit
from tests.vectors import VECTORS

FIRST, _, LAST = os.environ.get("HOSTILE_TURNS", "0-0").partition("-")
TURNS = range(int(FIRST), int(LAST) + 1)
"""By hand HOSTILE_TURNS=0-79, a ROUND: the same with each field holding other texts, in the end all of them."""
ADDRESSES = {
    "searched-for": (Role.GUEST, "/?q={text}"),
    "report-begun": (Role.GUEST, "/report?title={text}"),
    "work-filtered": (Role.AGENT, "/work?text={text}&status={text}&type={text}&team={text}"),
    "a-tab-that-is-none": (Role.ADMIN, "/run?tab={text}"),
    "sign-in-and-go": (Role.GUEST, "/login?next={text}"),
    "no-such-incident": (Role.GUEST, "/incident?id={text}&key={text}"),
    "no-such-article": (Role.GUEST, "/article?id={text}"),
    "no-such-page": (Role.GUEST, "/{text}"),
}
"""Pages to which a link leads that somebody else has made."""
FOREIGN = """() => {
  const own = location.origin, found = []
  for (const one of document.querySelectorAll('iframe, frame, frameset, object, embed, base, applet, marquee'))
    found.push(one.outerHTML)
  for (const one of document.querySelectorAll('script, style, link, meta, video, audio, source'))
    if (/PWN|evil\\.example/i.test(one.outerHTML) || one.httpEquiv) found.push(one.outerHTML)
  for (const one of document.querySelectorAll('template'))  // Streamlit's lists of chosen words have one, with text
    if (one.content.querySelector('script')) found.push(one.outerHTML)
  for (const one of document.forms)
    if (new URL(one.getAttribute('action') || '', location).origin !== own) found.push(one.outerHTML)
  for (const one of document.querySelectorAll('*'))
    for (const {name, value} of one.attributes) {
      const leads = /^\\s*(javascript|vbscript|data:text|file):/i.test(value)
      const runs = name.startsWith('on') || name === 'srcdoc' || leads
      const paints = name === 'style' && /evil|fixed;inset/.test(value)
      const fetches = /^(src|srcset|poster|background|action|formaction)$/.test(name) && /evil/.test(value)
      if (runs || paints || fetches) found.push(`${one.tagName} ${name}=${value}`)
    }
  return found.map(one => one.slice(0, 200))
}"""
"""What stands in the page that none of ours does: what runs, frames, paints, sends or fetches."""
HELD = """() => [document.body.innerText, document.title, ...[...document.querySelectorAll('input, textarea, table')]
  .map(one => one.value ?? one.textContent)].join('\\n')"""
MARK = re.compile("pwn|evil|etc/passwd|UFdO", re.IGNORECASE)
"""In each vector stands one of these: what shows it holds it as text."""
PLAIN = {
    "no-article", "spent-link", "password", "sign-in", "sign-in-and-go", "no-such-incident", "no-such-article",
}  # fmt: skip
"""Pages that show nobody's text."""


class Alarm:
    """Rings when a text has acted: its function was called, or a dialog opened."""

    def __init__(self) -> None:
        self.rang: list[str] = []

    def over(self, context: BrowserContext) -> BrowserContext:
        for name in ("PWN", "pwn"):
            context.expose_binding(name, lambda source, *_: self.rang.append(source["page"].url))
        context.on("dialog", self._dismiss)
        return context

    def _dismiss(self, dialog: Dialog) -> None:
        self.rang.append(dialog.message)
        dialog.dismiss()


@pytest.fixture(scope="module")
def alarm() -> Alarm:
    return Alarm()


@pytest.fixture(scope="module", params=TURNS)
def hostile(
    request: pytest.FixtureRequest,
    chromium: Browser,
    watch: Watch,
    alarm: Alarm,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[House, Seed]]:
    """The portal, somebody of each role signed in, and everything in it hostile; so are the headers they send."""
    folder, texts = tmp_path_factory.mktemp("hostile"), Texts(request.param)
    (folder / "pages").mkdir()
    prepare(folder / "home").close()
    with serving(folder / "home", FIRSTLINE_ALERT_TOKEN=ALERT_TOKEN) as server:
        house = furnished(server, chromium, watch)
        house.people = invited(house.desk, texts, PASSWORD)
        seed = Seed(house.desk, house.people, texts, folder / "pages", server.address)
        seed.sow()
        headers = {name: texts.one(200, is_printable=True) for name in ("X-Forwarded-User", "X-Forwarded-For", "From")}
        for who in ("guest", *house.people):
            context = house.new_context(extra_http_headers=headers, viewport={"width": 1280, "height": 900})
            house.contexts[who, "desktop"] = alarm.over(context)
            if who in house.people:
                house.sign_in(context, house.people[Role(who)].email)
        yield house, seed
        house.close()


@pytest.mark.parametrize("name", [*VIEWS, *ADDRESSES])
def test_no_text_acts(hostile: tuple[House, Seed], alarm: Alarm, name: str) -> None:
    """No script ran, nothing foreign stands in it; that nothing was asked of another host is looked at after each."""
    house, seed = hostile
    who, address = {**VIEWS, **ADDRESSES}[name]
    context = house.contexts[who, "desktop"]
    if name in ADDRESSES:  # an address by itself, as a link from elsewhere opens it
        page = context.new_page()
        text = Texts(seed.texts.turn, fields=list(ADDRESSES).index(name)).one(200, is_printable=True)
        page.goto(address.format(text=quote(text, safe="")), wait_until="commit")
        settle(page)
    else:
        page = visit(context.pages[0], address.format(**seed.places))
    open_all(page)
    assert alarm.rang == []
    assert page.evaluate(FOREIGN) == []
    assert len(page.frames) == 1
    assert bool(MARK.search(page.evaluate(HELD))) is (name not in PLAIN)
    if name in ADDRESSES:
        page.close()


def open_all(page: Page) -> None:
    """What is folded is looked at too."""
    page.evaluate("() => document.querySelectorAll('details:not([open])').forEach(one => { one.open = true })")
    settle(page)


def test_every_vector_was_sown(hostile: tuple[House, Seed]) -> None:
    _, seed = hostile
    assert seed.texts.given >= set(VECTORS)
    assert len(set(VECTORS)) >= 150
    assert all(map(MARK.search, VECTORS))


@pytest.mark.parametrize("most", [40, 60, 80, 120, 200, 500])
def test_a_round_brings_every_text_to_every_field(most: int) -> None:
    """Also to the last field of a limit: whichever line a field begins with, the turns go through all."""
    fits = [text for text in VECTORS if len(text) < most and "\n" not in text]
    lines = packed(most - 1)
    assert sorted(" ".join(lines)) == sorted(" ".join(fits))
    assert {Texts(turn, fields=7).one(most) for turn in range(ROUND)} == set(lines)
    assert max(map(len, lines)) < most


def test_the_alarm_would_ring(chromium: Browser, alarm: Alarm, tmp_path: Path) -> None:
    """The same texts in a page that shows them as HTML: they run, and what looks for them finds them."""
    context = alarm.over(chromium.new_context(offline=True))
    page = context.new_page()
    page.set_content("\n".join(text for text in VECTORS if "refresh" not in text and "template" not in text))
    page.wait_for_timeout(200)
    found = page.evaluate(FOREIGN)
    context.close()
    rang, alarm.rang = alarm.rang, []
    assert len(rang) > 5
    assert len(found) > 50
