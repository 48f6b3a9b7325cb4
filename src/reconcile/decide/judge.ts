import { applicationName, ownershipDoubt } from '../../domain/application/mapping.ts'
import { decide, type Decision } from '../../domain/decision/decision.ts'
import type { DecisionInput, SourceFacts } from '../../domain/decision/facts.ts'
import { DEFAULT_POLICY, type Policy } from '../../domain/policy/policy.ts'
import type { Release } from '../../domain/release/release.ts'
import type { Revert } from '../../domain/revert/revert.ts'
import { replicaSetOf, type ServingState } from '../../domain/rollout/serving.ts'
import type { PullRequest } from '../../ports/forge.ts'
import type { Environment } from '../environment.ts'
import { gatherSource } from '../git-facts/source-facts.ts'
import type { Look } from '../loop/observe.ts'

const HOUR_MS = 3_600_000

/** All that is known about one failed release once Git and the forge were asked. */
export interface Findings {
  source: SourceFacts | null
  found: PullRequest | undefined
  live: DecisionInput['live']
}

/** Asks Git, and for a revert that may already be there, the forge. @throws KedgeError E_GIT_*, E_FORGE_* for faults */
export async function investigate(environment: Environment, look: Look, release: Release): Promise<Findings> {
  const [application] = look.applications
  if (!application || look.applications.length !== 1) return { source: null, found: undefined, live: 'unasked' }
  const source = await gatherSource({
    repositories: environment.repositories,
    application,
    applications: environment.applications.applications(),
    release,
    stable: replicaSetOf(look.observation.replicaSets, release.stableHash ?? undefined),
    madeByHand: release.stableHash !== null && look.observation.version(release.stableHash)?.byHand === true,
    others: look.observation.past,
    digest: environment.digest,
  })
  return { source, found: await findPullRequest(environment, source), live: 'unasked' }
}

/** A PR for this very revert that the ledger does not know: after the ledger was lost, the forge is the last truth. */
async function findPullRequest(environment: Environment, source: SourceFacts): Promise<PullRequest | undefined> {
  if (!source.branch || !source.repoURL || !source.revertKey) return undefined
  if (environment.ledger.read('revert', source.revertKey) || !environment.allowsRepository(source.repoURL)) return undefined
  const [newest] = await environment.forges.forRepository(source.repoURL).findByBranch(source.branch)
  return newest
}

/** Reads the Rollout past the cache, once everything else holds: the last look before anything is written outside. */
export async function confirmLive(look: Look): Promise<'same' | 'moved'> {
  const { rollout, view, ref } = look
  const live = await view.reread(ref.namespace, ref.name)
  if (!rollout || !live) return 'moved'
  const same =
    live.uid === rollout.uid &&
    live.observed &&
    live.abort === rollout.abort &&
    live.abortedAt === rollout.abortedAt &&
    live.currentPodHash === rollout.currentPodHash &&
    live.stableRS === rollout.stableRS
  return same ? 'same' : 'moved'
}

/** For a Rollout that is gone: people are told that it is, nothing is opened. */
const GONE_POLICY: Policy = { ...DEFAULT_POLICY, mode: 'notify' }

/** The policy for what is looked at. */
export function policyOf(environment: Environment, look: Look): Policy {
  return look.rollout ? environment.policyFor(look.rollout, look.applications[0], environment.clock.now()) : GONE_POLICY
}

/** Calls the one `decide` with everything that is known. */
export function judge(
  environment: Environment,
  look: Look,
  release: Release,
  { policy, findings }: { findings: Findings; policy: Policy },
): Decision {
  const { source, found, live } = findings
  const present = { ...release, serving: servingNow(look, release) }
  const sameRevert = source?.revertKey ? environment.ledger.read('revert', source.revertKey) : undefined
  return decide({
    release: present,
    policy,
    fresh: look.view.freshness().fresh && environment.applications.freshness().fresh,
    live,
    applications: look.applications.map(applicationName),
    ownershipDoubt: ownershipDoubt(look.rollout, look.applications[0]),
    imageUpdater: look.applications.some((application) => application.imageUpdater),
    repositoryAllowed: source?.repoURL ? environment.allowsRepository(source.repoURL) : false,
    source,
    sameRevert,
    foundPullRequest: found?.state,
    mergedReverts: source?.repository
      ? environment.ledger.reverts({ repository: source.repository }).flatMap((revert) => revert.mergeCommit ?? [])
      : [],
    counts: countReverts(environment, release, source),
    now: environment.clock.now(),
  })
}

/** Who serves now, seen from this release: the ledger's word may be older than the look, and the Split may be another release's. */
function servingNow({ serving, rollout }: Look, release: Release): ServingState {
  return serving.state === 'split' && rollout?.currentPodHash !== release.podTemplateHash ? 'unknown' : serving.state
}

function countReverts(environment: Environment, release: Release, source: SourceFacts | null): DecisionInput['counts'] {
  const now = environment.clock.now()
  const others = (reverts: readonly Revert[]): readonly Revert[] =>
    reverts.filter((revert) => revert.key !== source?.revertKey && revert.outcome !== 'withdrawn')
  const open = others(environment.ledger.reverts({ open: true }))
  const recent = others(environment.ledger.reverts({ since: now - HOUR_MS }))
  const past = environment.ledger
    .releasesOf({ cluster: release.cluster, namespace: release.namespace, name: release.rollout })
    .filter((one) => one.uid === release.uid)
  const same = past.filter((one) => one.templateKey === release.templateKey && one.key !== release.key && one.revertKey !== null)
  return {
    openForRollout: open.filter((revert) => revert.releases.some((key) => past.some((one) => one.key === key))).length,
    openForRepository: open.filter((revert) => revert.repository === source?.repository).length,
    openedLastHour: recent.length,
    revertsOfTemplate: same.length,
  }
}
