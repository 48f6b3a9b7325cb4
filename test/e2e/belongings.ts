import { until } from '../until.ts'
import { ApiRefusal, type Api, type KubeObject } from './control-plane/api.ts'

/** Name of what belongs to no scenario, in a cluster of somebody else. */
export const BENCH = 'kedge-bench'
/** What the bench makes in a cluster carries this label, and nothing without it is ever removed. */
const LABEL = 'kedge.dev/bench'
const MADE = { [LABEL]: 'scenarios' }
/** Removing a namespace takes a while: everything in it has to go first. */
const GONE_MS = 120_000

/** What the bench has in the cluster. Nothing of it is left at the end. */
export interface Belongings extends AsyncDisposable {
  /**
   * Server-side apply with the label. `collection` is the path that lists such objects.
   * @throws Error where the name is taken by somebody else
   */
  put(collection: string, object: KubeObject): Promise<void>
  /** Removes what `put` has made there; what was never there is fine. */
  remove(collection: string, name: string): Promise<void>
  /** Removes everything that carries the label, of an earlier run too, and waits until it is gone. */
  removeAll(): Promise<void>
}

export function openBelongings(api: Api, argocdNamespace: string): Belongings {
  const rights = '/apis/rbac.authorization.k8s.io/v1'
  /** Applications first: their controller would make again what goes with a namespace. */
  const places = [
    '/apis/argoproj.io/v1alpha1/applications',
    '/api/v1/namespaces',
    `/api/v1/namespaces/${argocdNamespace}/secrets`,
    ...['roles', 'rolebindings'].map((plural) => `${rights}/namespaces/${argocdNamespace}/${plural}`),
    ...['clusterroles', 'clusterrolebindings'].map((plural) => `${rights}/${plural}`),
  ]

  async function ours(place: string): Promise<readonly KubeObject[]> {
    return ((await api.get(`${place}?labelSelector=${LABEL}`)) as unknown as { items: KubeObject[] }).items
  }

  async function look(path: string): Promise<KubeObject | undefined> {
    try {
      return await api.get(path)
    } catch (error) {
      if (error instanceof ApiRefusal && error.status === 404) return undefined
      throw error
    }
  }

  async function removeAt(path: string): Promise<void> {
    const there = await look(path)
    if (there?.metadata.labels?.[LABEL] === undefined || there.metadata.deletionTimestamp !== undefined) return
    await api.delete(path).catch((error: unknown) => {
      if (!(error instanceof ApiRefusal && error.status === 404)) throw error
    })
  }

  async function removeAll(): Promise<void> {
    for (const place of places) {
      for (const { metadata } of await ours(place)) await removeAt(pathOf(place, metadata))
    }
    await until(async () => (await Promise.all(places.map(ours))).every((left) => left.length === 0) || undefined, {
      timeoutMs: GONE_MS,
      everyMs: 500,
      what: 'what the bench has made in the cluster gone',
    })
  }

  return {
    async put(collection, object) {
      const path = `${collection}/${object.metadata.name}`
      const there = await look(path)
      if (there !== undefined && there.metadata.labels?.[LABEL] === undefined) {
        throw new Error(
          `${path} is in the cluster already, and the bench has not made it: it is left alone. Remove it, or use another cluster`,
        )
      }
      const metadata = { ...object.metadata, labels: { ...object.metadata.labels, ...MADE } }
      await api.apply(collection, { ...object, metadata })
    },
    remove: (collection, name) => removeAt(`${collection}/${name}`),
    removeAll,
    [Symbol.asyncDispose]: removeAll,
  }
}

/** Applications are listed of all namespaces, and removed from their own. */
function pathOf(place: string, { namespace, name }: KubeObject['metadata']): string {
  const home = namespace === undefined || place.includes('/namespaces/') ? place : place.replace(/\/(\w+)$/, `/namespaces/${namespace}/$1`)
  return `${home}/${name}`
}
