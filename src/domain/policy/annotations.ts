import { matchesName } from '../words/glob.ts'
import { plainText } from '../words/plain-text.ts'
import { parseRfc3339 } from '../words/rfc3339.ts'
import { allowsChannel, isChannelName } from './allow.ts'
import type { Mode, Policy, ProofWanted } from './policy.ts'
import type { PolicySettings, PolicySubject } from './settings.ts'

/** Modes from the one that does least. */
export const MODES: readonly Mode[] = ['observe', 'notify', 'pr']

/** What may be demanded of a proof, from the one that is least. */
const PROOFS: readonly ProofWanted[] = ['any', 'rendered']

/** What an annotation comes to: values to take over, or why it is left out. */
type Reading = Partial<Pick<Policy, 'mode' | 'proof' | 'bakeMs' | 'reversible' | 'channel' | 'reviewers' | 'mutedUntil'>> | string

interface Bounds {
  settings: PolicySettings
  /** What rules and `allow.maxMode` let an annotation choose at most. */
  ceiling: Mode
  /** What the rules want at least. */
  proof: ProofWanted
  /** What the rules want at most, milliseconds. */
  bakeMs: number
}

/** What no forge takes for more than a name, whatever it is: no space, no mark-up. */
const NAME = /^[a-z\d][\w.-]{0,100}(?:\/[\w.-]{1,100}){0,9}$/i
const MAX_REVIEWERS = 10
/** As long as the configuration itself can say. */
export const MAX_BAKE_MINUTES = 1_440

/** Annotations below `kedge.dev/`, by name. Documented in docs/configuration.md; a test compares. */
export const ANNOTATIONS: Readonly<Record<string, (value: string, bounds: Bounds) => Reading>> = {
  mode(value, { ceiling }) {
    const mode = MODES.find((known) => known === value)
    if (!mode) return `is not one of ${MODES.join(', ')}`
    return rank(mode) <= rank(ceiling) ? { mode } : `is more than the configuration allows here (${ceiling})`
  },
  proof(value, { proof: wanted }) {
    const proof = PROOFS.find((known) => known === value)
    if (!proof) return `is not one of ${PROOFS.join(', ')}`
    return proof === 'any' && wanted === 'rendered' ? 'is less than the configuration wants here (rendered)' : { proof }
  },
  'bake-minutes'(value, { bakeMs: longest }) {
    const minutes = /^\d{1,4}(?:\.\d{1,3})?$/.test(value) ? Number(value) : Number.NaN
    if (!(minutes <= MAX_BAKE_MINUTES)) return `is not a number of minutes from 0 to ${MAX_BAKE_MINUTES}`
    const bakeMs = Math.round(minutes * 60_000)
    return bakeMs <= longest ? { bakeMs } : `is longer than the configuration allows here (${longest / 60_000})`
  },
  channel(value, { settings }) {
    if (!isChannelName(value)) return 'is not the name of one channel'
    return allowsChannel(settings, value) ? { channel: value } : 'is not among allow.channels'
  },
  reviewers(value, { settings }) {
    const names = value
      .split(';')
      .map(bareLogin)
      .filter((name) => name !== '')
    if (names.length > MAX_REVIEWERS) return `names more than ${MAX_REVIEWERS}`
    const bad = names.find((name) => !isReviewer(name, settings.reviewerNames))
    if (bad !== undefined) return 'holds a name that is neither a login nor org/team; names are separated by ;'
    const foreign = names.find(
      (name) => !settings.allow.reviewers.some((glob) => matchesName(name.toLowerCase(), bareLogin(glob).toLowerCase())),
    )
    return foreign === undefined ? { reviewers: names } : `names ${foreign}, who is not among allow.reviewers`
  },
  'ignore-until'(value) {
    const time = parseRfc3339(value)
    return time === undefined ? 'is not a time with a zone such as 2026-12-24T18:00:00Z' : { mutedUntil: time }
  },
  reversible(value) {
    return value === 'true' || value === 'false' ? { reversible: value === 'true' } : 'is neither "true" nor "false"'
  },
  freeze(value) {
    // What it does depends on the mode, which is known only after all annotations: see `readAnnotations`.
    return value === 'true' || value === 'false' ? {} : 'is neither "true" nor "false"'
  },
}

/**
 * The policy as the annotations of the Application, then those of the Rollout, leave it. They may lower the mode, and
 * raise it as far as the rules or `allow.maxMode` go. `freeze` keeps the notices and stops PRs.
 */
export function readAnnotations(policy: Policy, settings: PolicySettings, { rollout, application }: PolicySubject): Policy {
  const ceiling = rank(settings.allow.maxMode) > rank(policy.mode) ? settings.allow.maxMode : policy.mode
  const bounds = { settings, ceiling, proof: policy.proof, bakeMs: policy.bakeMs }
  const byApplication = applyAll(policy, 'Application', application?.settings ?? {}, bounds)
  const read = freeze(applyAll(byApplication, 'Rollout', rollout.settings, bounds), [
    ['Rollout', rollout.settings],
    ['Application', application?.settings ?? {}],
  ])
  // Fewer alerts count then, and none of them is about less.
  return read.bakeMs < policy.bakeMs ? { ...read, ruledBakeMs: policy.bakeMs } : read
}

/** Names of 0.1.0, and what they are called now. They still work. */
const OLD_NAMES: Readonly<Record<string, string>> = { 'slack-channel': 'channel' }

function applyAll(policy: Policy, owner: string, annotations: Readonly<Record<string, string>>, bounds: Bounds): Policy {
  return Object.entries(annotations).reduce((earlier, [given, value]) => {
    const renamed = Object.hasOwn(OLD_NAMES, given) ? OLD_NAMES[given] : undefined
    // With both, the new name holds.
    if (renamed !== undefined && Object.hasOwn(annotations, renamed)) return earlier
    const name = renamed ?? given
    const old =
      renamed === undefined ? [] : [`${owner} annotation kedge.dev/${given} is the old name of kedge.dev/${renamed}; it still works.`]
    const before = { ...earlier, problems: [...earlier.problems, ...old] }
    const read = Object.hasOwn(ANNOTATIONS, name) ? ANNOTATIONS[name] : undefined
    const reading = read ? read(value.trim(), bounds) : 'is not an annotation that Kedge knows'
    if (typeof reading === 'string') return { ...before, problems: [...before.problems, problemOf(owner, name, value, reading)] }
    return takeOver(before, reading, owner)
  }, policy)
}

function takeOver(policy: Policy, reading: Exclude<Reading, string>, owner: string): Policy {
  // A window of the admin's that lasts longer holds.
  const { mutedUntil, ...rest } = reading
  const longer =
    mutedUntil !== undefined && (policy.origins['mutedUntil']?.startsWith('mute ') !== true || mutedUntil > (policy.mutedUntil ?? 0))
  const taken = longer ? { ...rest, mutedUntil } : rest
  const origins = Object.fromEntries(Object.keys(taken).map((field) => [field, `${owner} annotation`]))
  return { ...policy, ...taken, origins: { ...policy.origins, ...origins } }
}

function freeze(policy: Policy, owners: readonly (readonly [string, Readonly<Record<string, string>>])[]): Policy {
  const said = owners.find(([, annotations]) => ['true', 'false'].includes(annotations['freeze']?.trim() ?? ''))
  if (said?.[1]['freeze']?.trim() !== 'true' || policy.mode !== 'pr') return policy
  return { ...policy, mode: 'notify', origins: { ...policy.origins, mode: `${said[0]} annotation freeze` } }
}

function problemOf(owner: string, name: string, value: string, reason: string): string {
  return `${owner} annotation kedge.dev/${plainText(name, 60)}: ${JSON.stringify(plainText(value, 60))} ${reason}.`
}

function rank(mode: Mode): number {
  return MODES.indexOf(mode)
}

/** Whether a text can be the name of a person or a team, with or without `@`, at one of the forges whose patterns these are. */
export function isReviewer(text: string, patterns: readonly RegExp[] = []): boolean {
  const name = bareLogin(text)
  return NAME.test(name) && (patterns.length === 0 || patterns.some((pattern) => pattern.test(name)))
}

/** People write `@ada`; forges take `ada`. */
export function bareLogin(name: string): string {
  return name.trim().replace(/^@/, '')
}
