import { plainText } from '../domain/words/plain-text.ts'

/** What happens, as the sign at the begin of a line says. */
const SIGNS = {
  good: '✔',
  bad: '✖',
  moving: '◌',
  split: '⚠',
  commit: '⎇',
  pull: '⇄',
  card: '✉',
  person: '☺',
  ledger: '⛓',
  page: '⚓',
} as const

export type Sign = keyof typeof SIGNS

/** Tells the story in the terminal, one short line for each thing that happens, with seconds since its begin. */
export interface Narrator {
  heading(lines: readonly string[]): void
  tell(sign: Sign, text: string): void
  /** Lines that belong to the one told last. */
  details(lines: readonly string[]): void
}

/** Names and messages come from Git, the cluster and Slack, so every line is made harmless for the terminal. */
export function createNarrator(io: { stdout(text: string): void }, now: () => number): Narrator {
  const begin = now()
  const seconds = (): string => `${((now() - begin) / 1_000).toFixed(1)}s`.padStart(6)
  return {
    heading: (lines) => io.stdout(`\n${lines.map((line) => `${plainText(line, 200)}\n`).join('')}\n`),
    tell: (sign, text) => io.stdout(`${seconds()}  ${SIGNS[sign]}  ${plainText(text, 400)}\n`),
    details: (lines) => io.stdout(lines.map((line) => `           ${plainText(line, 400)}\n`).join('')),
  }
}
