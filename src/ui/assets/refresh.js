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

const MOMENT = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' })

/** Moments in the reader's own time; as they were written, in UTC, on hover. */
function localise(root) {
  for (const time of root.querySelectorAll('time[data-at]')) {
    time.title = time.textContent
    time.textContent = MOMENT.format(new Date(Number(time.dataset.at)))
  }
}

/** What the server said, without the times that count by themselves. */
function essence(main) {
  return main.innerHTML.replace(/(<time [^>]*data-since[^>]*>)[^<]*/g, '$1')
}

/** Of what is on the screen, as the server said it. */
let said = essence(document.querySelector('main'))

/** Whether somebody is at a form, or has left something in it that was not sent. */
function isInUse(form) {
  if (form.contains(document.activeElement)) return true
  return [...form.elements].some(({ type, value, defaultValue, options }) =>
    type === 'select-one' ? [...options].some((one) => one.selected !== one.defaultSelected && one.value !== '') : value !== defaultValue,
  )
}

/** Whoever goes through the page by keyboard stays at the same link, and nobody's half-written search is lost. */
function takeOver(now, next) {
  const { activeElement } = document
  const href = now.contains(activeElement) ? activeElement.getAttribute('href') : null
  const open = new Set([...now.querySelectorAll('details')].map((one, at) => (one.open ? at : -1)))
  if (now.querySelector('details')) for (const [at, one] of next.querySelectorAll('details').entries()) one.open = open.has(at)
  const form = now.querySelector(':scope > form')
  const twin = next.querySelector(':scope > form')
  if (form && twin && isInUse(form)) replaceAround(now, next, { form, twin })
  else now.replaceWith(next)
  if (href !== null) document.querySelector(`main a[href="${CSS.escape(href)}"]`)?.focus({ preventScroll: true })
}

/** Everything of the page but its form is new. */
function replaceAround(now, next, { form, twin }) {
  for (const child of now.querySelectorAll(':scope > *')) if (child !== form) child.remove()
  let isAfter = false
  for (const child of next.querySelectorAll(':scope > *')) {
    if (child === twin) isAfter = true
    else if (isAfter) now.append(child)
    else form.before(child)
  }
}

async function refresh() {
  if (document.hidden) return
  const offline = document.getElementById('offline')
  try {
    const answer = await fetch(location.href, { headers: { Accept: 'text/html' }, signal: AbortSignal.timeout(10_000) })
    // A page that says that there is no such release is an answer, too.
    if (answer.status >= 500) throw new Error(String(answer.status))
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html')
    const next = document.adoptNode(fresh.querySelector('main'))
    const foot = document.adoptNode(fresh.querySelector('footer'))
    const news = essence(next)
    skew = Date.now() - Number(next.dataset.now)
    if (news !== said) {
      localise(next)
      takeOver(document.querySelector('main'), next)
      said = news
    }
    localise(foot)
    document.querySelector('footer')?.replaceWith(foot)
    offline.hidden = true
    tick()
  } catch {
    // Silence is not health: say that what is on the screen is old.
    offline.hidden = false
  }
}

/** A page that takes long to make is asked for less often: many who watch a large fleet must not be its load. */
async function keepFresh() {
  const begun = performance.now()
  await refresh()
  setTimeout(() => void keepFresh(), Math.max(REFRESH_MS, 20 * (performance.now() - begun)))
}

localise(document)
setInterval(tick, 1_000)
setTimeout(() => void keepFresh(), REFRESH_MS)
document.addEventListener('visibilitychange', () => void refresh())
