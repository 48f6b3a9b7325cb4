import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readAnalysisRun } from '../../../../src/adapters/kubernetes/snapshots/analysis-run.ts'
import { readApplication } from '../../../../src/adapters/kubernetes/snapshots/application.ts'
import { readExperiment } from '../../../../src/adapters/kubernetes/snapshots/experiment.ts'
import { readReplicaSet } from '../../../../src/adapters/kubernetes/snapshots/replicaset.ts'
import { readRollout } from '../../../../src/adapters/kubernetes/snapshots/rollout.ts'
import { lastRecorded, type RecordedEvent } from '../recorded.ts'

type Json = RecordedEvent['object'][string]
const READERS: Record<string, (object: unknown) => object | undefined> = {
  Rollout: (object) => readRollout('prod', object),
  ReplicaSet: (object) => readReplicaSet(object),
  AnalysisRun: (object) => readAnalysisRun(object),
  Experiment: (object) => readExperiment(object),
  Application: (object) => readApplication('argo', object),
}
const SOUND: Record<string, () => Json> = {
  Rollout: () => lastRecorded('faq-canary-failed', 'Rollout'),
  ReplicaSet: () => lastRecorded('faq-canary-failed', 'ReplicaSet'),
  AnalysisRun: () => lastRecorded('faq-canary-failed', 'AnalysisRun'),
  Experiment: () => ({ ...lastRecorded('faq-canary-failed', 'AnalysisRun'), kind: 'Experiment' }),
  Application: () => lastRecorded('faq-canary-failed', 'Application'),
}

/** Every place in an object, as a list of keys. */
function placesIn(value: Json, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [path]
  return [path, ...Object.keys(value).flatMap((key) => placesIn(value[key], [...path, key]))]
}

function withChanged(object: Json, path: string[], value: unknown): Json {
  const copy = { root: structuredClone(object) }
  const keys = ['root', ...path]
  const last = keys.pop() as string
  const holder = keys.reduce((at: Json, key) => at[key], copy)
  holder[last] = value
  return copy.root
}

function nested(depth: number): unknown {
  let value: unknown = 'bottom'
  for (let level = 0; level < depth; level += 1) value = { deeper: value }
  return value
}

describe.each(Object.keys(READERS))('the reader of %s', (kind) => {
  const read = READERS[kind]!
  const sound = SOUND[kind]!()

  it('never throws, whatever single value of a real object is replaced', () => {
    const replacements = [
      null,
      0,
      -1.5,
      '',
      'x'.repeat(100_000),
      [],
      [null],
      {},
      { length: 1 },
      true,
      nested(5_000),
      Array.from({ length: 5_000 }, () => 'x'),
    ]
    for (const path of placesIn(sound)) {
      for (const replacement of replacements) expect(() => read(withChanged(sound, path, replacement))).not.toThrow()
    }
  })

  it('never throws on anything at all', () => {
    const anything = fc.property(fc.anything(), (object) => {
      expect(() => read(object)).not.toThrow()
    })
    fc.assert(anything, { seed: 5, numRuns: 2_000 })
  })

  it('keeps no more than 64 kB of an object with 100,000 of everything', () => {
    const many = Array.from({ length: 100_000 }, (_, index) => ({
      name: `n${index}`,
      type: 't',
      message: 'm'.repeat(20),
      image: 'i',
      reason: 'r',
      status: 'Failed',
      repoURL: 'u',
      kind: 'x',
      path: 'p',
      phase: 'p',
      value: 'v',
    }))
    const map = Object.fromEntries(many.map(({ name }) => [`kedge.dev/${name}`, 'y'.repeat(20)]))
    let object = sound
    for (const path of placesIn(sound).filter((place) => place.length > 0)) {
      const value = path.reduce((at: Json, key) => at?.[key], object)
      if (Array.isArray(value) && path.at(-1) !== 'ownerReferences') object = withChanged(object, path, many)
    }
    object.metadata.annotations = map
    expect(JSON.stringify(read(object)).length).toBeLessThan(64 * 1024)
  })

  it('reads nothing from an object without an identity', () => {
    expect(read({ ...sound, metadata: { ...sound.metadata, uid: undefined } })).toBeUndefined()
    expect(read({ ...sound, metadata: null })).toBeUndefined()
  })

  it('reads nothing from an object of another kind', () => {
    expect(read({ ...sound, kind: 'Pod' })).toBeUndefined()
  })
})
