import type { World } from '../world/world.ts'
import type { FailureFacts } from './facts.ts'

type Reverted = Readonly<Record<'base' | 'commit', string>> & { readonly culprits: readonly string[] }

/** What a revert may leave of a release: what is another Rollout's alone, and what came of others' commits since N. */
const PARTS = ['template', 'steps', 'other objects: analysis', 'other objects: config'] as const

/** A part of the release that a PR leaves as it is, though no commit of others has made it so; or a commit of it that stays. */
export function remainsOf(world: World, { base, commit, culprits }: Reverted, facts: FailureFacts): string | undefined {
  const { before, began, application, rollout, failure } = facts
  if (!before || !began) return undefined
  const { repository } = world
  const isCulprit = (sha: string): boolean => culprits.includes(sha)
  const changes = (sha: string, part: number): boolean => {
    const [parent = ''] = repository.store.commit(sha)?.parents ?? []
    return partsAt(world, facts, sha)[part] !== partsAt(world, facts, parent)[part]
  }
  // What was synced after N+1 had begun is of others, and may stay.
  const between = repository.between(before.revision, began.revision)
  const first = between.findIndex(isCulprit)
  const since = first < 0 ? [] : between.slice(first)
  const then = partsAt(world, facts, before.revision)
  const failed = partsAt(world, facts, began.revision)
  const made = partsAt(world, facts, commit)
  // What was changed and taken back again is as it was, whosever commits they are, and whatever others have made of it since.
  const isBrought = (part: number): boolean => failed[part] !== then[part] || culprits.some((sha) => changes(sha, part))
  const isLeft = (part: number): boolean => isBrought(part) && made[part] !== then[part]
  const left = since.find((sha) => !isCulprit(sha) && PARTS.some((_, part) => isLeft(part) && changes(sha, part)))
  if (left !== undefined) return `the commit “${repository.store.commit(left)?.subject ?? left}”`
  // Where the branch was pushed by force, what N was synced with may be off it by no commit at all, and no PR is asked to bring it back.
  if (!repository.store.reachable(base).has(before.revision)) return undefined
  // What leads is a part of the release as well, but for what was there when N was brought back.
  const bringsN = application.applied.filter(({ at, keys }) => at <= failure.from && keys.get(rollout.owner.name) === failure.stable)
  const back = between.findLastIndex((sha) => bringsN.some(({ revision }) => revision === sha))
  const part = between.slice(back + 1)
  const others = repository.between(before.revision, base).filter((sha) => !isCulprit(sha) && !part.includes(sha))
  return PARTS.find((_, part) => made[part] !== then[part] && !others.some((sha) => changes(sha, part)))
}

function partsAt(world: World, { application, rollout }: FailureFacts, commit: string): readonly unknown[] {
  const rendered = world.repository.rendered(application.folder, commit)
  const own = rendered?.rollouts.get(rollout.owner.name)
  return [own?.key, own?.steps, rendered?.analysis, rendered?.config]
}
