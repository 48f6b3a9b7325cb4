import { LIFT_LABEL, type Quarantine } from '../../domain/quarantine/quarantine.ts'
import { pullRequestName } from '../../domain/words/pull-request.ts'
import type { Environment, Journal } from '../environment.ts'
import { revertOf } from '../look/stands-for.ts'
import { createEndedLabels } from './ended-labels.ts'
import type { Heads } from './heads.ts'
import { liftQuarantine } from './lift.ts'

/**
 * Lifts a quarantine where a person has put the label on the revert PR, be it open or not. `since`: see `HeadsReader`.
 * @returns whether it does
 */
export type LiftByLabel = (one: Quarantine, heads: Heads, since: number) => Promise<boolean>

/** See {@link LiftByLabel}. @throws KedgeError E_FORGE_*, E_LEDGER_* */
export function createLiftByLabel(environment: Environment, journal: Journal): LiftByLabel {
  const { ledger } = environment
  const ended = createEndedLabels(environment)

  return async (one, heads, since) => {
    const release = ledger.read('release', one.release)
    const revert = release && revertOf(environment, release)
    if (!revert?.pullRequest || !environment.allowsRepository(revert.repoURL)) return false
    const { number } = revert.pullRequest
    // One that is open is listed anyway.
    const listed = heads.ours.find((open) => open.number === number)
    const labels = listed?.labels ?? (await ended.read(revert.repoURL, number, { since, moves: heads.moves }))
    if (!labels.some((label) => label.toLowerCase() === LIFT_LABEL)) return false
    const pull = pullRequestName(revert.pullRequest)
    const reason = `the label ${LIFT_LABEL} on ${pull}`
    const result = await liftQuarantine(environment, journal, { key: one.key, by: `whoever labelled ${pull}`, reason })
    return result === 'lifted'
  }
}
