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

const commit = (after: number, change: 'config' | 'env' | 'tag', verdict: 'failed' | 'good', rollout = 1): Step => ({
  at: BEGINS + after,
  kind: 'commit',
  app: 'shop',
  rollout,
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

it.each([16])('by files, N that is undone is not of the commit that is synced just then for another Rollout (seed %i)', async (seed) => {
  const { setup } = script(seed, [])
  const apps = setup.apps.map((app) => ({ ...app, tool: 'plain' as const, oneFile: true, selfHeal: true }))
  const lags = { Rollout: 50, ReplicaSet: 0, AnalysisRun: 0, Application: 40 }
  const undo = (at: number): Step => ({ at: BEGINS + at, kind: 'undo', app: 'shop', rollout: 0, verdict: 'good' })
  const steps = [
    commit(19_700, 'env', 'failed', 0),
    commit(94_700, 'tag', 'good'),
    undo(96_200),
    undo(103_800),
    commit(105_400, 'env', 'failed', 0),
  ]
  const { violations } = await judge({ ...script(seed, steps), setup: { ...setup, apps, lags } }, 'files')
  expect(violations.filter(({ kind }) => kind !== 'missed')).toEqual([])
})
