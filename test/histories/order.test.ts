import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { generate } from './generate.ts'
import { measure, together, type Measures, type Seen } from './order.ts'
import { createDeeds } from './world/deeds.ts'
import { BEGINNING, createWorld } from './world/world.ts'

const TEST = fileURLToPath(new URL('../', import.meta.url))
const WORLDS = 100

/** What the real controllers sent, one folder a release. */
function recorded(): Measures {
  const folders = ['recordings', 'e2e/recordings'].flatMap((folder) =>
    readdirSync(`${TEST}${folder}`).map((name) => `${TEST}${folder}/${name}`),
  )
  const files = folders.map((folder) => `${folder}/events.jsonl`).filter((file) => existsSync(file))
  expect(files.length).toBeGreaterThanOrEqual(20)
  return together(
    files.map((file) => {
      const lines = readFileSync(file, 'utf8').trim().split('\n')
      return measure(
        lines.map((line) => JSON.parse(line) as { t: number; object: Seen['object'] }).map(({ t, object }) => ({ at: t * 1_000, object })),
      )
    }),
  )
}

/** What a generated world sends on watches that are never late, one stream an Application. */
async function generated(seed: number, only?: string): Promise<readonly Measures[]> {
  const { script } = generate(seed, only)
  const world = createWorld({ ...script.setup, twice: 0, lags: { Rollout: 0, ReplicaSet: 0, AnalysisRun: 0, Application: 0 } }, seed)
  const deeds = createDeeds(world)
  const streams = new Map<string, Seen[]>()
  const hear = ({ object }: { object: Seen['object'] }): void => {
    const metadata = object['metadata'] as { name: string; namespace: string }
    const key = object['kind'] === 'Application' ? metadata.name : metadata.namespace
    streams.set(key, [...(streams.get(key) ?? []), { at: world.clock.now() - BEGINNING, object }])
  }
  for (const cluster of world.clusters) cluster.watches.listener = { hear, list: () => undefined }
  const ofKedge: readonly string[] = ['hush', 'lose', 'restart', 'slow-push', 'merge-pr', 'close-pr']
  for (const step of script.steps) if (!ofKedge.includes(step.kind)) world.clock.after(step.at, () => deeds(step))
  await world.clock.advanceTo(BEGINNING + script.endsAt, async () => undefined)
  return [...streams.values()].map(measure)
}

/**
 * Not in the recordings, and read in the controllers' source: sync waves after a Rollout; a spec that changes during a release, or
 * during the first of a Rollout that was made anew; a commit
 * that is compared and not synced, or while the sync before it ends; a sync to what was synced before.
 */
const NOT_RECORDED = [
  /Failed/,
  /^(?:Progressing|Paused|Degraded), not observed, another stable, no abort/,
  /^OutOfSync, (?:Succeeded|Running), of another/,
  /Running, of another, in the history/,
  /abort asked/,
  /^Progressing, not observed, stable, no abort/,
]
/** Recorded, and not what is generated: the time before anything was compared, and a first deploy that fails. */
const NOT_GENERATED = [/^not compared/, /^Unknown/, /^Degraded, (?:not )?observed, (?:no stable|stable), no abort/]

const without = (shapes: ReadonlySet<string>, others: ReadonlySet<string>, known: readonly RegExp[]): readonly string[] =>
  [...shapes].filter((shape) => !others.has(shape) && !known.some((pattern) => pattern.test(shape)))
const share = ({ replicaSetFirst, syncs }: Measures): number => replicaSetFirst / syncs
const quantile = ({ gaps }: Measures, part: number): number => gaps.toSorted((a, b) => a - b)[Math.floor(part * gaps.length)] ?? NaN

describe('generated worlds send what the real controllers sent', () => {
  let real: Measures
  let made: Measures

  beforeAll(async () => {
    real = recorded()
    const seeds = Array.from({ length: WORLDS }, (_, index) => index + 1)
    const rare = seeds.slice(0, 10).map((seed) => generated(seed, 'it fails for no fault of its own'))
    made = together((await Promise.all([...seeds.map((seed) => generated(seed)), ...rare])).flat())
  })

  it('as often a ReplicaSet before the entry in the sync history, and about as long before', () => {
    expect([real.syncs, made.syncs].every((syncs) => syncs > 40)).toBe(true)
    expect(Math.abs(share(real) - share(made))).toBeLessThan(0.12)
    expect(Math.abs(quantile(real, 0.5) - quantile(made, 0.5))).toBeLessThan(100)
    expect(quantile(made, 0.1)).toBeGreaterThan(2 * quantile(real, 0.1))
    expect(quantile(made, 0.1)).toBeLessThan(quantile(real, 0.1) / 4)
  })

  it.each(['operations', 'comparisons', 'rollouts'] as const)('%s in the same shapes', (what) => {
    expect(without(made[what], real[what], NOT_RECORDED)).toEqual([])
    expect(without(real[what], made[what], NOT_GENERATED)).toEqual([])
  })

  it('with a status that lags the spec by a generation or two, or by one more where a spec changes during a release', () => {
    expect(real.behind).toBe(2)
    expect([2, 3]).toContain(made.behind)
  })
})
