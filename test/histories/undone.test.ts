import { expect, it } from 'vitest'
import { judge } from './history.ts'
import type { Script, Step } from './script.ts'

const BEGINS = 60_000

function script(seed: number, steps: readonly Step[]): Script {
  const app = { name: 'shop', tool: 'helm', rollouts: ['web', 'worker'], oneFile: false, cluster: 'prod', waves: 'none' } as const
  const lags = { Rollout: 2_238, ReplicaSet: 40, AnalysisRun: 0, Application: 2_450 }
  const setup = { clusters: ['prod'], apps: [{ ...app, autoSync: true, selfHeal: false }], webhook: true, pollMs: 158_000, lags, twice: 0 }
  return { seed, setup, steps, endsAt: (steps.at(-1)?.at ?? 0) + 150_000 }
}

const commit = (after: number, change: 'config' | 'tag', verdict: 'failed' | 'good'): Step => ({
  at: BEGINS + after,
  kind: 'commit',
  app: 'shop',
  rollout: 1,
  change,
  verdict,
  how: 'push',
})

it.each([1, 3, 4])('by files, N is by hand where what was undone before it could fail has failed since (seed %i)', async (seed) => {
  const undo: Step = { at: BEGINS + 5_000, kind: 'undo', app: 'shop', rollout: 1, verdict: 'good' }
  const again: Step = { at: BEGINS + 38_400, kind: 'commit-elsewhere', value: 3 }
  const steps = [commit(0, 'tag', 'failed'), commit(2_500, 'config', 'good'), undo, again, commit(150_000, 'tag', 'failed')]
  expect(await judge(script(seed, steps), 'files')).toMatchObject({ failures: 2, pulls: 0, violations: [] })
})
