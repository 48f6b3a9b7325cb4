import { LIFT_LABEL, type Quarantine } from '../../domain/quarantine/quarantine.ts'
import type { Revert } from '../../domain/revert/revert.ts'
import { pullRequestName } from '../../domain/words/pull-request.ts'
import type { Environment, Journal } from '../environment.ts'
import { revertOf } from '../loop/stands-for.ts'
import type { Heads } from './heads.ts'
import { liftQuarantine } from './lift.ts'

/** A PR that is open is listed anyway. One that has ended is asked about by itself: when something is told of it, or after this long. */
const ASK_ENDED_MS = 10 * 60_000

/** Lifts a quarantine where a person has put the label on the revert PR, be it open or not. @returns whether it does */
export type LiftByLabel = (one: Quarantine, heads: Heads, isHinted: boolean) => Promise<boolean>

/** See {@link LiftByLabel}. @throws KedgeError E_FORGE_*, E_LEDGER_* */
export function createLiftByLabel(environment: Environment, journal: Journal): LiftByLabel {
  const { ledger, clock, forges } = environment
  const asked = new Map<string, number>()

  async function labelsOf(
    one: Quarantine,
    { state, repoURL }: Revert,
    number: number,
    { heads, isHinted }: Asking,
  ): Promise<readonly string[]> {
    const listed = heads.ours.find((pull) => pull.number === number)
    if (listed) return listed.labels
    const isDue = clock.elapsed() - (asked.get(one.key) ?? -Infinity) >= ASK_ENDED_MS
    if (state === 'ended' && !isHinted && !isDue) return []
    asked.set(one.key, clock.elapsed())
    return (await forges.forRepository(repoURL).get(number)).labels
  }

  return async (one, heads, isHinted) => {
    const release = ledger.read('release', one.release)
    const revert = release && revertOf(environment, release)
    if (!revert?.pullRequest || !environment.allowsRepository(revert.repoURL)) return false
    const { number } = revert.pullRequest
    const labels = await labelsOf(one, revert, number, { heads, isHinted })
    if (!labels.some((label) => label.toLowerCase() === LIFT_LABEL)) return false
    const pull = pullRequestName(revert.pullRequest)
    const reason = `the label ${LIFT_LABEL} on ${pull}`
    const result = await liftQuarantine(environment, journal, { key: one.key, by: `whoever labelled ${pull}`, reason })
    asked.delete(one.key)
    return result === 'lifted'
  }
}

interface Asking {
  heads: Heads
  isHinted: boolean
}
