import type { Tone } from '../api/words.ts'
import type { Style } from './host.ts'

/** A sign for each tone, beside words that say the same, in Argo CD's colours of health. */
export const SIGNS: Readonly<Record<Tone, { sign: string; colour: string }>> = {
  good: { sign: '✔', colour: '#18be94' },
  moving: { sign: '↻', colour: '#0dadea' },
  bad: { sign: '✖', colour: '#e96d76' },
  paused: { sign: 'Ⅱ', colour: '#766f94' },
  warn: { sign: '!', colour: '#f4c030' },
  unknown: { sign: '?', colour: '#8d98a0' },
}

/** Colours of texts are Argo CD's own, so that they hold in its dark theme, too. */
export const STYLES = {
  panel: { padding: '10px', minWidth: '10em', maxWidth: '22em' },
  label: { fontSize: '12px', fontWeight: 600, margin: 0 },
  button: { background: 'none', border: 0, padding: 0, color: 'inherit', cursor: 'pointer', textAlign: 'left', font: 'inherit' },
  value: { fontSize: '15px', fontWeight: 500, margin: '4px 0', overflowWrap: 'anywhere' },
  small: { fontSize: '13px', margin: '2px 0', overflowWrap: 'anywhere' },
  body: { padding: '16px', maxWidth: '60em', fontSize: '14px', lineHeight: 1.5, overflowWrap: 'anywhere' },
  rollout: { margin: '0 0 24px' },
  title: { fontSize: '16px', fontWeight: 600, margin: '0 0 4px' },
  verb: { fontWeight: 600, margin: '8px 0' },
  link: { textDecoration: 'underline', color: 'inherit' },
  facts: { display: 'grid', gridTemplateColumns: 'max-content 1fr', gap: '2px 16px', margin: '8px 0' },
  fact: { margin: 0 },
  scroll: { overflowX: 'auto' },
  table: { borderCollapse: 'collapse', margin: '8px 0', width: '100%' },
  cell: { textAlign: 'left', padding: '2px 12px 2px 0', verticalAlign: 'top', overflowWrap: 'break-word' },
} as const satisfies Record<string, Style>
