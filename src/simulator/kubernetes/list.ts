import type { Reply } from '../loopback/server.ts'
import { ApiError, type KubeObject } from './object.ts'
import type { ResourcePath } from './path.ts'
import { apiVersionOf } from './resources.ts'
import { parseLabelSelector } from './selector.ts'
import type { ObjectStore } from './store.ts'

interface Snapshot {
  version: number
  items: KubeObject[]
}

/** Answers LIST, paged by `limit` and `continue`. Every page of one list shows the same moment. */
export function createLister(store: ObjectStore): (path: ResourcePath, query: URLSearchParams) => Reply {
  const snapshots = new Map<string, Snapshot>()
  let nextToken = 0

  /** A continue token is good once, and until the history of its moment is compacted. */
  function resume(token: string): Snapshot {
    const snapshot = snapshots.get(token)
    snapshots.delete(token)
    if (snapshot !== undefined && snapshot.version >= store.oldestVersion()) return snapshot
    throw new ApiError(
      410,
      'Expired',
      'The provided continue parameter is too old to display a consistent list result. You can start a new list ' +
        'without the continue parameter.',
    )
  }

  function start(path: ResourcePath, query: URLSearchParams): Snapshot {
    const selects = parseLabelSelector(query.get('labelSelector'))
    const items = store.list(path.resource.plural, path.namespace).filter((object) => selects(object.metadata.labels ?? {}))
    return { version: store.version(), items }
  }

  return (path, query) => {
    const token = query.get('continue')
    const snapshot = token ? resume(token) : start(path, query)
    const limit = Number(query.get('limit') ?? 0)
    const items = limit > 0 ? snapshot.items.slice(0, limit) : snapshot.items
    const rest = snapshot.items.slice(items.length)
    const metadata: Record<string, unknown> = { resourceVersion: String(snapshot.version) }
    if (rest.length > 0) {
      const next = Buffer.from(JSON.stringify({ v: 'simulator', n: nextToken++, rv: snapshot.version })).toString('base64url')
      snapshots.set(next, { version: snapshot.version, items: rest })
      metadata['continue'] = next
      metadata['remainingItemCount'] = rest.length
    }
    return {
      status: 200,
      body: { apiVersion: apiVersionOf(path.resource), kind: `${path.resource.kind}List`, metadata, items },
    }
  }
}
