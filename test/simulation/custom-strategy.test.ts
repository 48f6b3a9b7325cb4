import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { readReplicaSet } from '../../src/adapters/kubernetes/snapshots/replicaset.ts'
import { readRollout } from '../../src/adapters/kubernetes/snapshots/rollout.ts'
import { assessServing } from '../../src/domain/rollout/serving.ts'
import type { ReplicaSetSnapshot } from '../../src/domain/rollout/snapshots.ts'

// What is said of who serves, at every event that a real controller wrote while it routed a canary by header.

/** State and last sentence after each event of the second version, each once in a row. */
function told(scenario: string): readonly string[] {
  const lines = readFileSync(new URL(`../e2e/strategies/${scenario}/events.jsonl`, import.meta.url), 'utf8')
    .trim()
    .split('\n')
  const sets = new Map<string, ReplicaSetSnapshot>()
  const said: string[] = []
  for (const line of lines) {
    const { object } = JSON.parse(line) as { object: unknown }
    const set = readReplicaSet(object)
    if (set) sets.set(set.name, set)
    const rollout = readRollout('bench', object)
    if (!rollout?.images[0]?.endsWith('v1.8.0') || !rollout.currentPodHash) continue
    const { state, reason } = assessServing({ rollout, replicaSets: [...sets.values()], seenHealthy: () => true, failedFirst: () => false })
    const requests = /(?:No request|At most requests|Only requests|A weight of)[^]*$/
      .exec(reason)?.[0]
      .replaceAll(rollout.currentPodHash, 'N+1')
    const words = requests ? `${state}: ${requests}` : state
    if (state !== 'unknown' && words !== said.at(-1)) said.push(words)
  }
  return said
}

it('a custom strategy that gets through is told as the router was told', () => {
  const words = told('custom-strategy-promoted')
  expect(words.slice(words.indexOf('rolling: No request goes to N+1.'))).toEqual([
    'rolling: No request goes to N+1.',
    'rolling: At most requests that match its route by header (qa) go to N+1.',
    'rolling: Only requests that match its route by header (qa) go to N+1.',
    'rolling: A weight of 25 goes to N+1, and every request that matches its route by header (qa).',
    'rolling: A weight of 25 goes to N+1. Requests that match its route by header (qa) may go there as well.',
    'rolling: A weight of 25 goes to N+1.',
    'rolling: A weight of 50 goes to N+1.',
    'in-step',
  ])
})

it('one that fails at a weight of 0 is not said to have left N alone before the controller has been over its routes', () => {
  expect(told('custom-strategy-failed').slice(-3)).toEqual([
    'rolling: Only requests that match its route by header (qa) go to N+1.',
    'aborting',
    'split',
  ])
})
