import { AsyncLocalStorage } from 'node:async_hooks'
import { describe, expect, it } from 'vitest'
import type { MemoryLedger } from '../../src/adapters/ledgers/memory/memory-ledger.ts'
import type { ClusterView } from '../../src/ports/cluster-view.ts'
import type { Ledger } from '../../src/ports/ledger.ts'
import type { Tracer } from '../../src/ports/tracer.ts'
import type { Environment } from '../../src/reconcile/environment.ts'
import { createRunningStage, type StageOptions } from './stage.ts'
import { createStormStage } from './storm-stage.ts'

/** How often one piece of work has asked for something. */
interface Counts {
  /** `reconcile`, `follow`, or the name of an effect. */
  work: string
  /** A policy was resolved. */
  policies: number
  /** It was decided: each decision counts once how many reverts of the last hour there are, and nobody else does. */
  decisions: number
  /** The branch was brought up to date: Git was asked anew. */
  fetches: number
  /** All questions to Git. */
  git: number
  /** The cluster was asked past the watch for the Rollout. */
  live: number
  /** Lists that were read from the ledger, in memory. */
  lists: number
  /** Whatever of the ledger is not in memory was read from where it is kept. */
  reads: number
  /** Transactions of the ledger. */
  appends: number
}

const LISTS = [
  'releasesOf',
  'releases',
  'reverts',
  'storms',
  'quarantines',
  'releasesOfStorm',
  'announcementsOf',
  'pendingEffects',
] as const

const READS = ['load', 'naming', 'history', 'newest', 'archived', 'records', 'head', 'verify'] as const

/** Counts, through the ports, what each look, each question after it, and each effect asks for. */
function countAsked(): { options: StageOptions; works: Counts[] } {
  const works: Counts[] = []
  const current = new AsyncLocalStorage<Counts>()
  const note = (what: Exclude<keyof Counts, 'work'>): void => {
    const counts = current.getStore()
    if (counts) counts[what] += 1
  }
  const tracer: Tracer = {
    trace: (work, _attributes, done) => {
      const counts = { work, policies: 0, decisions: 0, fetches: 0, git: 0, live: 0, lists: 0, reads: 0, appends: 0 }
      works.push(counts)
      return current.run(counts, async () => done(() => undefined))
    },
    span: async (name, _attributes, done) => {
      if (name.startsWith('git ')) note('git')
      if (name === 'git fetch') note('fetches')
      return done(() => undefined)
    },
  }
  const countedLedger = (ledger: Ledger): Ledger => {
    const counted: Ledger = {
      ...ledger,
      reverts(filter) {
        if (filter.since !== undefined) note('decisions')
        return ledger.reverts(filter)
      },
      append: (entries) => (note('appends'), ledger.append(entries)),
    }
    for (const list of LISTS) {
      const ask = counted[list] as (...of: readonly unknown[]) => unknown
      Object.assign(counted, { [list]: (...of: readonly unknown[]) => (note('lists'), ask(...of)) })
    }
    return counted
  }
  const countedView = (view: ClusterView): ClusterView => ({ ...view, reread: (...of) => (note('live'), view.reread(...of)) })
  const wrap = (environment: Environment): Environment => {
    const views = environment.views.map(countedView)
    return {
      ...environment,
      tracer,
      views,
      applications: views[0] ?? environment.applications,
      policyFor: (...of) => (note('policies'), environment.policyFor(...of)),
      ledger: countedLedger(environment.ledger),
    }
  }
  const wrapStore = (store: MemoryLedger): MemoryLedger => {
    const counted = { ...store }
    for (const read of READS) {
      const ask = store[read] as (...of: readonly unknown[]) => unknown
      Object.assign(counted, { [read]: (...of: readonly unknown[]) => (note('reads'), ask(...of)) })
    }
    return counted
  }
  return { options: { wrap, wrapStore }, works }
}

const decided = ({ decisions }: Counts): boolean => decisions > 0

describe('what is asked for', () => {
  it('a look at a Rollout at rest resolves its policy once, reads the ledger in memory alone, and asks nobody else', async () => {
    const { options, works } = countAsked()
    await using stage = await createRunningStage(options)
    works.length = 0
    await stage.show()
    const nothing = { policies: 1, decisions: 0, fetches: 0, git: 0, live: 0, lists: 5, reads: 0, appends: 0 }
    expect(works.length).toBeGreaterThan(0)
    expect(works).toEqual(works.map(() => ({ work: 'reconcile', ...nothing })))
  })

  it('a revert is decided on once, and once more, live; its effect once before and once after the push; all from memory', async () => {
    const { options, works } = countAsked()
    await using stage = await createRunningStage(options)
    await stage.release('v2')
    works.length = 0
    await stage.abort()
    expect(stage.pulls()).toHaveLength(1)
    expect(works.filter(decided)).toMatchObject([
      { work: 'follow', policies: 1, decisions: 2, fetches: 1, live: 1, lists: 18, appends: 1 },
      { work: 'open-revert', policies: 2, decisions: 2, fetches: 1, live: 2, lists: 14, appends: 0 },
    ])
    expect(works.filter(({ reads }) => reads > 0)).toEqual([])
  })

  it('what is held is decided on once for each question to Git, and the cluster is not asked past the watch', async () => {
    const { options, works } = countAsked()
    await using stage = await createStormStage(3, options)
    await stage.release('v2', 'own-commits')
    await stage.abort(stage.all)
    works.length = 0
    await stage.advance(60_000)
    expect([stage.pulls(), stage.failed().map(({ decision }) => decision?.action)]).toEqual([[], ['notify', 'notify', 'notify']])
    const held = works.filter(({ work }) => work === 'follow').filter(({ git }) => git > 0)
    expect(held.length).toBeGreaterThanOrEqual(3)
    // Its own policy, and, for the one card of all three, those of the other two.
    const once = { work: 'follow', policies: 3, decisions: 1, fetches: 1, live: 0, lists: 18, reads: 0, appends: 0 }
    expect(held).toEqual(held.map(({ git }) => ({ ...once, git })))
  })
})
