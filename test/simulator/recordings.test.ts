import { describe, expect, it } from 'vitest'
import type { MetricAnswer } from '../../src/simulator/argo-rollouts/measure.ts'
import { applicationStates, createNaming, readRecording, rolloutStates, runOutcomes } from './recording.ts'
import { rehearse } from './rehearsal.ts'

const failing = (image: string): MetricAnswer => (image.endsWith('v1.8.0') ? 0.42 : 0.99)
const broken = (): MetricAnswer => ({ error: 'received non 2xx response code: 500' })

const SCENARIOS: [string, (image: string) => MetricAnswer][] = [
  ['faq-canary-failed', failing],
  ['canary-error', broken],
  ['canary-inconclusive', failing],
  ['human-abort-retry-promote', failing],
  ['progress-deadline-abort', failing],
  ['first-deploy-fails', failing],
  ['next-release-while-degraded', failing],
  ['bluegreen-pre-promotion-failed', failing],
  ['routed-canary-failed', failing],
]

describe.each(SCENARIOS)('%s', (scenario, metric) => {
  it('goes through the states that the real controllers went through', async () => {
    const simulated = await rehearse(scenario, metric)
    const recorded = readRecording(scenario).events.map(({ object }) => object)
    const [ours, theirs] = [createNaming(), createNaming()]
    expect(rolloutStates(simulated, ours)).toEqual(rolloutStates(recorded, theirs))
    expect(runOutcomes(simulated, ours)).toEqual(runOutcomes(recorded, theirs))
    const settled = scenario === 'first-deploy-fails' ? 'Synced/Degraded' : 'Synced/Healthy'
    expect(applicationStates(simulated, settled)).toEqual(applicationStates(recorded, settled))
  })
})
