// Keeps an open page true: counts the times up every second, and takes over the body of a fresh copy when it says something new.
const REFRESH_MS = 2_000
const UNITS = [
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
  ['s', 1],
]

/** The same words as formatDuration on the server. */
function formatDuration(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1_000))
  const at = UNITS.findIndex(([, size]) => seconds >= size)
  if (at === -1 || at === UNITS.length - 1) return `${seconds}s`
  const [unit, size] = UNITS[at]
  const [smaller, smallerSize] = UNITS[at + 1]
  return `${Math.floor(seconds / size)}${unit}${String(Math.floor((seconds % size) / smallerSize)).padStart(2, '0')}${smaller}`
}

/** How far this browser's clock is ahead of the server's. */
let skew = Date.now() - Number(document.querySelector('main').dataset.now)

function tick() {
  for (const time of document.querySelectorAll('time[data-since]')) {
    const text = formatDuration(Date.now() - skew - Number(time.dataset.since))
    if (time.textContent !== text) time.textContent = text
  }
}

/** The markup without the times that count by themselves. */
function essence(main) {
  const copy = main.cloneNode(true)
  for (const time of copy.querySelectorAll('time[data-since]')) time.textContent = ''
  return copy.innerHTML
}

/** Whoever goes through the page by keyboard stays at the same link. */
function takeOver(now, next) {
  const { activeElement } = document
  const href = now.contains(activeElement) ? activeElement.getAttribute('href') : null
  now.replaceWith(next)
  if (href !== null) next.querySelector(`a[href="${CSS.escape(href)}"]`)?.focus({ preventScroll: true })
}

async function refresh() {
  if (document.hidden) return
  const offline = document.getElementById('offline')
  try {
    const answer = await fetch(location.href, { headers: { Accept: 'text/html' }, signal: AbortSignal.timeout(10_000) })
    // A page that says that there is no such release is an answer, too.
    if (answer.status >= 500) throw new Error(String(answer.status))
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html')
    const now = document.querySelector('main')
    const next = fresh.querySelector('main')
    if (now && next && essence(now) !== essence(next)) takeOver(now, document.adoptNode(next))
    document.querySelector('footer')?.replaceWith(document.adoptNode(fresh.querySelector('footer')))
    skew = Date.now() - Number(next.dataset.now)
    offline.hidden = true
    tick()
  } catch {
    // Silence is not health: say that what is on the screen is old.
    offline.hidden = false
  }
}

setInterval(tick, 1_000)
setInterval(() => void refresh(), REFRESH_MS)
document.addEventListener('visibilitychange', () => void refresh())
