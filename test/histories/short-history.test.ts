import { describe, expect, it } from 'vitest'
import { judge } from './history.ts'
import type { Script, Step } from './script.ts'

const BEGINS = 60_000

function script(historyLimit: number, steps: readonly Step[]): Script {
  const app = { name: 'shop', tool: 'kustomize', rollouts: ['web'], oneFile: false, cluster: 'prod', waves: 'none' } as const
  const lags = { Rollout: 0, ReplicaSet: 0, AnalysisRun: 0, Application: 0 }
  const apps = [{ ...app, historyLimit, autoSync: true, selfHeal: true }]
  const setup = { clusters: ['prod'], apps, webhook: true, pollMs: 90_000, lags, twice: 0 }
  return { seed: 1, setup, steps, endsAt: (steps.at(-1)?.at ?? 0) + 150_000 }
}

const commit = (after: number, change: 'config' | 'tag', verdict: 'failed' | 'good'): Step => ({
  at: BEGINS + after,
  kind: 'commit',
  app: 'shop',
  rollout: 0,
  change,
  verdict,
  how: 'push',
})

describe('a commit of another file was synced just before the one that fails, and the history of Argo CD keeps one sync', () => {
  it.each([800, 3_000, 12_000])('%i ms before: it stays', async (ms) => {
    const told = script(1, [commit(0, 'config', 'good'), commit(ms, 'tag', 'failed')])
    expect(await judge(told, 'rendering')).toMatchObject({ pulls: 1, violations: [] })
  })

  it('while Kedge was away: there is no PR, as it may be that of N', async () => {
    const away: Step = { at: BEGINS, kind: 'restart', ms: 30_000 }
    const told = script(1, [away, commit(1_000, 'config', 'good'), commit(12_000, 'tag', 'failed')])
    expect(await judge(told, 'rendering')).toMatchObject({ pulls: 0, violations: [] })
  })
})

it('two releases fail over one version, so far apart that no history holds its own sync: what came before stays', async () => {
  const between = Array.from({ length: 12 }, (_, at): Step => ({ at: BEGINS + 30_000 + at * 5_000, kind: 'sync-now', app: 'shop' }))
  const told = script(10, [commit(0, 'config', 'good'), commit(3_000, 'tag', 'failed'), ...between, commit(120_000, 'tag', 'failed')])
  expect((await judge(told, 'rendering')).violations.filter(({ kind }) => kind !== 'missed')).toEqual([])
})
