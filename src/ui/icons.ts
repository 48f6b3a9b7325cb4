import type { Tone } from '../api/words.ts'
import { html, type Html } from './html.ts'

// Drawn for this page, 24 by 24, after the shapes that Argo CD's users know: heart, broken heart, turning ring, pause,
// question mark.
const HEART = 'M12 20.6 4.2 12.9a5.2 5.2 0 0 1 7.4-7.4l.4.4.4-.4a5.2 5.2 0 0 1 7.4 7.4z'
const FULL_CIRCLE = html`<circle cx="12" cy="12" r="9.5" fill="currentColor" />`

const TONE_ICONS: Readonly<Record<Tone, Html>> = {
  good: area(HEART),
  bad: html`${area(HEART)}${crack('m12.6 6.2-2.4 3.6 3.4 2.4-2.4 3.8', 1.8)}`,
  moving: html`<g class="turn">${line('M12 3.5a8.5 8.5 0 1 0 8.5 8.5', 3.2)}</g>`,
  paused: html`${FULL_CIRCLE}${crack('M9.6 8.4v7.2M14.4 8.4v7.2', 2.2)}`,
  warn: html`${area('M12 3 22 20.5H2z')}${crack('M12 9.5v5m0 2.6v.2', 2)}`,
  unknown: html`${FULL_CIRCLE}${crack('M9.4 9.6a2.6 2.6 0 1 1 3.9 2.3c-.9.5-1.3 1-1.3 1.9m0 2.8v.1', 2)}`,
}

const MARKS = {
  passed: html`${FULL_CIRCLE}${crack('m7.8 12.3 2.9 2.9 5.5-6', 2.4)}`,
  failed: html`${FULL_CIRCLE}${crack('m8.8 8.8 6.4 6.4m0-6.4-6.4 6.4', 2.4)}`,
  skipped: line('M3.6 12a8.4 8.4 0 1 0 16.8 0a8.4 8.4 0 1 0-16.8 0M8.5 12h7', 2.2),
  moment: line('M5.8 12a6.2 6.2 0 1 0 12.4 0a6.2 6.2 0 1 0-12.4 0z', 4),
} as const

/** The icon of a tone. Decoration: the words beside it say the same. */
export function toneIcon(tone: Tone): Html {
  return icon(`icon tone-${tone}`, TONE_ICONS[tone])
}

/** A pull request: two branches and the arrow that joins them. */
const PULL_REQUEST = html`<circle cx="6" cy="5" r="2.4" fill="currentColor" />
  <circle cx="6" cy="19" r="2.4" fill="currentColor" />
  <circle cx="18" cy="19" r="2.4" fill="currentColor" />
  ${line('M6 7.4v9.2M18 16.6V9.5a3.5 3.5 0 0 0-3.5-3.5H11m2.6-2.6L11 6l2.6 2.6', 2)}`

/** The icons that stand in many rows, once in every document: a thousand rows need a thousand of them. */
export const SPRITE = html`<svg class="sprite" aria-hidden="true">
  ${Object.entries({ ...TONE_ICONS, pull: PULL_REQUEST }).map(
    ([name, shape]) => html`<symbol id="i-${name}" viewBox="0 0 24 24">${shape}</symbol>`,
  )}
</svg>`

const SHARED = Object.fromEntries(Object.keys(TONE_ICONS).map((tone) => [tone, shared(tone)])) as Readonly<Record<Tone, Html>>

/** The icon of a tone in a row. */
export function sharedToneIcon(tone: Tone): Html {
  return SHARED[tone]
}

/** A pull request in a row. */
export const SHARED_PULL_REQUEST_ICON = shared('pull')

function shared(name: string): Html {
  return html`<svg class="icon" aria-hidden="true"><use href="#i-${name}" /></svg>`
}

/** A mark in the tone of its surroundings: the outcome of a check, or a moment in time. Decoration, too. */
export function mark(name: keyof typeof MARKS): Html {
  return icon('icon', MARKS[name])
}

const FLUKES = 'M3.6 13.2l-1.2 2.2m1.2-2.2 2.2 1.2m14.6-1.2 1.2 2.2m-1.2-2.2-2.2 1.2'

/** A kedge: the small anchor that hauls a ship off the ground. */
export const KEDGE_ICON = icon(
  'brand-mark',
  line(`M12 6.7a2.1 2.1 0 1 1 .01 0V21M8 10.2h8M3.6 13.2c.6 4.6 4 7.8 8.4 7.8s7.8-3.2 8.4-7.8${FLUKES}`, 2),
)

function icon(style: string, shape: Html): Html {
  return html`<svg class="${style}" viewBox="0 0 24 24" aria-hidden="true">${shape}</svg>`
}

function area(path: string): Html {
  return html`<path d="${path}" fill="currentColor" />`
}

function line(path: string, width: number): Html {
  return html`<path class="line" d="${path}" stroke-width="${width}" />`
}

/** A line in the colour of what lies behind the icon. */
function crack(path: string, width: number): Html {
  return html`<path class="line crack" d="${path}" stroke-width="${width}" />`
}
