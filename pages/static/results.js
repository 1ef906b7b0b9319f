// The results on Find: an article opens, and "This fixed it" is said, without loading the page anew.

const THANKS = 'Good to hear. Thank you.'
const SORRY = 'That did not work. Please try again.'

function follow(link) {
  history.pushState(null, '', link.href)
  // Streamlit goes where the address leads, as it does when a reader steps back.
  dispatchEvent(new PopStateEvent('popstate'))
  document.querySelector('[data-testid="stMain"]')?.scrollTo(0, 0)
}

async function say(form) {
  const button = form.querySelector('button')
  button.disabled = true
  const body = new URLSearchParams(new FormData(form))
  const answer = await fetch(form.action, { method: 'POST', body }).catch(() => null)
  const said = form.querySelector('[role="status"]') ?? form.appendChild(document.createElement('span'))
  said.setAttribute('role', 'status')
  said.tabIndex = -1
  said.textContent = answer?.ok ? THANKS : SORRY
  said.focus()
  answer?.ok ? button.remove() : (button.disabled = false)
}

document.addEventListener('click', event => {
  const link = event.target.closest?.('.hit a.title')
  const isPlain = event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey)
  if (!link || !isPlain) return
  event.preventDefault()
  follow(link)
})

document.addEventListener('submit', event => {
  if (!event.target.matches('.hit form')) return
  event.preventDefault()
  say(event.target)
})
