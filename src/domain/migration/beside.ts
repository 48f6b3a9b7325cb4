import { plainText } from '../words/plain-text.ts'
import { selects, type MigratingDeployment, type Migration } from './migration.ts'

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

const RANK = { refers: 0, selector: 1, name: 2 } as const

/** The Deployments with pods beside a Rollout, what is nearest first. One that is scaled down is beside nothing. Pure. */
export function deploymentsBeside({ name, rollout, deployments }: Pick<Migration, 'name' | 'rollout' | 'deployments'>): BesideDeployment[] {
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
