import type { RecordedEvent } from './recording.ts'

/** The recorded cluster as it is at a time. It goes on whether Kedge is told or not: what a relist would show. */
export interface RecordedWorld {
  /** Lets everything happen up to this time (epoch ms). Never goes back. */
  moveTo(at: number): void
  objects(): Iterable<Record<string, unknown>>
  /** Every repository that an Application has named so far. */
  repoURLs(): Iterable<string>
}

/** See {@link RecordedWorld}. `events` in the order of their times. */
export function createRecordedWorld(events: readonly RecordedEvent[]): RecordedWorld {
  const objects = new Map<string, Record<string, unknown>>()
  const repoURLs = new Set<string>()
  let next = 0

  function happen({ type, object }: RecordedEvent): void {
    if (type === 'DELETED') objects.delete(uidOf(object))
    else objects.set(uidOf(object), object)
    for (const url of repoURLsOf(object)) repoURLs.add(url)
  }

  return {
    moveTo(at) {
      for (let event = events[next]; event !== undefined && event.at <= at; event = events[next]) {
        happen(event)
        next += 1
      }
    },
    objects: () => objects.values(),
    repoURLs: () => repoURLs,
  }
}

function uidOf(object: Record<string, unknown>): string {
  const metadata = object['metadata']
  return typeof metadata === 'object' && metadata !== null && 'uid' in metadata ? String(metadata.uid) : ''
}

/** Every `repoURL` that an Application names: a webhook of that repository would have told of its pushes. */
function repoURLsOf(object: Record<string, unknown>): readonly string[] {
  if (object['kind'] !== 'Application') return []
  const found: string[] = []
  JSON.stringify(object['spec'] ?? {}, (key, value: unknown) => {
    if (key === 'repoURL' && typeof value === 'string') found.push(value)
    return value
  })
  return found
}
