import { describe, expect, it } from 'vitest'
import type { MetricAnswer } from '../../src/simulator/argo-rollouts/measure.ts'
import { applicationStates, createNaming, FOLDERS, readRecording, rolloutStates, runOutcomes, wasSuspended } from './recording.ts'
import { rehearse } from './rehearsal.ts'

const failing = (image: string): MetricAnswer => (image.endsWith('v1.8.0') ? 0.42 : 0.99)
const halving = (image: string): MetricAnswer => (image.endsWith('v1.8.0') ? 0.5 : 0.99)
const broken = (): MetricAnswer => ({ error: 'received non 2xx response code: 500' })

type Scenario = [folder: keyof typeof FOLDERS, name: string, metric: (image: string) => MetricAnswer]

const SCENARIOS: Scenario[] = [
  ['people', 'faq-canary-failed', failing],
  ['people', 'canary-error', broken],
  ['people', 'canary-inconclusive', failing],
  ['people', 'human-abort-retry-promote', failing],
  ['people', 'progress-deadline-abort', failing],
  ['people', 'first-deploy-fails', failing],
  ['people', 'next-release-while-degraded', failing],
  ['people', 'bluegreen-pre-promotion-failed', failing],
  ['people', 'routed-canary-failed', failing],
  ['bench', 'bad-tag-again', halving],
  ['bench', 'bluegreen-post-promotion-failed', halving],
  ['bench', 'promote-full-after-abort', halving],
  ['bench', 'steps-only-after-abort', halving],
  ['bench', 'template-change-after-abort', halving],
  ['bench', 'two-rollouts-one-commit', halving],
]

describe.each(SCENARIOS)('%s: %s', (folder, scenario, metric) => {
  it('goes through the states that the real controllers went through', async () => {
    const recording = readRecording(FOLDERS[folder], scenario)
    const recorded = recording.events.map(({ object }) => object)
    const simulated = await rehearse(scenario, recording, metric)
    for (const name of new Set(recorded.filter(({ kind }) => kind === 'Rollout').map(({ metadata }) => metadata.name))) {
      const [ours, theirs] = [createNaming(), createNaming()]
      expect(rolloutStates(simulated, name, ours)).toEqual(rolloutStates(recorded, name, theirs))
      expect(runOutcomes(simulated, name, ours)).toEqual(runOutcomes(recorded, name, theirs))
    }
    const settled = scenario === 'first-deploy-fails' ? 'Synced/Degraded' : 'Synced/Healthy'
    expect(applicationStates(simulated, settled)).toEqual(applicationStates(recorded, settled))
    // A pause of a second may pass between two looks of the real controller; the stand-in misses none.
    expect(wasSuspended(simulated) || !wasSuspended(recorded)).toBe(true)
  })
})
