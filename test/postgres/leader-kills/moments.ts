import type { EffectAction } from '../../../src/domain/effect.ts'
import type { LedgerEntry } from '../../../src/ports/ledger.ts'

type Kind = EffectAction['type']

/**
 * By which calls each kind of effect changes something outside; those without only read. A new kind is not compiled before it stands here,
 * and the programme fails until a story has it.
 */
const CALLS: Readonly<Record<Kind, readonly string[]>> = {
  'open-revert': ['push', 'commit', 'open', 'decorate'],
  'close-revert': ['comment', 'close', 'deleteBranch'],
  'delete-branch': ['deleteBranch'],
  'trace-revert': [],
  'trace-release': [],
  'trace-source': [],
  'read-images': [],
  'read-pods': [],
  'mark-commit': ['setStatus'],
  'announce-release': ['setStatus', 'comment'],
  'show-deployment': ['deploy'],
  'publish-card': ['publish'],
}

/** What of an effect is written down: that it is to be, that it begins, and how it came out. */
const STAGES = ['intended', 'begun', 'over'] as const

/** Before the transaction is committed, or the call goes out; or after, before anybody hears of it. */
export type When = 'before' | 'after'
export const WHENS: readonly When[] = ['before', 'after']

/** When the leader is killed. */
export interface Moment {
  name: string
  when: When
}

/** The moments of every kind of effect: one that no story reaches is a failure. */
export function required(): readonly string[] {
  return Object.entries(CALLS).flatMap(([kind, calls]) => [
    ...STAGES.map((stage) => `${kind} is ${stage}`),
    ...calls.map((call) => `${kind}: ${call}`),
  ])
}

/** What an append is called: by its effects, or where it has none, by all else. */
export function namesOfAppend(entries: readonly LedgerEntry[]): readonly string[] {
  const effects = entries.flatMap((entry) => (entry.kind === 'effect' ? [nameOf(entry)] : []))
  return effects.length > 0 ? effects : entries.map(({ kind, event }) => `${kind}, ${event}`)
}

function nameOf({ event, document: { action, state } }: LedgerEntry & { kind: 'effect' }): string {
  if (state !== 'pending') return `${action.type} is over`
  if (event === `${action.type}-intended`) return `${action.type} is intended`
  return event === 'effect-started' ? `${action.type} is begun` : `${action.type}: ${event}`
}

/** Which effect a call belongs to: the newest of those that have begun which makes such calls. */
export function nameOfCall(call: string, begun: readonly Kind[]): string {
  return `${begun.findLast((kind) => CALLS[kind].includes(call)) ?? 'nobody'}: ${call}`
}
