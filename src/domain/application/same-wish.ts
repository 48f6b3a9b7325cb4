import type { ApplicationSnapshot } from './snapshots.ts'

/**
 * Whether two looks at an Application show the same object that asks for the same: where from, where to, what was synced last, and what
 * people set there for Kedge, be it by label (`policy.rules`). Health, comparisons and syncs of the same commit move all the time and say
 * nothing of that.
 */
export function isSameWish(one: ApplicationSnapshot, other: ApplicationSnapshot): boolean {
  return one.resourceVersion === other.resourceVersion || JSON.stringify(wishOf(one)) === JSON.stringify(wishOf(other))
}

function wishOf(application: ApplicationSnapshot): unknown {
  const { uid, project, deleting, destinationServer, destinationName, destinationNamespace } = application
  const { sources, hydrator, manifestGeneratePaths, operation, history } = application
  const newest = history.reduce<ApplicationSnapshot['history'][number] | undefined>(
    (last, entry) => (last && last.id > entry.id ? last : entry),
    undefined,
  )
  const applied = operation?.revisions.length === 0 ? operation.requested : operation?.revisions
  return [
    [uid, project, deleting, destinationServer, destinationName, destinationNamespace],
    [sources, hydrator, manifestGeneratePaths, sorted(application.settings), sorted(application.labels)],
    [applied, newest?.revisions, newest?.sources],
  ]
}

function sorted(values: Readonly<Record<string, string>>): readonly [string, string][] {
  return Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1))
}
