/** What an Application renders, so far apart that it can be told what a commit changes: hashes, equal where the manifests are. */
export interface RenderedParts {
  /** Of all that is no Rollout. */
  readonly rest: string
  /** Of each Rollout's whole manifest, by `namespace/name`. */
  readonly rollouts: ReadonlyMap<string, string>
}

/**
 * How far the change of one Rollout reaches within a release: `parts` at N, and after each of its commits. The first that is N still, and
 * the first of the last that are N+1 already, as indices, where nothing but other Rollouts changes outside of these, and none of them
 * within. Undefined where they are the ends, or that does not hold: which version of which Rollout needs which state of anything else is
 * not known.
 */
export function reachOf(parts: readonly (RenderedParts | undefined)[], rollout: string): { good: number; bad: number } | undefined {
  const [first, last] = [parts[0], parts.at(-1)]
  if (!parts.every(Boolean) || goesBackWhole(first, last, rollout)) return undefined
  let [good, bad] = [0, parts.length - 1]
  while (isAlike(parts[good + 1], first, rollout)) good += 1
  while (isAlike(parts[bad - 1], last, rollout)) bad -= 1
  const isMoved = good > 0 || bad < parts.length - 1
  return isMoved && isAllOwn(parts[good], parts[bad], rollout) ? { good, bad } : undefined
}

/** Whether a release is all of one piece by its ends alone, `first` at N: whatever lies between, nothing of it stays. */
export function goesBackWhole(first: RenderedParts | undefined, last: RenderedParts | undefined, rollout: string): boolean {
  return !first || !last || first.rest !== last.rest || isAlike(first, last, rollout)
}

/** Whether nothing differs but the one Rollout. */
export function isAllOwn(one: RenderedParts | undefined, other: RenderedParts | undefined, rollout: string): boolean {
  return one?.rest === other?.rest && othersOf(one, rollout) === othersOf(other, rollout)
}

/** Whether nothing differs. Where either is not told, that is not known, and something may. */
export function isSameParts(one: RenderedParts | undefined, other: RenderedParts | undefined): boolean {
  return one !== undefined && other !== undefined && one.rest === other.rest && othersOf(one, '') === othersOf(other, '')
}

function isAlike(one: RenderedParts | undefined, other: RenderedParts | undefined, rollout: string): boolean {
  return one?.rest === other?.rest && one?.rollouts.get(rollout) === other?.rollouts.get(rollout)
}

function othersOf(parts: RenderedParts | undefined, rollout: string): string {
  const others = [...(parts?.rollouts ?? [])].filter(([name]) => name !== rollout)
  return others
    .map((one) => one.join(' '))
    .sort()
    .join('\n')
}
