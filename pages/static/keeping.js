// A text goes to the server every other second while it is written, so that neither a reload nor a killed server takes
// more than that. Streamlit 1.67 takes a field over when it is left or at (Ctrl+)Enter; this presses the latter.

const TEXTS = ['body', 'resolution', 'cause', 'reason', 'quote', 'remark', 'comment']
const LINES = ['title', 'guest_email', 'tags', 'environment', 'note', 'answer']
const inside = (fields, tag) => fields.map(field => `[class*="st-key-${field}-"] ${tag}`)
const KEPT = [...inside(TEXTS, 'textarea'), ...inside(LINES, 'input')].join()
const PAUSE = 2_000 // milliseconds

let waiting = 0
let written = null // the one that was left before was taken over then

function keep() {
  waiting = 0
  const pressed = { key: 'Enter', code: 'Enter', ctrlKey: true, bubbles: true, cancelable: true }
  written.dispatchEvent(new KeyboardEvent('keydown', pressed))
}

for (const kind of ['input', 'compositionend']) {
  document.addEventListener(kind, ({ target, isComposing }) => {
    if (isComposing || !target.matches?.(KEPT)) return
    written = target
    waiting ||= setTimeout(keep, PAUSE)
  })
}
