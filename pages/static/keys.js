// The keyboard on Find, and articles that open at a section. A page names this file as often as it likes: a module
// runs once. Streamlit draws its elements anew at every turn, so they are looked up when a key is pressed.

const BOX = '.st-key-q input'
const RESULTS = '.st-key-answers'
const LINKS = `${RESULTS} :is(.title, [data-testid="stPageLink"] a)`
const WRITING = 'input, textarea, select, [contenteditable="true"]'
const PATIENCE = 30_000 // milliseconds until a section that does not come is given up
const SETTLING = 2_000 // milliseconds in which the page may still be drawn anew under an opened section

function move(step) {
  const links = [...document.querySelectorAll(LINKS)]
  const at = links.indexOf(document.activeElement)
  if (at < 0 && document.activeElement !== document.querySelector(BOX)) return false
  const next = at + step
  if (next >= links.length || (at < 0 && step < 0)) return false
  next < 0 ? goToBox() : links[next].focus()
  return true
}

function goToBox() {
  const box = document.querySelector(BOX)
  box?.focus()
  box?.select()
  return box !== null
}

function answer(event) {
  const isWriting = event.target.closest?.(WRITING)
  if (event.key === '/') return !isWriting && goToBox()
  if (event.key === 'Escape') return !isWriting && event.target.closest?.(RESULTS) && goToBox()
  if (event.key === 'ArrowDown') return move(1)
  if (event.key === 'ArrowUp') return move(-1)
  return false
}

document.addEventListener('keydown', event => {
  const isOurs = !(event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented)
  if (isOurs && answer(event)) event.preventDefault()
})

const ACTS = ['keydown', 'pointerdown', 'wheel'] // a reader who moves on is not called back

// Stands in an article that was asked for with ?section=<anchor of a heading>.
customElements.define(
  'firstline-section',
  class extends HTMLElement {
    connectedCallback() {
      this.until = performance.now() + PATIENCE
      this.opened = null
      this.stop = () => (this.until = 0)
      for (const act of ACTS) document.addEventListener(act, this.stop, { once: true, passive: true })
      this.look()
    }

    disconnectedCallback() {
      for (const act of ACTS) document.removeEventListener(act, this.stop)
    }

    look() {
      if (!this.isConnected || performance.now() > this.until) return
      const anchor = new URLSearchParams(location.search).get('section')
      const heading = anchor && document.getElementById(anchor)
      if (heading && heading !== document.activeElement) this.open(heading)
      setTimeout(() => this.look(), 50)
    }

    open(heading) {
      this.opened ??= performance.now()
      this.until = Math.min(this.until, this.opened + SETTLING)
      heading.tabIndex = -1
      heading.scrollIntoView({ block: 'start' })
      heading.focus({ preventScroll: true })
    }
  }
)
