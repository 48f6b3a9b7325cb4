import type { Tone } from '../../api/words.ts'
import type { CliContext } from '../context.ts'

/** Colours a text for the terminal, or leaves it as it is. */
export interface Paint {
  tone(tone: Tone, text: string): string
  faint(text: string): string
  strong(text: string): string
}

/** The colours of the `kubectl argo rollouts` plugin. */
const CODES: Readonly<Record<Tone, number>> = { good: 32, moving: 94, bad: 31, paused: 33, warn: 33, unknown: 90 }

/** Its icons, too: a colour is never the only sign. */
export const TONE_SIGNS: Readonly<Record<Tone, string>> = {
  good: '✔',
  moving: '◌',
  bad: '✖',
  paused: '॥',
  warn: '⚠',
  unknown: '?',
}

/** Colours where a person looks at a terminal and has not said otherwise (https://no-color.org). */
export function createPaint({ isTerminal, env }: Pick<CliContext, 'isTerminal' | 'env'>): Paint {
  const isOn = isTerminal && !env['NO_COLOR'] && env['TERM'] !== 'dumb'
  const paint = (code: number, text: string): string => (isOn && text !== '' ? `\u001b[${code}m${text}\u001b[0m` : text)
  return {
    tone: (tone, text) => paint(CODES[tone], text),
    faint: (text) => paint(2, text),
    strong: (text) => paint(1, text),
  }
}
