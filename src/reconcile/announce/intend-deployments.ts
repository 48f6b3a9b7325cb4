import { deploymentState, deploymentWords } from '../../domain/announce/deployment.ts'
import { flagsOf } from '../../domain/release/flag-files.ts'
import type { Release } from '../../domain/release/release.ts'
import type { LedgerEntry } from '../../ports/ledger.ts'
import type { Environment, Journal } from '../environment.ts'
import { revertOf } from '../look/stands-for.ts'
import { intend } from '../outbox/intent.ts'

/** The same journal: whatever changes what a release's deployment is to say is written with the intent to say it, in one transaction. */
export function deploying(environment: Environment, journal: Journal): Journal {
  return {
    commit: (entries) =>
      journal.commit(() => {
        const written = entries()
        return [...written, ...deploymentsFor(environment, written)]
      }),
  }
}

/** The last word on each release counts. One that nobody has begun with yet says what is so by then. */
function deploymentsFor(environment: Environment, written: readonly LedgerEntry[]): readonly LedgerEntry[] {
  const { ledger, clock } = environment
  const latest = new Map(written.flatMap(({ kind, key, document }) => (kind === 'release' ? [[key, document] as const] : [])))
  return [...latest.values()].flatMap((release) => {
    if (!isToBeShown(environment, release) || wordsOf(environment, release) === wordsBefore(environment, release)) return []
    const isAsked = ledger
      .pendingEffects()
      .some(({ action, attempts }) => action.type === 'show-deployment' && action.releaseKey === release.key && attempts === 0)
    const now = clock.now()
    return isAsked ? [] : [intend(`deployment|${release.key}|${now}`, { type: 'show-deployment', releaseKey: release.key }, now)]
  })
}

/** As the policy said at the last look. When it is written, what it says then counts. One that is over is not begun with. */
function isToBeShown({ clock }: Environment, release: Release): boolean {
  const { policy, outcome, deployment } = release
  // No version is deployed by flags.
  if (flagsOf(release)) return false
  if (policy?.deployments === undefined || policy.mode === 'observe' || (policy.mutedUntil ?? 0) > clock.now()) return false
  return deployment !== undefined || (outcome !== 'gone' && outcome !== 'superseded')
}

function wordsBefore(environment: Environment, { key }: Release): string | undefined {
  const before = environment.ledger.read('release', key)
  return before && isToBeShown(environment, before) ? wordsOf(environment, before) : undefined
}

/** All that is said of it: where it is the same, there is nothing new to say. */
function wordsOf(environment: Environment, release: Release): string | undefined {
  const state = deploymentState(release)
  return state && `${state}\n${deploymentWords({ release, revert: revertOf(environment, release) })}`
}
