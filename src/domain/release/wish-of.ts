import { canHaveMade, type AppliedSync } from '../application/applied.ts'
import { isDrifted, isWorkloadDrifted, sameRevisions } from '../application/mapping.ts'
import type { ApplicationSnapshot } from '../application/snapshots.ts'
import { replicaSetOf } from '../rollout/serving.ts'
import type { ReplicaSetSnapshot, RolloutSnapshot } from '../rollout/snapshots.ts'
import { plainText } from '../words/plain-text.ts'
import type { Release } from './release.ts'
import type { Version } from './version.ts'
import type { Wish } from './wish.ts'

export interface WishInput {
  /** The one Application that owns the Rollout; undefined where there is none. */
  readonly application: ApplicationSnapshot | undefined
  /** The view of Applications is fresh. */
  readonly seesApplications: boolean
  readonly rollout: RolloutSnapshot | undefined
  readonly replicaSets: readonly ReplicaSetSnapshot[]
  /** Newest first. */
  readonly syncs: readonly AppliedSync[]
  readonly version: (podTemplateHash: string) => Version | undefined
  /** Every release of this very object. */
  readonly past: readonly Release[]
}

const UNKNOWN: Wish = { state: 'unknown', revisions: [] }

/** Says whether the cluster was told what Git asks for. Pure; who serves is another question. */
export function wishOf(input: WishInput): Wish {
  const { application, rollout, syncs } = input
  const hash = rollout?.currentPodHash
  if (!application || !rollout || hash === undefined) return UNKNOWN
  const unsaid = whyUnsaid(application, rollout, input)
  if (unsaid) return unsaid
  const { comparedRevisions: compared } = application
  const [newest] = syncs
  const synced = newest?.revisions ?? []
  if (!isDrifted(application, rollout)) return { state: 'met', revisions: synced, comparedAt: application.comparedAt }
  const isNewer = !sameRevisions(synced, compared)
  const revisions = isNewer ? compared : synced
  const asked = askedBySyncs(input)
  const isApplied = (sync: AppliedSync | undefined): boolean => !isNewer || (sync !== undefined && sameRevisions(compared, sync.revisions))
  const undone = (by: 'hand' | 'older-sync', known: Pick<Wish, 'sync' | 'wanted'>): Wish => ({
    state: 'undone',
    revisions,
    by,
    ...(by === 'hand' && isWorkloadDrifted(application, rollout) && { workload: rollout.workloadRef }),
    ...(!isApplied(known.sync) && { isNewer: true }),
    ...known,
  })
  if (asked && asked.wanted !== hash && !wasMissed(hash, asked.sync, input)) return undone('hand', asked)
  const takenBack = isNewer ? takenBackBy(syncs) : undefined
  if (takenBack) {
    const [wanted] = templatesOf(takenBack, input)
    return undone('older-sync', { sync: takenBack, wanted })
  }
  if (!asked && !isKept(hash, input)) return undone('hand', guess(hash, input))
  return isNewer ? { state: 'waiting-for-sync', revisions, syncedByHand: !application.autoSync } : { state: 'met', revisions }
}

/** Why Argo CD does not say it; undefined where it does. */
function whyUnsaid(
  application: ApplicationSnapshot,
  { namespace, name }: RolloutSnapshot,
  { seesApplications }: WishInput,
): Wish | undefined {
  if (!seesApplications) return { ...UNKNOWN, why: 'not-seen' }
  if (!application.rollouts.includes(`${namespace}/${name}`)) return UNKNOWN
  const isCompared = application.comparedRevisions.length > 0 && application.syncStatus !== 'Unknown'
  return isCompared ? undefined : { ...UNKNOWN, why: 'not-compared' }
}

/** The newest sync whose template is known, and that template: the syncs since have left it as it was. */
function askedBySyncs(input: WishInput): { sync: AppliedSync; wanted: string } | undefined {
  for (const sync of input.syncs) {
    const [wanted, ...others] = templatesOf(sync, input)
    if (wanted !== undefined) return others.length === 0 ? { sync, wanted } : undefined
  }
  return undefined
}

/**
 * Whether what runs is of a later sync than that one: its ReplicaSet was made by then, and Kedge has not seen it begin, as it was away.
 * Without a renderer nobody says so.
 */
function wasMissed(hash: string, known: AppliedSync, { syncs, replicaSets, past }: WishInput): boolean {
  const set = replicaSetOf(replicaSets, hash)
  if (!set || set.formerRevisions.length > 0 || past.some(({ podTemplateHash }) => podTemplateHash === hash)) return false
  const later = syncs.slice(0, syncs.indexOf(known))
  return later.some((sync) => (sync.startedAt ?? Infinity) <= set.createdAt && canHaveMade(sync, set))
}

/** The template that a sync asked for, as the ledger remembers it; several where it remembers them so. */
function templatesOf(sync: AppliedSync, { replicaSets, version, past }: WishInput): readonly string[] {
  const began = past.flatMap(({ applied, podTemplateHash }) =>
    applied && podTemplateHash !== null && sameRevisions(applied.revisions, sync.revisions) ? podTemplateHash : [],
  )
  if (began.length > 0) return [...new Set(began)]
  return replicaSets
    .map(({ podTemplateHash }) => podTemplateHash)
    .filter((hash) => {
      const known = version(hash)
      return known?.byHand !== true && known?.applied && sameRevisions(known.applied.revisions, sync.revisions)
    })
}

/**
 * `argocd app rollback` applies a revision a second time, after others: what came between was taken back. (A commit that reverts another
 * has a name of its own.)
 */
function takenBackBy(syncs: readonly AppliedSync[]): AppliedSync | undefined {
  const [newest, ...older] = syncs
  const before = older.findIndex((sync) => newest && sameRevisions(sync.revisions, newest.revisions))
  return before > 0 ? older[0] : undefined
}

/**
 * Without a memory, the ReplicaSets: a template that was never taken up again, and is as old as the newest sync, is what that sync left.
 * One that was taken up again was so by hand only where the newest sync made what ran right before; else a sync may have brought it back.
 */
function isKept(hash: string, input: WishInput): boolean {
  const set = replicaSetOf(input.replicaSets, hash)
  const [newest] = input.syncs
  if (set === undefined || newest === undefined) return true
  if (set.formerRevisions.length === 0) return canHaveMade(newest, set)
  const before = ranBefore(set, input)
  return before === undefined || newest.startedAt === undefined || newest.startedAt > before.createdAt
}

/** Without a memory, what was undone is what ran right before. */
function guess(hash: string, input: WishInput): Pick<Wish, 'sync' | 'wanted'> {
  const set = replicaSetOf(input.replicaSets, hash)
  return { sync: input.syncs[0], wanted: set && ranBefore(set, input)?.podTemplateHash }
}

function ranBefore({ rolloutRevision: now = 0 }: ReplicaSetSnapshot, { replicaSets }: WishInput): ReplicaSetSnapshot | undefined {
  const older = replicaSets.filter(({ rolloutRevision = 0 }) => rolloutRevision < now)
  return older.toSorted((a, b) => (b.rolloutRevision ?? 0) - (a.rolloutRevision ?? 0))[0]
}

/** The revisions that Git asks for, and whether Argo CD has synced them or only compared. */
export function askedBy({ state, revisions, sync, isNewer }: Wish): { revisions: readonly string[]; by: 'synced' | 'compared' } {
  if (state !== 'undone' || isNewer || !sync) return { revisions, by: 'compared' }
  return { revisions: sync.revisions, by: 'synced' }
}

const UNKNOWN_WHY: Readonly<Record<NonNullable<Wish['why']>, string>> = {
  'not-compared': 'Argo CD cannot compare it',
  'not-seen': "Argo CD's Applications cannot be seen",
  'not-rendered': 'nobody renders it, and what was synced since what is known has changed the files',
}

/** One sentence: what Git asks for, and what to do about it, where that is not `told`, which the cluster was told; empty where it is. */
export function wishSentence(wish: Wish, told: string): string {
  const { state, by, syncedByHand, why, workload = 'Rollout' } = wish
  const asked = askedBy(wish)
    .revisions.map((revision) => revision.slice(0, 12))
    .join(', ')
  switch (state) {
    case 'met':
      return ''
    case 'unknown':
      return `What Git asks for is not known: ${why ? UNKNOWN_WHY[why] : 'Argo CD has not said it yet'}.`
    case 'waiting-for-sync':
      return (
        `Git asks for ${asked}, which Argo CD has compared and not synced.` +
        (syncedByHand ? ' Automated sync is off: a person has to sync it.' : '')
      )
    case 'undone':
      return (
        `Git asks for ${asked}, and not for ${told}: ` +
        (by === 'older-sync'
          ? 'Argo CD was told to go back to an older revision.'
          : `the ${plainText(workload.replace('/', ' '), 100)} was changed by hand.`)
      )
  }
}
