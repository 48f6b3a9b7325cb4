import { formatDuration } from '../api/format.ts'
import { plainText } from '../domain/words/plain-text.ts'

/** How one cluster's memory of the Deployments beside its Rollouts stands. */
export interface BesideStanding {
  cluster: string
  /** When it was read, epoch ms; null where it is not known yet. */
  asOf: number | null
  /** Why not all is known; null where it is. */
  fault: string | null
}

/** More lines are of no use to anybody. */
const MOST_LINES = 5

/** What the board says below its rows: of when what it says of Deployments is, and where it does not know. `now`: epoch ms. */
export function besideLines(standing: readonly BesideStanding[], isMarked: boolean, now: number): readonly string[] {
  const unknown = standing.flatMap(({ cluster, fault }) =>
    fault === null ? [] : [plainText(`${cluster}: which Deployments serve beside a Rollout is not all known: ${fault}`, 300)],
  )
  const oldest = Math.min(...standing.flatMap(({ asOf }) => asOf ?? []))
  const age = isMarked && Number.isFinite(oldest) ? [`Deployments were looked at ${formatDuration(now - oldest)} ago.`] : []
  return [...age, ...unknown.slice(0, MOST_LINES)]
}
