import { isUnanswered, notRendered } from '../../domain/application/rendered.ts'
import type { DecisionInput, SourceFacts } from '../../domain/decision/facts.ts'
import { mayGoByFiles, rendererAway, wasLetIn } from '../../domain/decision/renderer-away.ts'
import { KedgeError } from '../../domain/errors.ts'
import { isExperiment } from '../../domain/experiment/name.ts'
import { lineThatAllows } from '../../domain/policy/look-into-git.ts'
import { DEFAULT_POLICY, type Policy } from '../../domain/policy/policy.ts'
import type { KeptPolicy, Release } from '../../domain/release/release.ts'
import { closingMarker } from '../../domain/revert/keys.ts'
import type { Revert } from '../../domain/revert/revert.ts'
import type { PullRequestFacts } from '../../domain/revert/steps.ts'
import type { RolloutRef } from '../../domain/rollout/snapshots.ts'
import { plainText } from '../../domain/words/plain-text.ts'
import type { ClusterView } from '../../ports/cluster-view.ts'
import type { Forge } from '../../ports/forge.ts'
import type { Renderer } from '../../ports/renderer.ts'
import type { Environment } from '../environment.ts'
import { askGit, type Given } from '../git-facts/ask-git.ts'
import { refusedSource } from '../git-facts/question/put-together.ts'
import { insistOnAccess, isRendererFault } from '../git-facts/question/renderings.ts'
import { isTold } from '../git-facts/syncs/told-by-content.ts'
import { lookAt, type Look } from '../look/observe.ts'
import { liveRevertOf, revertOf } from '../look/stands-for.ts'
import { findTheirs } from './their-pull-request.ts'

/** One pass over one Rollout: what is seen, and the policy for it. Made once, and handed on as it is. */
export interface Pass {
  readonly look: Look
  readonly policy: Policy
}

/** All that a pass knows about one of the releases, once everybody was asked. What is decided on; made once, and never changed. */
export interface Case extends Pass {
  readonly release: Release
  /** The revert that stands for the release. */
  readonly revert: Revert | undefined
  readonly findings: Findings
}

/** What Git and the forge have answered. */
export interface Findings {
  readonly source: SourceFacts | null
  /** A PR that the forge has for this very revert and the ledger does not know: after the ledger was lost, the forge is the last truth. */
  readonly found: DecisionInput['foundPullRequest']
  /** A person's open PR that restores the same files. */
  readonly theirs: DecisionInput['theirs']
  /** The PR of the revert that stands for the release. */
  readonly pullRequest: PullRequestFacts | undefined
  /** Why they could not be asked; the question is repeated. */
  readonly fault: KedgeError | undefined
}

/** Which repository it is, the Application says. */
function notAllowed({ applications }: Look): string {
  const line = lineThatAllows(applications[0]?.sources.find(({ chart }) => chart === undefined)?.repoURL)
  return `the admin's allow list does not name this repository, so Kedge has not looked into it. This line lets it: ${line}`
}

/** Reads what the views and the ledger know of a Rollout, and resolves its policy. */
export function beginPass(environment: Environment, view: ClusterView, ref: RolloutRef): Pass {
  const look = lookAt(environment, view, ref)
  const { rollout, experiment, applications } = look
  const subject = rollout ?? (experiment?.own && { ...ref, ...experiment.own })
  return {
    look,
    policy: subject
      ? { ...environment.policyFor(subject, applications[0], environment.clock.now()), ...keptOfUnseen(environment, look.releases) }
      : keptPolicy(environment, look.releases),
  }
}

/** Whether the Applications were listed since the start: what annotations on them say is known from then on. */
export function hasSeenApplications({ applications }: Pick<Environment, 'applications'>): boolean {
  return applications.freshness('applications').fresh || !applications.applications()[Symbol.iterator]().next().done
}

/** After a start, Argo CD's cluster may be seen last: until then, what was said of telling people before holds. */
function keptOfUnseen(environment: Environment, releases: readonly Release[]): Partial<Policy> {
  const kept = hasSeenApplications(environment) ? undefined : releases.find(({ policy }) => policy !== undefined)?.policy
  if (!kept) return {}
  const { mode, channel, alsoTell = [], mutedUntil } = kept
  return { mode, channel: channel ?? undefined, alsoTell, ...announcedAsKept(kept), mutedUntil: mutedUntil ?? undefined }
}

function announcedAsKept(kept: KeptPolicy | undefined): Pick<Policy, 'announce' | 'deploymentEnvironment'> {
  const { announce = [], deployments } = kept ?? {}
  return {
    announce: deployments === undefined ? announce : [...announce, 'deployment'],
    deploymentEnvironment: deployments ?? DEFAULT_POLICY.deploymentEnvironment,
  }
}

/**
 * For a Rollout that is gone: what its policy last said of telling people, as its releases (newest first) have kept it; nothing is opened.
 * Those of before had nothing to keep: they are told of where they were, or were to be.
 */
export function keptPolicy({ ledger }: Pick<Environment, 'ledger'>, releases: readonly Release[]): Policy {
  const unfinished = releases.filter((release) => release.state !== 'ended' || liveRevertOf({ ledger }, release))
  const kept = [...unfinished, ...releases].find(({ policy }) => policy !== undefined)?.policy
  const told = releases.map(({ key }) => ledger.read('card', key)?.channel).find((channel) => channel !== undefined)
  return {
    ...DEFAULT_POLICY,
    mode: kept?.mode === 'observe' ? 'observe' : 'notify',
    channel: kept ? (kept.channel ?? undefined) : (told ?? waitingFor(ledger, releases)),
    alsoTell: kept?.alsoTell ?? [],
    ...announcedAsKept(kept),
    mutedUntil: kept?.mutedUntil ?? undefined,
  }
}

/** The channel that a card of one of these releases waits for. */
function waitingFor(ledger: Environment['ledger'], releases: readonly Release[]): string | undefined {
  const actions = ledger.pendingEffects().map(({ action }) => action)
  return actions.flatMap((action) =>
    action.type === 'publish-card' && !action.also && releases.some(({ key }) => key === action.releaseKey) ? [action.channel] : [],
  )[0]
}

/** The same pass with what is seen and remembered by now: in the ledger's turn, others may have written since it began. */
export function lookAgain(environment: Environment, { look, policy }: Pass): Pass {
  return { look: lookAt(environment, look.view, look.ref), policy }
}

/** Asks Git and the forge about a release. A Git or a forge that cannot be asked is an answer, too: people do not wait for it. */
export async function makeCase(environment: Environment, { look, policy }: Pass, release: Release, given: Given = {}): Promise<Case> {
  const revert = revertOf(environment, release)
  return { look, policy, release, revert, findings: await ask(environment, { look, policy }, { release, revert, given }) }
}

interface Asked {
  readonly release: Release
  readonly revert: Revert | undefined
  readonly given: Given
}

async function ask(environment: Environment, pass: Pass, asked: Asked): Promise<Findings> {
  const { revert } = asked
  try {
    const source = await askPatiently(environment, pass, asked)
    const found = await findPullRequest(environment, source)
    const theirs = pass.policy.mode === 'pr' ? await theirsOf(environment, source, { revert, found }) : undefined
    const pullRequest = revert && mayMove(revert, asked.release) ? await askForge(environment, revert) : undefined
    return { source, found, theirs, pullRequest, fault: undefined }
  } catch (error) {
    if (!(error instanceof KedgeError)) throw error
    const nothing = { found: undefined, theirs: undefined, pullRequest: undefined }
    if (error.code === 'E_REPOSITORY_NOT_ALLOWED')
      return { ...nothing, source: refusedSource('P3', notAllowed(pass.look)), fault: undefined }
    if (isRendererFault(error)) {
      const refused = error.code === 'E_RENDERER_REFUSED' ? error.what : undefined
      return { ...nothing, source: refusedSource('P4', rendererAway(pass.policy, refused, isExperiment(asked.release))), fault: error }
    }
    if (error.code === 'E_GIT_MALFORMED')
      return { ...nothing, source: refusedSource('P4', `Git cannot be believed here: ${plainText(error.what, 400)}.`), fault: error }
    return { ...nothing, source: refusedSource('P3', `Git or the forge could not be asked (${error.code}).`), fault: error }
  }
}

/**
 * What Git says; once who renders has been away for too long, what it cannot be asked is left to the files. So it is for what was opened by
 * files.
 */
async function askPatiently(
  environment: Environment,
  { look, policy }: Pass,
  { release, revert, given: { pushed, isLate: wasLate = false } }: Asked,
): Promise<SourceFacts | null> {
  const { clock } = environment
  const wasRendered = revert?.provenBy === 'rendering' || [release, ...look.releases].some(isTold)
  const hadAccess = wasRendered || (isExperiment(release) && release.decision !== null && wasLetIn(release.decision))
  const renderer = hadAccess ? insistOnAccess(environment.renderer) : environment.renderer
  const isLate =
    (wasLate && policy.proof === 'any') ||
    mayGoByFiles(policy, release.decision, clock.now()) ||
    (policy.proof === 'any' && revert?.provenBy === 'files')
  if (!isLate) return askGit(environment, look, release, { pushed, isLate: wasLate, renderer })
  let isAway = false
  const late: Renderer = {
    digest: (question) => renderer.digest(question),
    async render(question) {
      const rendering = await renderer.render(question)
      if (rendering.result === 'rendered' || !isUnanswered(rendering.why)) return rendering
      isAway = true
      return notRendered('unsupported', `There was no answer for two minutes. ${rendering.detail}`)
    },
  }
  return askGit(environment, look, release, { pushed, isLate: wasLate, renderer: late, goesByFiles: true, wasAway: () => isAway })
}

/** Where ours is there already, nobody else's is looked for. */
async function theirsOf(
  environment: Environment,
  source: SourceFacts | null,
  { revert, found }: Pick<Asked, 'revert'> & Pick<Findings, 'found'>,
): Promise<DecisionInput['theirs']> {
  const isOurs = revert?.pullRequest || found === 'open' || (source?.revertKey && environment.ledger.read('revert', source.revertKey))
  return isOurs ? undefined : findTheirs(environment, source)
}

async function findPullRequest(environment: Environment, source: SourceFacts | null): Promise<DecisionInput['foundPullRequest']> {
  if (!source?.branch || !source.repoURL || !source.revertKey) return undefined
  if (environment.ledger.read('revert', source.revertKey) || !environment.allowsRepository(source.repoURL)) return undefined
  const forge = environment.forges.forRepository(source.repoURL)
  const [newest] = await forge.findByBranch(source.branch)
  if (newest?.state !== 'closed') return newest?.state
  return (await forge.hasClosed(newest.number, closingMarker(source.revertKey, true))) ? 'lapsed' : 'closed'
}

/** What a person has closed, a person may reopen, as long as its release is not over. */
function mayMove(revert: Revert, release: Release): boolean {
  return revert.state !== 'ended' || (revert.outcome === 'declined' && release.state !== 'ended')
}

async function askForge(environment: Environment, revert: Revert): Promise<PullRequestFacts | undefined> {
  if (!revert.pullRequest) return undefined
  const forge = environment.forges.forRepository(revert.repoURL)
  const pullRequest = await forge.get(revert.pullRequest.number)
  if (pullRequest.state !== 'closed' || revert.state !== 'open') return pullRequest
  return { ...pullRequest, closedByKedge: await closedByKedge(forge, revert, pullRequest.number) }
}

/** Where a ledger was restored from a backup, it may know a PR as open that we have closed since. */
async function closedByKedge(forge: Forge, { key }: Revert, number: number): Promise<PullRequestFacts['closedByKedge']> {
  if (await forge.hasClosed(number, closingMarker(key, true))) return 'lapsed'
  return (await forge.hasClosed(number, closingMarker(key, false))) ? 'for-good' : undefined
}
