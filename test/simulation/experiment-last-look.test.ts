import { describe, expect, it } from 'vitest'
import { KedgeError } from '../../src/domain/errors.ts'
import type { ClusterView } from '../../src/ports/cluster-view.ts'
import type { Environment } from '../../src/reconcile/environment.ts'
import { fail, MINUTE, runExperiment } from './experiment-stage.ts'

describe('the last look, past the watch,', () => {
  const live: Readonly<Record<string, (environment: Environment) => Partial<ClusterView>>> = {
    'shows no Experiment': () => ({ rereadExperiment: async () => undefined }),
    'shows another Experiment of that name': ({ views: [view] }) => ({
      rereadExperiment: async (...its) => changed(await view?.rereadExperiment(...its), { uid: 'another' }),
    }),
    'shows an Experiment that did not fail': ({ views: [view] }) => ({
      rereadExperiment: async (...its) => changed(await view?.rereadExperiment(...its), { phase: 'Successful' }),
    }),
    'has no answer': () => ({ rereadExperiment: () => Promise.reject(new KedgeError('E_CLUSTER_UNREACHABLE', 'it is away')) }),
    'shows an Application that reads other sources': ({ applications }) => ({
      rereadApplication: async (...its) => changed(await applications.rereadApplication(...its), { sources: [], resourceVersion: 'later' }),
    }),
  }
  it.each(Object.keys(live))('%s: nothing is pushed until it agrees with the watch', async (name) => {
    let differs = true
    await using stage = await runExperiment(undefined, {
      wrap: (environment) => {
        const other = live[name]?.(environment) ?? {}
        const seen = (view: ClusterView): ClusterView =>
          new Proxy(view, { get: (from, key, to) => (differs && Reflect.get(other, key)) || Reflect.get(from, key, to) })
        return { ...environment, views: environment.views.map(seen), applications: seen(environment.applications) }
      },
    })
    await fail(stage)
    expect([stage.pulls(), stage.branches(), stage.reverts()]).toEqual([[], [], []])
    differs = false
    await stage.show()
    await stage.advance(MINUTE)
    expect(stage.pulls()).toMatchObject([{ state: 'open' }])
  })
})

function changed<Snapshot>(one: Snapshot | undefined, other: Partial<Snapshot>): Snapshot | undefined {
  return one && { ...one, ...other }
}
