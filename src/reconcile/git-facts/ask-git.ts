import type { CommitSha } from '../../domain/application/commit.ts'
import { sameRevisions } from '../../domain/application/mapping.ts'
import type { SourceFacts } from '../../domain/decision/facts.ts'
import { isExperiment } from '../../domain/experiment/name.ts'
import { flagsOf } from '../../domain/release/flag-files.ts'
import type { Release } from '../../domain/release/release.ts'
import { pullRequestsOf } from '../../domain/revert/former.ts'
import type { Revert } from '../../domain/revert/revert.ts'
import { replicaSetOf } from '../../domain/rollout/serving.ts'
import type { ReplicaSetSnapshot } from '../../domain/rollout/snapshots.ts'
import type { ClusterView } from '../../ports/cluster-view.ts'
import type { Renderer } from '../../ports/renderer.ts'
import type { Environment } from '../environment.ts'
import type { Look } from '../look/observe.ts'
import { gatherExperiment } from './experiments/experiment-facts.ts'
import { gatherFlags } from './flags/flag-facts.ts'
import type { SourceQuestion } from './question/question.ts'
import { openRenderings } from './question/renderings.ts'
import { gatherSource } from './source-facts.ts'

/** What the delivery of a revert knows besides. */
export interface Given {
  /** The revert's commit, once its branch is pushed. */
  readonly pushed?: CommitSha | undefined
  /** Who renders has not answered the delivery for two minutes. */
  readonly isLate?: boolean
  /** See `SourceQuestion.goesByFiles`. */
  readonly goesByFiles?: boolean
  /** See `SourceQuestion.wasAway`. */
  readonly wasAway?: () => boolean
  /** Who renders, where not everything that it says is taken as it is. */
  readonly renderer?: Renderer
}

/**
 * What Git says about a release, seen from a look, and of its revert once that is pushed; null where no one Application says which
 * repository to ask. @throws KedgeError E_GIT_*, E_CLUSTER_*, E_RENDERER_*
 */
export async function askGit(environment: Environment, look: Look, release: Release, given: Given = {}): Promise<SourceFacts | null> {
  const question = questionOf(environment, look, release, given)
  if (!question) return null
  const gather = isExperiment(release) ? gatherExperiment : flagsOf(release) ? gatherFlags : gatherSource
  return gather(question)
}

/** What is asked of Git about a release, see {@link askGit}; null where no one Application says which repository to ask. */
export function questionOf(environment: Environment, look: Look, release: Release, given: Given): SourceQuestion | null {
  const [application] = look.applications
  if (!application || look.applications.length !== 1) return null
  const { replicaSets, past } = look.observation
  const stable = replicaSetOf(replicaSets, release.stableHash)
  const remembered = release.stableHash === null ? undefined : look.observation.version(release.stableHash)
  const isFlags = flagsOf(release) !== undefined
  const renderer = given.renderer ?? environment.renderer
  return {
    repositories: environment.repositories,
    application,
    applications: environment.applications.applications(),
    renderings: openRenderings({ renderer, templates: look.view, application, release }),
    pushed: given.pushed,
    isLate: given.isLate === true,
    release,
    replicaSets,
    failing: isFlags ? stable : replicaSetOf(replicaSets, release.podTemplateHash),
    stable,
    madeByHand: remembered?.byHand === true,
    workloadRef: look.rollout?.workloadRef,
    seenAsAsked: remembered?.stay !== undefined && remembered.stay === stable?.rolloutRevision,
    others: past,
    opened: openedFor(environment, release, past),
    goesByFiles: given.goesByFiles === true,
    wasAway: given.wasAway ?? (() => false),
    stableOf: (name) => stableOf(look.view, name),
    digest: environment.digest,
    commitsFor: environment.commitsFor,
    revertOf: (key) => environment.ledger.read('revert', key),
    spellingsOf: (repository) => [...new Set(environment.ledger.reverts({ repository }).map((revert) => revert.repository))],
    renderer,
    clock: environment.clock,
  }
}

/** A release that is tried again has another key; one whose template comes back with another commit is another release. */
function openedFor({ ledger }: Environment, release: Release, past: readonly Release[]): readonly Revert[] {
  const isTry = ({ uid, templateKey, applied }: Release): boolean =>
    uid === release.uid && templateKey === release.templateKey && sameRevisions(applied?.revisions ?? [], release.applied?.revisions ?? [])
  const tries = past.filter(isTry).map(({ key }) => key)
  const keys = new Set([release.key, ...tries])
  return ledger
    .reverts({})
    .filter((revert) => pullRequestsOf(revert).length > 0)
    .filter(({ releases }) => releases.some((key) => keys.has(key)))
}

function stableOf(view: ClusterView, name: string): ReplicaSetSnapshot | undefined {
  const [namespace = '', rollout = ''] = name.split('/')
  const found = view.rollout(namespace, rollout)
  return found && replicaSetOf(view.replicaSets(found.uid), found.stableRS)
}
