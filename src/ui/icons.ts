import { html, type Html } from './html.ts'
import type { Tone } from './words.ts'

// Drawn for this page, 24 by 24, after the shapes that Argo CD's users know: heart, broken heart, turning ring, pause, question mark.
const HEART = 'M12 20.6 4.2 12.9a5.2 5.2 0 0 1 7.4-7.4l.4.4.4-.4a5.2 5.2 0 0 1 7.4 7.4z'

const TONE_ICONS: Readonly<Record<Tone, Html>> = {
  good: html`<path d="${HEART}" fill="currentColor"/>`,
  bad: html`<path d="${HEART}" fill="currentColor"/><path class="crack" d="m12.6 6.2-2.4 3.6 3.4 2.4-2.4 3.8" fill="none" stroke-width="1.8"/>`,
  moving: html`<path class="turn" d="M12 3.5a8.5 8.5 0 1 0 8.5 8.5" fill="none" stroke="currentColor" stroke-width="3.2" stroke-linecap="round"/>`,
  paused: html`<circle cx="12" cy="12" r="9.5" fill="currentColor"/><path class="crack" d="M9.6 8.4v7.2M14.4 8.4v7.2" stroke-width="2.2" stroke-linecap="round"/>`,
  warn: html`<path d="M12 3 22 20.5H2z" fill="currentColor" stroke="currentColor" stroke-width="1.6" stroke-linejoin="round"/><path class="crack" d="M12 9.5v5m0 2.6v.2" stroke-width="2" stroke-linecap="round"/>`,
  unknown: html`<circle cx="12" cy="12" r="9.5" fill="currentColor"/><path class="crack" d="M9.4 9.6a2.6 2.6 0 1 1 3.9 2.3c-.9.5-1.3 1-1.3 1.9m0 2.8v.1" fill="none" stroke-width="2" stroke-linecap="round"/>`,
}

/** The icon of a tone. Decoration: the words beside it say the same. */
export function toneIcon(tone: Tone): Html {
  return html`<svg class="icon tone-${tone}" viewBox="0 0 24 24" aria-hidden="true">${TONE_ICONS[tone]}</svg>`
}

const MARKS = {
  passed: html`<circle cx="12" cy="12" r="9.5" fill="currentColor"/><path class="crack" d="m7.8 12.3 2.9 2.9 5.5-6" fill="none" stroke-width="2.4" stroke-linecap="round" stroke-linejoin="round"/>`,
  failed: html`<circle cx="12" cy="12" r="9.5" fill="currentColor"/><path class="crack" d="m8.8 8.8 6.4 6.4m0-6.4-6.4 6.4" stroke-width="2.4" stroke-linecap="round"/>`,
  skipped: html`<circle cx="12" cy="12" r="8.4" fill="none" stroke="currentColor" stroke-width="2.2"/><path d="M8.5 12h7" stroke="currentColor" stroke-width="2.2" stroke-linecap="round"/>`,
  moment: html`<circle cx="12" cy="12" r="6.2" fill="none" stroke="currentColor" stroke-width="4"/>`,
} as const

/** A mark in the tone of its surroundings: the outcome of a check, or a moment in time. Decoration, as the tone icons are. */
export function mark(name: keyof typeof MARKS): Html {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">${MARKS[name]}</svg>`
}

/** A pull request. */
export const PULL_REQUEST_ICON = html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><g fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"><circle cx="6" cy="5" r="2.4"/><circle cx="6" cy="19" r="2.4"/><circle cx="18" cy="19" r="2.4"/><path d="M6 7.4v9.2M18 16.6V9.5a3.5 3.5 0 0 0-3.5-3.5H11m2.6-2.6L11 6l2.6 2.6"/></g></svg>`

/** A kedge: the small anchor that hauls a ship off the ground. */
export const KEDGE_ICON = html`<svg class="brand-mark" viewBox="0 0 24 24" aria-hidden="true"><g fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"><circle cx="12" cy="4.6" r="2.1"/><path d="M12 6.7V21M8 10.2h8M3.6 13.2c.6 4.6 4 7.8 8.4 7.8s7.8-3.2 8.4-7.8M3.6 13.2l-1.2 2.2m1.2-2.2 2.2 1.2m14.6-1.2 1.2 2.2m-1.2-2.2-2.2 1.2"/></g></svg>`
