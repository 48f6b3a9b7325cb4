import type { StepOf } from '../script.ts'
import { overlaysOf, rolloutsIn } from './commits.ts'
import { edit, type Edit } from './edits.ts'
import type { Files, Folder, ReadFile } from './manifests.ts'
import type { World } from './world.ts'

/** What the commit of a release writes: its change, and whatever else is in the same commit. */
export function filesOf(world: World, step: StepOf<'commit'>, change: Edit): Files {
  const folder = world.folder(step.app)
  const there = world.repository.at(world.repository.head())
  let files = changed(folder, there, change, step.also)
  const read: ReadFile = (path) => (path in files ? (files[path] ?? undefined) : there(path))
  const tag = (rollout: string): Edit => ({ change: 'tag', rollout, value: change.value })
  const others = step.both ? rolloutsIn(world, folder).filter((one) => one !== change.rollout) : []
  for (const other of others) files = { ...files, ...edit(folder, read, tag(other)) }
  const overlays = step.everywhere && change.change === 'tag' ? overlaysOf(world, folder) : []
  for (const one of overlays) files = { ...files, ...edit(one, read, change) }
  const beside = step.with === undefined ? undefined : world.folder(step.with)
  if (beside && beside !== folder) files = { ...files, ...edit(beside, read, tag(rolloutsIn(world, beside)[0] ?? '')) }
  return files
}

/** The change, and with it another of the same Rollout. */
function changed(folder: Folder, there: ReadFile, change: Edit, also: StepOf<'commit'>['also']): Files {
  const files = edit(folder, there, change)
  if (also === undefined || also === change.change) return files
  const read: ReadFile = (path) => (path in files ? (files[path] ?? undefined) : there(path))
  return { ...files, ...edit(folder, read, { ...change, change: also, value: change.value + 1_000 }) }
}
