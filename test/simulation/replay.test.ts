import { describe, expect, it } from 'vitest'
import type { Recording } from '../../src/adapters/replay/recording.ts'
import { replay, type Delivery } from '../../src/replay.ts'
import { replaysInMemory } from './git.ts'
import { comparable, culpritsOf, expectedOf, RECORDINGS, SCENARIOS } from './recordings.ts'

const asRecorded = (recording: Recording): Delivery[] => recording.events.map((event) => ({ at: event.at, event }))

/** A generator of numbers in [0, 1) that a seed repeats (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

function eachTwice(recording: Recording): readonly Delivery[] {
  return asRecorded(recording).flatMap((delivery) => [delivery, delivery])
}

function restartAfterEach(recording: Recording): readonly Delivery[] {
  return asRecorded(recording).flatMap((delivery) => [delivery, { at: delivery.at, restart: true as const }])
}

/** Each kind of object has a watch of its own, and each watch may lag; within one, order holds. */
function delayedByKind(recording: Recording): readonly Delivery[] {
  const lag: Readonly<Record<string, number>> = { Application: 0, Rollout: 400, ReplicaSet: 700, AnalysisRun: 900 }
  return asRecorded(recording)
    .map((delivery) =>
      'event' in delivery ? { ...delivery, at: delivery.at + (lag[String(delivery.event.object['kind'])] ?? 0) } : delivery,
    )
    .toSorted((a, b) => a.at - b.at)
}

/** Loses runs of events, and shows the whole cluster after each loss, as a watch does after 410. */
function droppedThenRelisted(seed: number): (recording: Recording) => readonly Delivery[] {
  return (recording) => {
    const random = seeded(seed)
    const out: Delivery[] = []
    let losing = 0
    for (const delivery of asRecorded(recording)) {
      if (losing === 0 && random() < 0.15) losing = 1 + Math.floor(random() * 12)
      if (losing === 0) out.push(delivery)
      else if (--losing === 0) out.push({ at: delivery.at, relist: true })
    }
    out.push({ at: recording.events.at(-1)?.at ?? recording.startedAt, relist: true })
    return out
  }
}

// Each replay has a world of its own, and waits for git most of its time.
describe.concurrent.each(SCENARIOS)('the recording %s', { timeout: 120_000 }, (scenario) => {
  const dir = `${RECORDINGS}/${scenario}`
  const expected = expectedOf(scenario)

  it('gives exactly its expected outcome', async () => {
    expect(comparable(await replay({ dir }))).toEqual(expected)
  })

  it('gives the same outcome when every event comes twice', async () => {
    expect(comparable(await replay({ dir, ...replaysInMemory(), deliveries: eachTwice }))).toEqual(expected)
  })

  it('gives the same end, and one PR per failure, when each watch lags on its own', async () => {
    const result = await replay({ dir, ...replaysInMemory(), deliveries: delayedByKind })
    expect(result.end).toEqual(expected.end)
    expect(culpritsOf(result)).toEqual(expected.revertPrs.map((pr) => (pr['culprits'] as string[]).join(' ')))
  })

  it.each([1, 2, 3])(
    'gives the same end, and never two PRs for one failure, when events are lost and the cluster is listed again (seed %i)',
    async (seed) => {
      const result = await replay({ dir, ...replaysInMemory(), deliveries: droppedThenRelisted(seed) })
      expect(result.end).toEqual(expected.end)
      expect(new Set(culpritsOf(result)).size).toBe(culpritsOf(result).length)
      const allowed = new Set(expected.revertPrs.map((pr) => (pr['culprits'] as string[]).join(' ')))
      expect(culpritsOf(result).filter((culprits) => !allowed.has(culprits))).toEqual([])
    },
  )

  it('gives the same outcome when Kedge restarts after every event', async () => {
    expect(comparable(await replay({ dir, ...replaysInMemory(), deliveries: restartAfterEach }))).toEqual(expected)
  })
})
