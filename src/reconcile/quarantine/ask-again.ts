import type { Environment } from '../environment.ts'

const SHORTEST_MS = 2 * 60_000
/** For each branch there is a request at its forge, which takes some thousands in an hour, and most of them are for what fails now. */
const BRANCH_MS = 4_000
/** For each quarantine Git is read. */
const EACH_MS = 300
/** So long the number of them is not counted anew. */
const COUNTED_MS = 60_000

/** After how long, in milliseconds, Git and the forge are asked again where nothing told us to: the more there is to ask, the later. */
export function createAskAgain({ ledger, clock }: Pick<Environment, 'ledger' | 'clock'>): () => number {
  let countedAt = -Infinity
  let againMs = SHORTEST_MS
  return () => {
    if (clock.elapsed() - countedAt < COUNTED_MS) return againMs
    const standing = ledger.quarantines({ standing: true })
    const branches = new Set(standing.map(({ repository, baseBranch }) => `${repository} ${baseBranch}`))
    countedAt = clock.elapsed()
    againMs = Math.max(SHORTEST_MS, branches.size * BRANCH_MS, standing.length * EACH_MS)
    return againMs
  }
}
