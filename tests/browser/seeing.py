"""Looking at a page as people meet it: when it stands, what axe finds, whether it fits; and answering what it asks."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, TimeoutError

Go = Callable[..., Page]
Scheme = Literal["light", "dark"]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
BAD = ("serious", "critical")
PHOTOGRAPHS = os.environ.get("PHOTOGRAPHS", "")
STANDS = """() => {
  const app = document.querySelector('[data-testid="stApp"]')
  if (!app) return !!document.querySelector('main h1')  // our own HTML pages
  return app.dataset.testScriptState === 'notRunning' && app.dataset.testConnectionState === 'CONNECTED'
    && !!app.querySelector('[data-testid="stMainBlockContainer"] [data-testid="stElementContainer"]')
    && !document.querySelector('[data-stale="true"], [data-testid="stSkeleton"], [data-testid="stAppSkeleton"]')
    && !document.getAnimations().some(
      one => one.playState === 'running' && one.effect?.getComputedTiming().endTime < 10_000)  // what opens still moves
}"""
TRAVEL = """path => new Promise((done, fail) => {
  const go = () => dispatchEvent(new PopStateEvent('popstate'))
  const again = setInterval(go, 1_000)  // while a page has hardly settled Streamlit may not hear the first
  const end = then => { clearInterval(again); watch.disconnect(); then() }
  const watch = new MutationObserver(() => end(done))  // it has begun to run
  watch.observe(document.querySelector('[data-testid="stApp"]'), {attributeFilter: ['data-test-script-state']})
  setTimeout(() => end(() => fail(new Error(`nothing ran for ${path}`))), 20_000)
  history.pushState(null, '', path)
  go()
})"""
IS_PAINTED = """scheme => {
  const app = document.querySelector('[data-testid="stApp"]')
  const painted = !app || getComputedStyle(app).colorScheme === scheme
  return painted && !document.getAnimations().some(one => one instanceof CSSTransition && one.playState === 'running')
}"""
TOO_WIDE = """() => {
  const places = [document.documentElement, document.querySelector('[data-testid="stMain"]')].filter(Boolean)
  if (places.every(place => place.scrollWidth <= place.clientWidth)) return []
  return [...document.querySelectorAll('body *')]
    .filter(one => one.getBoundingClientRect().right > innerWidth + 1)
    .map(one => `${one.tagName} ${one.dataset.testid || one.className}: ${one.textContent.slice(0, 60)}`)
}"""
VIOLATIONS = "options => axe.run(options).then(answer => answer.violations)"
HEIGHT = """() => Math.max(document.documentElement.scrollHeight,
  document.querySelector('[data-testid="stMain"]')?.scrollHeight ?? 0)"""
_axe = Axe()


def settle(page: Page) -> Page:
    """Wait until the page's script has run and everything it drew stands."""
    page.wait_for_function(STANDS, timeout=30_000)
    return page


def travel(page: Page, path: str) -> Page:
    """Go to another address of the portal that stands already, as a click on a link inside it does."""
    page.evaluate(TRAVEL, path)
    return settle(page)


def turn(page: Page, scheme: Scheme) -> None:
    """Make it day or night, and wait until the page has its colours."""
    page.emulate_media(color_scheme=scheme)
    page.wait_for_function(IS_PAINTED, arg=scheme, timeout=30_000)
    settle(page)


def findings(page: Page, *, only: tuple[str, ...] = ()) -> list[str]:
    """What axe holds against the page, serious or critical, of WCAG 2.1 A and AA; `only` names rules instead."""
    run = {"type": "rule", "values": list(only)} if only else {"type": "tag", "values": RULES}
    if not page.evaluate("'axe' in window"):
        page.evaluate(_axe.axe_script)
    violations = page.evaluate(VIOLATIONS, {"runOnly": run, "resultTypes": ["violations"], "preload": False})
    return [
        f"{found['id']}: {node['html'][:300]} {node['failureSummary']}"
        for found in violations
        if found["impact"] in BAD
        for node in found["nodes"]
    ]


def too_wide(page: Page) -> list[str]:
    """What makes the page scroll sideways, and still does when charts have had the time to follow a new width."""
    with suppress(TimeoutError):
        page.wait_for_function(f"() => !({TOO_WIDE})().length", timeout=15_000)
    return [str(one) for one in page.evaluate(TOO_WIDE)]


def photograph(page: Page, name: str) -> None:
    """The whole page, also what one would scroll to, for people to look at; into the folder PHOTOGRAPHS, if set."""
    if not PHOTOGRAPHS:
        return
    usual = page.viewport_size or {"width": 0, "height": 0}
    page.set_viewport_size({"width": usual["width"], "height": min(int(page.evaluate(HEIGHT)), 6000)})
    page.screenshot(path=Path(PHOTOGRAPHS) / f"{name}.png")
    page.set_viewport_size(usual)  # type: ignore[arg-type]


def unfold(page: Page, words: str) -> None:
    """Open what is folded away and wait, as people do, until what it pushes down stands still: no click gets lost."""
    page.locator("summary", has=page.get_by_text(words, exact=True)).click()
    settle(page)


def choose(page: Page, question: str, answer: str) -> None:
    """Choose one of a few answers to a question."""
    page.get_by_role("radiogroup", name=question).get_by_text(answer, exact=True).click()


def pick(page: Page, label: str, option: str) -> None:
    """Pick an option of a list that opens."""
    page.get_by_role("combobox", name=label).click()
    page.get_by_role("option", name=option, exact=True).click()
