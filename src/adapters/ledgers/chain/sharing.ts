import type { AppliedRevision } from '../../../domain/application/applied-revision.ts'
import type { LedgerKind } from '../../../ports/ledger.ts'

type Members = Record<string, unknown>

/** Members that often hold what another one of them held lately: what one release was applied with, the next one began on. */
const FAMILIES: Readonly<Record<string, string | undefined>> = {
  templateKey: 'templateKey',
  applied: 'applied',
  before: 'applied',
  goodApplied: 'applied',
  images: 'images',
  stableImages: 'images',
  revision: 'revision',
  goodRevision: 'revision',
}
const RECENT = 3

/** What the documents of one Rollout said last. */
interface Last {
  members: Partial<Record<LedgerKind, Members>>
  /** By family, newest first. */
  recent: Record<string, readonly unknown[]>
}

/**
 * Makes parts of a release or a version that equal those of the ones just before it of its Rollout one and the same, in place: thousands
 * say almost the same, and are kept in memory. For documents that nobody else has seen yet.
 */
export function createSharing(): (kind: LedgerKind, document: object) => void {
  const lasts = new Map<string, Last>()
  return (kind, document) => {
    if (!('templateKey' in document) || typeof document.templateKey !== 'string') return
    const rollout = document.templateKey.slice(0, document.templateKey.lastIndexOf('|'))
    const last = lasts.get(rollout) ?? { members: {}, recent: {} }
    lasts.set(rollout, last)
    const model = (last.members[kind] ??= {})
    const members = document as Members
    for (const name in members) {
      const family = FAMILIES[name]
      if (family !== undefined) members[name] = likeRecent(members[name], family, last)
      else if (saysSomething(members[name])) model[name] = members[name] = like(members[name], model[name])
    }
  }
}

function saysSomething(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0
  return typeof value === 'string' || (typeof value === 'object' && value !== null)
}

function likeRecent(value: unknown, family: string, last: Last): unknown {
  const { recent } = last
  if (value === null) return value
  const known = recent[family] ?? []
  for (const one of known) if (like(value, one) === one) return one
  recent[family] = [value, ...known.slice(0, RECENT - 1)]
  if (family === 'applied') likeRecent((value as AppliedRevision).revisions[0] ?? null, 'revision', last)
  return value
}

/** The model where the value equals it; else the value, with those of its members the model's that equal them. */
function like(value: unknown, model: unknown): unknown {
  if (value === model) return model
  if (typeof value !== 'object' || typeof model !== 'object' || value === null || model === null) return value
  const members = value as Members
  const others = model as Members
  const names = Object.keys(value)
  let isSame = names.length === Object.keys(model).length
  for (const name of names) {
    const member = like(members[name], others[name])
    members[name] = member
    if (member !== others[name]) isSame = false
  }
  return isSame ? model : value
}
