import { createRecordedView } from '../../../src/adapters/kubernetes/recorded-view.ts'
import { describeClusterView, type ClusterViewSubject } from '../../contract/cluster-view.ts'
import { stageCluster } from '../../simulation/cluster.ts'
import { machineClock } from './harness.ts'

// The views that no API server stands behind: what a replay and the simulation show Kedge.

type Raw = Record<string, unknown> & { kind: string; metadata: { namespace: string; name: string } }

/** As an API server writes it: each change has another version. */
function versions(): (object: object) => Raw {
  let version = 0
  return (object) => {
    const { metadata, ...rest } = object as Raw
    return { ...rest, metadata: { ...metadata, resourceVersion: String((version += 1)) } } as Raw
  }
}

describeClusterView('a recording, by its events', async () => {
  const recorded = createRecordedView('replay', machineClock)
  const versioned = versions()
  return subject(recorded.view, {
    put: (object) => recorded.apply({ type: 'MODIFIED', object: versioned(object) }),
    remove: (object) => recorded.apply({ type: 'DELETED', object: versioned(object) }),
  })
})

describeClusterView('a recording, by its full lists', async () => {
  const recorded = createRecordedView('replay', machineClock)
  const versioned = versions()
  const all = new Map<string, Raw>()
  const nameOf = ({ kind, metadata }: Raw): string => `${kind} ${metadata.namespace}/${metadata.name}`
  return subject(recorded.view, {
    put(object) {
      all.set(nameOf(object as Raw), versioned(object))
      recorded.relist(all.values())
    },
    remove(object) {
      all.delete(nameOf(object as Raw))
      recorded.relist(all.values())
    },
  })
})

describeClusterView('a cluster of the simulation', async () => {
  const cluster = stageCluster('prod', machineClock)
  const versioned = versions()
  return subject(cluster.view(), {
    put: (object) => cluster.store.apply('MODIFIED', versioned(object)),
    remove: (object) => cluster.store.apply('DELETED', versioned(object)),
  })
})

function subject(
  view: ClusterViewSubject['view'],
  { put, remove }: Record<'put' | 'remove', (object: object) => void>,
): ClusterViewSubject {
  return {
    view,
    put: async (object) => put(object),
    remove: async (object) => remove(object),
    [Symbol.asyncDispose]: async () => undefined,
  }
}
