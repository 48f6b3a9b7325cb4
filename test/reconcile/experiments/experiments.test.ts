import { describe, expect, it } from 'vitest'
import { baselineOfExperiments, isExperimentKey } from '../../../src/reconcile/experiments/experiments.ts'
import { NOW } from '../../http/fleet-fixture.ts'
import { anExperiment, aPlace, KEY, MINUTE, type Place } from './a-place.ts'

it.each([
  [KEY, true],
  ['east/shop/web', false],
  ['web', false],
  ['', false],
])('the key %j names an Experiment: %s', (key, is) => {
  expect(isExperimentKey(key)).toBe(is)
})

describe('the Experiments that had failed before the first look at a cluster', () => {
  it.each<[string, Place, boolean, number]>([
    ['are listed', {}, true, 1],
    ['are listed by whoever they are Argo CD’s, while others of it are not seen', { seesApplications: false }, true, 1],
    ['are nobody’s where no Application made them', { isOwned: false }, true, 0],
    ['are not known while nobody sees whose they are', { isOwned: false, seesApplications: false }, false, 0],
    ['are none while they run', { experiments: [anExperiment({ phase: 'Running' })], isOwned: false, seesApplications: false }, true, 0],
  ])('%s', async (_, given, isKnown, count) => {
    const { environment, journal, view, releases } = await aPlace(given)
    expect(await baselineOfExperiments(environment, journal, view)).toBe(isKnown)
    expect(releases()).toHaveLength(count)
    expect(releases().every(({ preExisting }) => preExisting)).toBe(true)
  })
})

describe('a failed Experiment that nobody has listed before', () => {
  const [before, after] = [NOW - 10 * MINUTE, NOW]
  const at = NOW - 5 * MINUTE

  it.each<[string, Place, boolean]>([
    ['had failed before Kedge looked, where it looks for the first time', {}, true],
    ['had, where only Rollouts were looked at until now', { baseline: { at: before } }, true],
    ['had not, where one of its runs has ended since', { baseline: { at, experiments: true }, runs: [before, after] }, false],
    ['had not, where one has not ended', { baseline: { at, experiments: true }, runs: [before, undefined] }, false],
    ['had not, as far as is known, where it has no runs', { baseline: { at, experiments: true }, runs: [] }, false],
    ['had, where all of them had ended by then', { baseline: { at, experiments: true }, runs: [before, before] }, true],
    ['had not, where one had ended a minute before: two clocks', { baseline: { at, experiments: true }, runs: [at - MINUTE] }, false],
    ['had, where all had ended longer before', { baseline: { at, experiments: true }, runs: [at - MINUTE - 1] }, true],
  ])('%s', async (_, given, preExisting) => {
    const { environment, journal, view, releases } = await aPlace(given)
    await baselineOfExperiments(environment, journal, view)
    expect(releases().map((release) => release.preExisting)).toEqual([preExisting])
  })
})

describe('a look at an Experiment', () => {
  it.each(['', 'web', 'west/shop/experiment:web-ab'])('of the key %j, which no cluster has, sees nothing', async (key) => {
    const { experiments } = await aPlace()
    expect(await experiments().look(key)).toEqual({ at: undefined, follows: false })
  })

  it('is taken again in five seconds where its cluster is not seen', async () => {
    const { experiments, clock, releases } = await aPlace({ seesCluster: false })
    expect(await experiments().look(KEY)).toEqual({ at: clock.elapsed() + 5_000, follows: false })
    expect(releases()).toEqual([])
  })

  it('is taken again once a failure has held for the settle delay, and asks nobody until then', async () => {
    const { experiments, clock, releases } = await aPlace({ policy: { settleMs: 20_000 } })
    expect(await experiments().look(KEY)).toEqual({ at: clock.elapsed() + 20_000, follows: false })
    expect(releases()).toEqual([])
  })
})
