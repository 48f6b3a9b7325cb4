import { describe, expect, it } from 'vitest'
import type { ApplicationSnapshot } from '../../../src/domain/application/snapshots.ts'
import { experimentName } from '../../../src/domain/experiment/name.ts'
import type { ExperimentSnapshot, RolloutSnapshot } from '../../../src/domain/rollout/snapshots.ts'
import { confirmLive } from '../../../src/reconcile/decide/confirm-live.ts'
import type { Environment } from '../../../src/reconcile/environment.ts'
import type { Look } from '../../../src/reconcile/look/observe.ts'
import { aRollout } from '../../domain/release/a-look.ts'

const rollout = aRollout({ abort: true, abortedAt: 't' })
const application = { namespace: 'argocd', name: 'web', resourceVersion: '1', uid: 'a', history: [], settings: {}, labels: {} }
const experiment = { uid: 'e', phase: 'Failed', own: { trackingId: 'web', settings: { mode: 'pr', channel: '#c' } } }

interface Seen {
  rollout?: Partial<RolloutSnapshot> | null
  application?: object | null
  /** What the watch has seen. */
  look?: object
}

/** Whether what the watch has seen still stands, when the cluster shows this to a live read. */
function confirms({ rollout: live = {}, application: app = {}, look }: Seen): Promise<string> {
  const view = { reread: async () => (live === null ? undefined : { ...rollout, ...live }) }
  const applications = {
    rereadApplication: async (namespace: string, name: string) =>
      app === null || namespace !== 'argocd' || name !== 'web' ? undefined : { ...application, ...app },
  }
  const seen = {
    ref: { cluster: 'east', namespace: 'shop', name: 'web' },
    view,
    rollout,
    applications: [application as unknown as ApplicationSnapshot],
    observation: { seesApplications: true },
    ...look,
  }
  return confirmLive({ applications } as unknown as Environment, seen as unknown as Look)
}

describe('a live read', () => {
  it.each<[string, Seen]>([
    ['nothing has changed', {}],
    ['something else of the Rollout has', { rollout: { generation: 9 } }],
    ['several Applications list it, and none is asked', { application: null, look: { applications: [application, application] } }],
    ['no Application lists it', { application: null, look: { applications: [] } }],
    ['Argo CD is not seen, and not asked', { application: null, look: { observation: { seesApplications: false } } }],
  ])('shows the same where %s', async (_, seen) => {
    expect(await confirms(seen)).toBe('same')
  })

  it.each<[string, Seen]>([
    ['is gone', { rollout: null }],
    ['was not there for the watch', { look: { rollout: undefined } }],
    ['was made anew', { rollout: { uid: 'uid-2' } }],
    ['has a spec that the controller has not seen', { rollout: { observed: false } }],
    ['is not aborted any more', { rollout: { abort: false } }],
    ['was aborted again', { rollout: { abortedAt: 'later' } }],
    ['is told another version', { rollout: { currentPodHash: 'new' } }],
    ['has another version before', { rollout: { stableRS: 'new' } }],
  ])('shows that it has moved where the Rollout %s', async (_, seen) => {
    expect(await confirms(seen)).toBe('moved')
  })

  it.each<[string, Seen]>([
    ['is gone', { application: null }],
    ['asks for something else', { application: { resourceVersion: '2', uid: 'b' } }],
  ])('shows that it has moved where its Application %s', async (_, seen) => {
    expect(await confirms(seen)).toBe('moved')
  })
})

describe('a live read of an Experiment of its own', () => {
  const confirmed = (live: object | null, seen: object | null = {}): Promise<string> => {
    const view = {
      rereadExperiment: async (namespace: string, name: string) =>
        live === null || namespace !== 'shop' || name !== 'smoke'
          ? undefined
          : ({ ...experiment, ...live } as unknown as ExperimentSnapshot),
    }
    const ref = { cluster: 'east', namespace: 'shop', name: experimentName('smoke') }
    return confirms({ look: { ref, view, rollout: undefined, experiment: seen === null ? undefined : { ...experiment, ...seen } } })
  }
  const { own } = experiment

  it.each<[string, object, object?]>([
    ['nothing has changed', {}],
    ['its settings come in another order', { own: { ...own, settings: { channel: '#c', mode: 'pr' } } }],
    ['something else of it has changed', { resourceVersion: '2' }],
    ['it has no settings', { own: undefined }, { own: undefined }],
  ])('shows the same where %s', async (_, live, seen) => {
    expect(await confirmed(live, seen)).toBe('same')
  })

  it.each<[string, object | null, (object | null)?]>([
    ['is gone', null],
    ['was gone for the watch', {}, null],
    ['was made anew', { uid: 'other' }],
    ['has ended otherwise', { phase: 'Successful' }],
    ['is of another Application', { own: { ...own, trackingId: 'other' } }],
    ['is told otherwise by people', { own: { ...own, settings: { mode: 'notify', channel: '#c' } } }],
  ])('shows that it has moved where it %s', async (_, live, seen) => {
    expect(await confirmed(live, seen)).toBe('moved')
  })
})
