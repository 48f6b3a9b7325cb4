import type { Tone } from '../api/words.ts'
import type { ServingState } from '../domain/rollout/serving.ts'

/** A sentence over the board, and how it looks. */
export interface Headline {
  headline: string
  tone: Tone
}

/** What the sentence is made from; see `BoardInput`. */
interface Counted {
  total: number
  fleet: Readonly<Record<ServingState, number>>
  matching: number
  trouble: { matching: number; hidden: number }
  filter: object
  blind: readonly unknown[]
}

/** The whole fleet in one sentence. Where a filter is set, what it leaves, and never without the trouble that it hides. */
export function headlineOf(input: Counted): Headline {
  return Object.values(input.filter).some((value) => value !== undefined) ? filtered(input) : unfiltered(input)
}

function filtered({ matching, trouble, total, blind, fleet }: Counted): Headline {
  const hidden =
    trouble.hidden > 0 ? `; ${trouble.hidden} ${trouble.hidden === 1 ? 'that needs' : 'that need'} a look hidden by the filter` : ''
  if (matching === 0) return { headline: `None of ${total} is like that${hidden}`, tone: trouble.hidden > 0 ? 'warn' : 'unknown' }
  const some = `${matching} of ${total}`
  if (trouble.matching === matching && trouble.matching > 0)
    return { headline: `${some} shown, ${matching === 1 ? 'and it needs' : 'all need'} a look${hidden}`, tone: 'bad' }
  if (trouble.matching > 0) return { headline: `${some} shown, ${needing(trouble.matching)} a look${hidden}`, tone: 'bad' }
  if (trouble.hidden > 0) return { headline: `${some} shown, none needs a look${hidden}`, tone: 'warn' }
  if (blind.length > 0 || fleet.unknown > 0) return { headline: `${some} shown; not everything can be seen`, tone: 'warn' }
  return { headline: `${some} shown, none needs a look`, tone: 'good' }
}

function needing(count: number): string {
  return `${count} ${count === 1 ? 'needs' : 'need'}`
}

function unfiltered({ fleet, total, trouble, blind }: Counted): Headline {
  const wrong = fleet.split + fleet.stuck + fleet.aborting + fleet['first-deploy-failed'] + fleet['invalid-spec']
  const unmet = fleet.undone + fleet['waiting-for-sync']
  if (wrong > 0) {
    const split =
      fleet.split > 0
        ? `${fleet.split} of ${total} split: Git asks for a version that the cluster has given up`
        : `${wrong} of ${total} need a look`
    return { headline: split, tone: 'bad' }
  }
  if (unmet > 0) return { headline: `${unmet} of ${total} not told what Git asks for`, tone: 'warn' }
  if (blind.length > 0 || fleet.unknown > 0) return { headline: 'Not everything can be seen', tone: 'warn' }
  if (total === 0) return { headline: 'No Rollouts seen yet', tone: 'unknown' }
  if (trouble.matching > 0) return { headline: `${trouble.matching} of ${total} in step, and Degraded all the same`, tone: 'bad' }
  if (fleet.rolling > 0) return { headline: `${fleet.rolling} of ${total} rolling, the others in step`, tone: 'moving' }
  return {
    headline: total === 1 ? 'Git and cluster are in step' : `All ${total} in step: the clusters run what Git wants`,
    tone: 'good',
  }
}
