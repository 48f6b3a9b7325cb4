import { describe, expect, it } from 'vitest'
import type { Revert } from '../../src/domain/revert/revert.ts'
import { EFFECTS, hinted } from './hints.ts'
import { createJudge } from './oracle/judge.ts'
import type { Violation } from './oracle/judgement.ts'
import { play } from './play.ts'
import type { Setup, Step } from './script.ts'
import type { Deed } from './told.ts'
import { REPO } from './world/repository.ts'

const setupOf = (hintsInside: boolean): Setup => ({
  clusters: ['prod'],
  apps: [
    { name: 'shop', tool: 'plain', rollouts: ['web'], oneFile: false, cluster: 'prod', autoSync: true, selfHeal: true, waves: 'none' },
  ],
  webhook: true,
  pollMs: 600_000,
  lags: { Rollout: 0, ReplicaSet: 0, AnalysisRun: 0, Application: 0 },
  twice: 0,
  ...(hintsInside && { hintsInside }),
})
const commit = (verdict: 'good' | 'failed'): Deed => ({ kind: 'commit', app: 'shop', rollout: 0, change: 'tag', verdict, how: 'push' })
const promoteFull: Deed = { kind: 'promote-full', app: 'shop', rollout: 0, verdict: 'good' }
const revert: Deed = { kind: 'revert', app: 'shop', how: 'push', subject: 'git' }

interface Ended {
  violations: readonly Violation[]
  pulls: readonly { state: string; comments: number }[]
  reverts: readonly Pick<Revert, 'state' | 'outcome'>[]
  branches: number
}

/** One deed after another, 30 s apart, and what is left of it. */
async function live(deeds: readonly Deed[], hintsInside: boolean): Promise<Ended> {
  const steps = deeds.map((deed, at) => ({ ...deed, at: 60_000 + at * 30_000 }) as Step)
  const at: { ended?: Ended } = {}
  await play({ seed: 1, setup: setupOf(hintsInside), steps, endsAt: 180_000 + deeds.length * 30_000 }, 'rendering', (world, kedge) => {
    const judge = createJudge(world, kedge)
    return {
      opened: (request) => judge.opened(request),
      async ended() {
        await judge.ended()
        const pulls = kedge.forges.pullRequests(REPO)
        const known = new Map<string, Pick<Revert, 'state' | 'outcome'>>()
        for await (const { kind, key, document } of kedge.store.records()) {
          const { state, outcome } = document as Revert
          if (kind === 'revert') known.set(key, { state, outcome })
        }
        at.ended = {
          violations: judge.judgement.violations,
          pulls: pulls.map(({ state, comments }) => ({ state, comments: comments.length })),
          reverts: [...known.values()],
          branches: pulls.filter(({ branch }) => world.repository.remote.branch(branch) !== undefined).length,
        }
      },
    }
  })
  if (!at.ended) throw new Error('it has not ended')
  return at.ended
}

describe('a webhook that comes while what it tells of is under way changes nothing', () => {
  it.each<[string, readonly Deed[], Partial<Ended>]>([
    ['where a person merges', [commit('failed'), { kind: 'merge-pr' }], { reverts: [{ state: 'ended', outcome: 'merged' }], branches: 0 }],
    ['where a person closes it', [commit('failed'), { kind: 'close-pr' }], { reverts: [{ state: 'ended', outcome: 'declined' }] }],
    ['where it makes it after all', [commit('failed'), promoteFull], { reverts: [{ state: 'ended', outcome: 'promoted' }], branches: 0 }],
    ['where Git goes back', [commit('failed'), revert], { reverts: [{ state: 'ended', outcome: 'restored' }], branches: 0 }],
    ['where something newer comes', [commit('failed'), commit('good')], { reverts: [{ state: 'ended', outcome: 'superseded' }] }],
  ])('%s', async (_, deeds, expected) => {
    const [with_, without] = [await live(deeds, true), await live(deeds, false)]
    expect(with_).toEqual(without)
    expect(with_).toMatchObject({ violations: [], ...expected })
    expect(with_.pulls).toHaveLength(1)
  })
})

it.each([...EFFECTS.git, ...EFFECTS.forge])('%s is told of before its answer', async (effect) => {
  const heard: string[] = []
  const port = { [effect]: async () => void heard.push('done') }
  await hinted(port, [effect], () => void heard.push('hint'))
    [effect]?.()
    .then(() => heard.push('answer'))
  expect(heard).toEqual(['done', 'hint', 'answer'])
})
