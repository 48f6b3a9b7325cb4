import { applicationName, ownershipDoubt } from '../../domain/application/mapping.ts'
import { isSameRepository } from '../../domain/application/repo-url.ts'
import { decide, whyWait, type Decision, type Standing } from '../../domain/decision/decision.ts'
import type { DecisionInput, SourceFacts } from '../../domain/decision/facts.ts'
import { failedBefore, servedBefore } from '../../domain/decision/failed-before.ts'
import { quarantinedBefore } from '../../domain/decision/quarantined-before.ts'
import { isExperiment } from '../../domain/experiment/name.ts'
import { burnOf, burnStateNow } from '../../domain/release/burned.ts'
import { flagsOf } from '../../domain/release/flag-files.ts'
import type { Release } from '../../domain/release/release.ts'
import type { Revert } from '../../domain/revert/revert.ts'
import { replicaSetOf, type ServingState } from '../../domain/rollout/serving.ts'
import { whyHeld } from '../../domain/storm/hold.ts'
import type { Environment } from '../environment.ts'
import { trackedOf, type Look } from '../look/observe.ts'
import { stormOf } from '../storm/storm-of.ts'
import type { Case } from './case.ts'

const HOUR_MS = 3_600_000

/** Calls the one `decide` with all that a case holds, and with how many reverts there are at this moment. */
export function judge(environment: Environment, known: Case, live: DecisionInput['live']): Decision {
  const { look, release, policy, findings } = known
  const { source, found, theirs } = findings
  const { ledger } = environment
  const open = ledger.reverts({ open: true })
  const templates = look.releases.filter((one) => !flagsOf(one))
  // Others may have failed for the same cause since the case was made.
  const present = ledger.read('release', release.key) ?? release
  return decide({
    ...standingOf(environment, known),
    unproven: look.serving.unproven,
    policy,
    live,
    burn: burnNow(environment, look, release),
    ...(isExperiment(release) && { experiment: experimentNow(look, release) }),
    applications: look.applications.map(applicationName),
    ownershipDoubt: ownershipDoubt(look.rollout ?? trackedOf(look), look.applications[0]),
    imageUpdater: look.applications.some((application) => application.imageUpdater),
    repositoryAllowed: source?.repoURL ? environment.allowsRepository(source.repoURL) : false,
    source,
    sameRevert: source?.revertKey ? ledger.read('revert', source.revertKey) : undefined,
    overlapping: source ? (overlapping(open, source) ?? declinedFor(ledger, source)) : undefined,
    foundPullRequest: found,
    theirs,
    held: whyHeld(stormOf(environment, present), present, source),
    mergedReverts: source?.repository
      ? ledger.reverts({ repository: source.repository }).flatMap((revert) => revert.mergeCommit ?? [])
      : [],
    failedBefore: failedBefore(release, templates),
    quarantined: quarantinedBefore(release, ledger.quarantines({ rollout: look.ref, standing: true })),
    servedBefore: servedBefore(release, templates, replicaSetOf(look.observation.replicaSets, release.podTemplateHash ?? undefined)),
    counts: countReverts(environment, known, open),
    now: environment.clock.now(),
  })
}

/** See {@link whyWait}, of a case. */
export function whyWaits(environment: Environment, known: Case): string | undefined {
  return whyWait(standingOf(environment, known))
}

function standingOf(environment: Environment, { look, release }: Case): Standing {
  return {
    release,
    // No Rollout moves by an Experiment, so none is between two versions.
    serving: isExperiment(release) ? 'in-step' : servingNow(look, release),
    fresh: look.view.freshness('rollouts').fresh && environment.applications.freshness('applications').fresh,
  }
}

/** How it stands, by the watch. */
function experimentNow({ experiment }: Look, { uid, attempts }: Release): DecisionInput['experiment'] {
  const isThere = experiment?.uid === uid
  return { isThere, hasFailed: isThere && experiment.phase === 'Failed', isMeasured: (attempts.at(-1)?.evidence.length ?? 0) > 0 }
}

function overlapping(open: readonly Revert[], { revertKey, repository, baseBranch, paths }: SourceFacts): Revert | undefined {
  return open.find(
    (revert) =>
      revert.key !== revertKey &&
      revert.state !== 'closing' &&
      isSameRepository(revert.repository, repository) &&
      revert.baseBranch === baseBranch &&
      revert.paths.some((path) => paths.includes(path)),
  )
}

/** A person's No to a PR that takes the same newest commit out of the same files: told for another Application, it may have another key. */
function declinedFor(ledger: Environment['ledger'], source: SourceFacts): Revert | undefined {
  const newest = source.culprits.at(-1)?.sha
  const declined = ledger
    .reverts({ open: false })
    .filter(({ outcome, culprits }) => outcome === 'declined' && culprits.at(-1)?.sha === newest)
  return newest === undefined ? undefined : overlapping(declined, source)
}

/** Who serves now, seen from this release: the ledger's word may be older than the look, and the Split may be another release's. */
function servingNow({ serving, rollout, observation }: Look, release: Release): ServingState {
  const isBack = serving.state === 'in-step' && rollout?.currentPodHash === release.stableHash
  if (isBack && observation.wish.state === 'undone') return 'undone'
  if (release.cause === 'slo-burn') return serving.state
  if (release.cause === 'undone') return 'unknown'
  return BETWEEN.includes(serving.state) && rollout?.currentPodHash !== release.podTemplateHash ? 'unknown' : serving.state
}

/** What was decided on may have changed since: alerts come and go. */
function burnNow({ alerts }: Environment, { rollout, ref, observation }: Look, release: Release): DecisionInput['burn'] {
  const burn = burnOf(release)
  if (!burn) return undefined
  return {
    ...burn,
    state: burnStateNow(burn, alerts?.of(ref), observation),
    isRun: rollout?.currentPodHash === (burn.flags ? release.stableHash : release.podTemplateHash),
  }
}

/** States of the version that the cluster was told last, which may have been told by hand. */
const BETWEEN: readonly ServingState[] = ['rolling', 'aborting', 'split', 'stuck']

function countReverts(
  { ledger, clock }: Environment,
  { look, release, findings: { source } }: Case,
  allOpen: readonly Revert[],
): DecisionInput['counts'] {
  const others = (reverts: readonly Revert[]): readonly Revert[] =>
    reverts.filter((revert) => revert.key !== source?.revertKey && revert.outcome !== 'withdrawn')
  const open = others(allOpen)
  const recent = others(ledger.reverts({ since: clock.now() - HOUR_MS }))
  const past = look.releases.filter((one) => one.uid === release.uid)
  const same = past.filter((one) => one.templateKey === release.templateKey && one.key !== release.key && one.revertKey !== null)
  return {
    openForRollout: open.filter((revert) => revert.releases.some((key) => past.some((one) => one.key === key))).length,
    openForRepository: open.filter((revert) => isSameRepository(revert.repository, source?.repository)).length,
    openedLastHour: recent.length,
    revertsOfTemplate: new Set(same.map((one) => one.revertKey)).size,
  }
}
