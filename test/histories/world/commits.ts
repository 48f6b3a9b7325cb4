import type { Files, Folder } from './manifests.ts'
import type { NewCommit } from './repository.ts'
import type { World } from './world.ts'

/** Commits what differs from what is there, and tells of it. @returns whether anything did: nothing at all is no commit */
export function commit(world: World, files: Files, given: NewCommit): boolean {
  const { repository } = world
  const read = repository.at(repository.head())
  const changed = Object.fromEntries(Object.entries(files).filter(([path, text]) => (read(path) ?? null) !== text))
  if (Object.keys(changed).length === 0) return false
  repository.commit(changed, given)
  world.pushed()
  return true
}

/** Those that Git asks for now. */
export function rolloutsIn({ repository }: World, folder: Folder): readonly string[] {
  const rendered = repository.rendered(folder, repository.head())
  return folder.rollouts.filter((name) => rendered?.rollouts.has(name))
}

/** The same folder with other overlays. */
export function overlaysOf(world: World, folder: Folder): readonly Folder[] {
  const all = world.applications.map((application) => application.folder)
  return all.filter(({ name, overlay }, index) => {
    const isOther = name === folder.name && overlay !== folder.overlay
    return isOther && all.findIndex((one) => one.name === name && one.overlay === overlay) === index
  })
}
