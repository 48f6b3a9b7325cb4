import { describe, expect, it } from 'vitest'
import { judge } from './history.ts'
import type { Script, Step } from './script.ts'
import type { Tool } from './world/manifests.ts'

const BEGINS = 60_000

/** web's release fails, and a while after it was pushed somebody releases worker in the same file. */
function script(tool: Tool, laterMs: number): Script {
  const app = { name: 'shop', tool, rollouts: ['web', 'worker'], oneFile: true, cluster: 'prod', autoSync: true, selfHeal: true } as const
  const commit = (at: number, rollout: number, verdict: 'failed' | 'good'): Step => ({
    at: BEGINS + at,
    kind: 'commit',
    app: 'shop',
    rollout,
    change: 'tag',
    verdict,
    how: 'push',
  })
  const lags = { Rollout: 0, ReplicaSet: 0, AnalysisRun: 0, Application: 0 }
  const setup = { clusters: ['prod'], apps: [{ ...app, waves: 'none' as const }], webhook: true, pollMs: 600_000, lags, twice: 0 }
  return { seed: 1, setup, steps: [commit(0, 0, 'failed'), commit(laterMs, 1, 'good')], endsAt: BEGINS + laterMs + 150_000 }
}

describe.each<Tool>(['plain', 'kustomize', 'helm'])(
  'one file of a %s folder holds two Rollouts, and the other is released while one fails',
  (tool) => {
    it.each([2_000, 6_000, 12_000])('after %i ms: one PR, and it keeps that', async (laterMs) => {
      expect(await judge(script(tool, laterMs), 'rendering')).toMatchObject({ pulls: 1, violations: [] })
    })

    it('by files alone there is no PR', async () => {
      expect(await judge(script(tool, 6_000), 'files')).toMatchObject({ pulls: 0, violations: [] })
    })
  },
)
