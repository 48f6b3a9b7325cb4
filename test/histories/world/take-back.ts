import { commit } from './commits.ts'
import { isInput } from './manifests.ts'
import type { CommitKind, NewCommit } from './repository.ts'
import type { World } from './world.ts'

/**
 * Puts back what the newest commit of these kinds changed of the app, where nobody has changed it since. `given`: what the commit that does
 * so says, by the subject and the name of that one.
 */
export function takeBack(
  world: World,
  app: string,
  kinds: readonly CommitKind[],
  given: (subject: string, sha: string) => NewCommit,
): void {
  const { repository } = world
  const folder = world.folder(app)
  const head = repository.head()
  const candidates = repository.between(undefined, head).toReversed()
  const target = candidates.find(
    (one) => kinds.includes(repository.kindOf(one) ?? 'others') && repository.changed(one).some((path) => isInput(folder, path)),
  )
  const stored = target === undefined ? undefined : repository.store.commit(target)
  const parent = stored?.parents[0]
  if (target === undefined || parent === undefined) return
  const [now, then, before] = [repository.at(head), repository.at(target), repository.at(parent)]
  const paths = repository.changed(target)
  if (paths.some((path) => now(path) !== then(path))) return
  commit(world, Object.fromEntries(paths.map((path) => [path, before(path) ?? null])), given(stored?.subject ?? '', target))
}
