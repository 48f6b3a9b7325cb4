import { describe, expect, it } from 'vitest'
import type { ApplicationSnapshot } from '../../../src/domain/application/snapshots.ts'
import { KedgeError } from '../../../src/domain/errors.ts'
import type { Revert } from '../../../src/domain/revert/revert.ts'
import type { RolloutSnapshot } from '../../../src/domain/rollout/snapshots.ts'
import type { ClusterView } from '../../../src/ports/cluster-view.ts'
import type { LedgerEntry } from '../../../src/ports/ledger.ts'
import { beginPass } from '../../../src/reconcile/decide/case.ts'
import type { Environment, Journal } from '../../../src/reconcile/environment.ts'
import { advance } from '../../../src/reconcile/loop/advance.ts'
import { createWishes } from '../../../src/reconcile/loop/wishes.ts'
import { aRelease, aRevert, releaseEntry, revertEntry } from '../../contract/ledger-documents.ts'
import { anAttempt, AT } from '../../domain/an-attempt.ts'
import { aQuarantine } from '../../domain/quarantine/a-quarantine.ts'
import { aReplicaSet, aRollout, aSplitRollout, aView } from '../../http/fleet-fixture.ts'
import { applicationOf } from '../../http/large-fleet.ts'
import { aWorld } from '../a-world.ts'

const MERGE = 'a'.repeat(40)
const REF = { cluster: 'east', namespace: 'shop', name: 'web' }
const WEB = aRollout({ name: 'web' })
const SET = aReplicaSet(WEB, {})
const APPLICATION: ApplicationSnapshot = {
  ...applicationOf(WEB),
  history: [{ id: 1, revisions: [MERGE], sources: [], deployStartedAt: SET.createdAt, deployedAt: SET.createdAt }],
  comparedRevisions: [MERGE],
}
const APPLIED = { application: 'argocd/shop-web', revisions: [MERGE] }

/** What is known of it without its sync. */
const KNOWN: LedgerEntry = {
  kind: 'version',
  key: 'east|uid-web|good',
  event: 'version-healthy',
  document: { templateKey: 'east|uid-web|good', podTemplateHash: 'good', healthyAt: AT, applied: null, images: WEB.images },
}

interface Given {
  rollout?: RolloutSnapshot
  /** What is there by the journal's turn. */
  later?: RolloutSnapshot
  /** What the cluster says past the watch. */
  live?: () => Promise<RolloutSnapshot | undefined>
  isFirst?: boolean
  settled?: boolean
  /** For how long the verdict has held, milliseconds. */
  heldMs?: number
  alerts?: Environment['alerts']
  known?: readonly LedgerEntry[]
  /** When Argo CD compared, by its clock; undefined where what is rendered says that all is as Git asks. */
  comparedAt?: number
}

async function advanced(given: Given = {}) {
  const { rollout = WEB, later = rollout, isFirst = false, settled = true, heldMs = 10_000, alerts, known = [], comparedAt } = given
  const now = { rollout }
  const view = (): ClusterView =>
    aView('east', { rollouts: [now.rollout], replicaSets: [SET], applications: [{ ...APPLICATION, comparedAt }] })
  const east: ClusterView = {
    ...view(),
    rollout: (...of) => view().rollout(...of),
    reread: given.live ?? (async () => now.rollout),
  }
  const world = await aWorld({}, { views: [east], applications: east, ...(alerts && { alerts }) })
  await world.wait(60_000)
  if (!isFirst)
    await world.put({ kind: 'baseline', key: 'east', event: 'baseline-taken', document: { cluster: 'east', at: 1, experiments: true } })
  for (const entry of known) await world.put(entry)
  let commits = 0
  const journal: Journal = {
    commit(entries) {
      commits += 1
      now.rollout = later
      return world.journal.commit(entries)
    },
  }
  const wishes = createWishes(world.environment, () => undefined)
  const since = world.clock.elapsed() - heldMs
  const pass = beginPass(world.environment, east, REF)
  const { moved, dueAt } = await advance(world.environment, journal, pass, { settled, since, wishes, movedInGit: () => () => true })
  const { ledger } = world
  const inMs = dueAt === undefined ? undefined : dueAt - world.clock.elapsed()
  return {
    moved,
    inMs,
    commits,
    version: ledger.read('version', 'east|uid-web|good'),
    release: ledger.releasesOf(REF)[0],
    quarantine: ledger.read('quarantine', 'q'),
  }
}

describe('a version that serves', () => {
  it('is remembered with the sync behind it, once both have been so for ten seconds', async () => {
    const { version, inMs, moved } = await advanced()
    expect(version).toEqual({
      templateKey: 'east|uid-web|good',
      podTemplateHash: 'good',
      healthyAt: AT + 60_000,
      applied: APPLIED,
      images: WEB.images,
    })
    expect([inMs, moved]).toEqual([undefined, []])
  })

  it.each<[string, Given, typeof APPLIED | null | undefined, number | undefined]>([
    ['is remembered without the sync before that, and looked at again then', { heldMs: 9_999 }, null, 1],
    ['is remembered with it at the first look at the cluster, however short it was so', { heldMs: 0, isFirst: true }, APPLIED, undefined],
    ['is not remembered before its verdict has held', { heldMs: 500, settled: false }, undefined, 9_500],
    [
      'is not remembered where the cluster says otherwise past the watch',
      { live: async () => aRollout({ name: 'web', stableRS: 'other' }) },
      undefined,
      undefined,
    ],
    ['is not remembered where it is gone past the watch', { live: async () => undefined }, undefined, undefined],
    [
      'is not remembered while the cluster cannot be asked, which holds up nothing',
      { live: () => Promise.reject(new KedgeError('E_CLUSTER_UNREACHABLE', 'away')) },
      undefined,
      undefined,
    ],
    [
      'is not remembered with its sync where it is gone past the watch by then',
      { known: [KNOWN], live: async () => undefined },
      null,
      undefined,
    ],
    ['is remembered with its sync once it is there past the watch', { known: [KNOWN] }, APPLIED, undefined],
    ['that is known without its sync is looked at again then', { known: [KNOWN], heldMs: 9_999 }, null, 1],
    ['is not remembered where another serves by its turn', { later: aSplitRollout({ name: 'web' }) }, undefined, undefined],
  ])('%s', async (_, given, ...[applied, inMs]) => {
    const seen = await advanced(given)
    expect([seen.version?.applied, seen.inMs]).toEqual([applied, inMs])
  })

  it('is asked about past the watch only where it is news, and a fault of Kedge is one', async () => {
    const live = () => Promise.reject(new Error('bug'))
    await expect(advanced({ live })).rejects.toThrow('bug')
    expect((await advanced({ live, isFirst: true })).version?.applied).toEqual(APPLIED)
    expect((await advanced({ live, rollout: aRollout({ name: 'web', phase: 'Progressing' }) })).commits).toBe(0)
  })
})

describe('a version that is back', () => {
  const failed = (revertKey: string | null): LedgerEntry =>
    releaseEntry(
      aRelease({
        key: 'east|uid-web|bad|9',
        templateKey: 'east|uid-web|bad',
        uid: 'uid-web',
        podTemplateHash: 'bad',
        stableHash: 'good',
        rolloutRevision: 7,
        attempts: [anAttempt({ seenAt: 1, abortedAtMs: 1 })],
        applied: { application: 'argocd/shop-web', revisions: ['b'] },
        revertKey,
      }),
    )
  const merged = (mergeCommit: string): LedgerEntry =>
    revertEntry(
      aRevert({
        key: 'v',
        releases: ['east|uid-web|bad|9'],
        state: 'ended',
        outcome: 'merged',
        mergeCommit: mergeCommit as Revert['mergeCommit'],
      }),
    )

  it.each<[string, readonly LedgerEntry[], number | undefined, typeof APPLIED | null]>([
    ['is known to be by the sync of the merge of its revert, at once', [failed('v'), merged(MERGE)], 3, APPLIED],
    ['need not be by another sync: it has to hold', [failed('v'), merged('b'.repeat(40))], 3, null],
    ['need not be by a sync without a revert: it has to hold', [failed(null)], 3, null],
    ['is known to be by Git where what is rendered says so, at once', [failed(null)], undefined, APPLIED],
  ])('%s', async (_, known, ...[comparedAt, applied]) => {
    const { release, version } = await advanced({ known, heldMs: 500, ...(comparedAt !== undefined && { comparedAt }) })
    expect([release?.outcome, version?.applied]).toEqual(['restored', applied])
  })
})

describe('a failure', () => {
  const SPLIT = aSplitRollout({ name: 'web' })

  it('is recorded once its verdict has held, with the key of the release that it moved', async () => {
    const { release, moved, commits } = await advanced({ rollout: SPLIT })
    expect(release).toMatchObject({ state: 'failed', preExisting: false })
    expect([moved, commits]).toEqual([[release?.key], 1])
    const first = await advanced({ rollout: SPLIT, isFirst: true, settled: false })
    expect(first.release).toMatchObject({ state: 'failed', preExisting: true })
    expect(first.moved).toEqual([first.release?.key])
  })

  it.each<[string, Given]>([
    ['before that', { rollout: SPLIT, settled: false }],
    ['where another one is seen by its turn', { rollout: SPLIT, later: aSplitRollout({ name: 'web', abortedAt: '2026-11-23T09:59:00Z' }) }],
  ])('is not recorded %s', async (_, given) => {
    const { release } = await advanced(given)
    expect(release?.attempts ?? []).toEqual([])
  })
})

describe('a quarantine', () => {
  const quarantine = aQuarantine({ key: 'q', templates: ['good'], until: AT * 2 })
  const known: readonly LedgerEntry[] = [{ kind: 'quarantine', key: 'q', event: 'quarantine-begun', document: quarantine }]

  it.each<[string, Given, string]>([
    ['is over once its version has served healthy for long enough', {}, 'over'],
    ['stands until that has held', { settled: false, heldMs: 500 }, 'standing'],
    ['stands at the first look at a cluster, which says nothing of what held', { isFirst: true }, 'standing'],
  ])('%s', async (_, given, state) => {
    expect((await advanced({ known, ...given })).quarantine?.state).toBe(state)
  })
})

describe('alerts', () => {
  it('are wanted for what the ledger has by then', async () => {
    const watched: unknown[] = []
    const alerts = {
      of: () => ({ askedAt: undefined, fault: undefined, alerts: [] }),
      watch: (...of: unknown[]) => void watched.push(of),
    } as unknown as Environment['alerts']
    await advanced({ alerts })
    expect(watched).toEqual([['east/shop/web', undefined]])
  })
})
