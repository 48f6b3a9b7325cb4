import { plainText } from '../words/plain-text.ts'
import { selects, type Labels, type MigratingDeployment, type MigratingRollout } from './migration.ts'

/** A Deployment whose pods are there beside those of a Rollout. */
export interface BesideDeployment {
  name: string
  /** Pods that are available. */
  available: number
  /**
   * `refers`: the Rollout takes its template from it. `selector`: the selector of one matches the pods of the other. `name`: it has the
   * Rollout's name alone.
   */
  how: 'refers' | 'selector' | 'name'
}

/** The Deployments beside a Rollout, or why that is not known. */
export interface Beside {
  items: readonly BesideDeployment[]
  /** Null where it is known. */
  fault: string | null
}

/** What of a Rollout says which Deployments are beside it. */
export interface BesideRollout {
  name: string
  /** Undefined where there is no such Rollout. */
  rollout: Pick<MigratingRollout, 'selector' | 'labels' | 'refersTo'> | undefined
}

/** What a memory has of the Deployments beside all Rollouts of a cluster. */
export interface BesideKnown {
  /** When it was read, epoch ms; null where it never was, or so long ago that it says nothing of now. */
  asOf: number | null
  /** Why the last read told less than all; null where it did not, or there was none yet. */
  fault: string | null
  /** Those beside one Rollout, what is nearest first, the first few; undefined where that is not known. */
  of: (rollout: { namespace: string; uid: string }) => readonly BesideDeployment[] | undefined
}

/** The same of one Rollout, in a list of many. Absent where it is not known, or not asked for. */
export interface MaybeBeside {
  /** The names of Deployments that serve beside it, the first few, and when that was read, epoch ms. */
  servesBeside?: { deployments: readonly string[]; asOf: number } | undefined
}

/** What a row of many Rollouts says where a Deployment serves beside one; undefined where none does, or that is not known. Pure. */
export function besideNote({ servesBeside }: MaybeBeside): string | undefined {
  const count = servesBeside?.deployments.length ?? 0
  return count === 0 ? undefined : count === 1 ? 'Deployment serves beside' : `${count} Deployments serve beside`
}

const RANK = { refers: 0, selector: 1, name: 2 } as const

/** The Deployments with pods beside a Rollout, what is nearest first. One that is scaled down is beside nothing. Pure. */
export function deploymentsBeside({
  name,
  rollout,
  deployments,
}: BesideRollout & { deployments: readonly MigratingDeployment[] }): BesideDeployment[] {
  const how = (one: MigratingDeployment): BesideDeployment['how'] | undefined => {
    if (rollout?.refersTo?.name === one.name) return 'refers'
    const isAlike = rollout !== undefined && (selects(rollout.selector, one.labels) || selects(one.selector, rollout.labels))
    return isAlike ? 'selector' : one.name === name ? 'name' : undefined
  }
  return deployments
    .filter(({ available }) => available > 0)
    .flatMap((one) => {
      const relation = how(one)
      return relation ? [{ name: one.name, available: one.available, how: relation }] : []
    })
    .toSorted((a, b) => RANK[a.how] - RANK[b.how] || (a.name < b.name ? -1 : 1))
}

/** More than these are not held against one Rollout where all of a namespace are looked through at once. */
const MOST_CANDIDATES = 200

/**
 * The same for many Rollouts of one namespace: who asks it of each gets what `deploymentsBeside` answers over all of them, without a look
 * at every pair. Pure.
 */
export function besideIn(deployments: readonly MigratingDeployment[]): (rollout: BesideRollout) => BesideDeployment[] {
  const byName = new Map(deployments.map((one) => [one.name, one]))
  const withPods = deployments.filter(({ available }) => available > 0)
  const byLabel = groupBy(withPods, ({ labels }) => pairs(labels))
  const wanting = groupBy(withPods, ({ selector = {} }) => pairs(selector))
  // A selector wants all of its pairs: where the rarest is not met, none of the others helps.
  const bySelector = groupBy(withPods, ({ selector = {} }) => {
    const [rarest] = pairs(selector).toSorted((a, b) => (wanting.get(a)?.length ?? 0) - (wanting.get(b)?.length ?? 0))
    return rarest === undefined ? [] : [rarest]
  })

  return ({ name, rollout }) => {
    const named = [name, rollout?.refersTo?.name].flatMap((one) => byName.get(one ?? '') ?? [])
    const wanted = pairs(rollout?.selector ?? {}).map((pair) => byLabel.get(pair) ?? [])
    const [selected = []] = wanted.toSorted((a, b) => a.length - b.length)
    const selecting = pairs(rollout?.labels ?? {}).flatMap((pair) => bySelector.get(pair) ?? [])
    const candidates = new Set([...named, ...selected.slice(0, MOST_CANDIDATES), ...selecting.slice(0, MOST_CANDIDATES)])
    return deploymentsBeside({ name, rollout, deployments: [...candidates] })
  }
}

function pairs(labels: Labels): string[] {
  return Object.entries(labels).map(([key, value]) => `${key}=${value}`)
}

function groupBy(deployments: readonly MigratingDeployment[], keysOf: (one: MigratingDeployment) => readonly string[]) {
  const groups = new Map<string, MigratingDeployment[]>()
  for (const one of deployments) {
    for (const key of keysOf(one)) {
      const group = groups.get(key)
      if (group) group.push(one)
      else groups.set(key, [one])
    }
  }
  return groups
}

/** What is beside a Rollout, a line each; empty where nothing is. */
export function besideWords({ items, fault }: Beside): readonly string[] {
  if (fault !== null) return [plainText(`Whether a Deployment serves beside it is not known: ${fault}`, 300)]
  return items.slice(0, 5).map(({ name, available, how }) => {
    const pods = available === 1 ? '1 available pod' : `${available} available pods`
    return plainText(`Deployment ${name} ${WORDS[how]}, with ${pods}`, 300)
  })
}

const WORDS = {
  refers: 'serves beside it: the one whose template it takes',
  selector: 'serves beside it: one of the two selects the pods of the other',
  name: 'of the same name is beside it',
} as const
