import { asCommitSha, type CommitSha } from '../../domain/application/commit.ts'
import type { SourceFacts } from '../../domain/decision/facts.ts'
import { isExperiment } from '../../domain/experiment/name.ts'
import type { Policy } from '../../domain/policy/policy.ts'
import { flagsOf } from '../../domain/release/flag-files.ts'
import type { CommitRules } from '../../domain/revert/commit-rules.ts'
import { closingMarker } from '../../domain/revert/keys.ts'
import { planRevert, type RevertPlan } from '../../domain/revert/plan.ts'
import { renderPullRequestBody } from '../../domain/revert/pull-request-body.ts'
import { provenByIn } from '../../domain/revert/pull-request-proof.ts'
import type { KeptChange, KeptChanges, Revert } from '../../domain/revert/revert.ts'
import { rolloutName } from '../../domain/words/wording.ts'
import type { Forge, PullRequest, SourcePullRequest } from '../../ports/forge.ts'
import type { LedgerHead } from '../../ports/ledger.ts'
import type { Environment } from '../environment.ts'
import { releasesOf } from '../look/stands-for.ts'
import type { Delivered } from '../outbox/delivered.ts'
import { ownCommit } from './adopted-branch.ts'
import { deleteLeftover, makeBranch } from './make-branch.ts'
import { foundEnded, opened, withdrawn, type AskedPeople } from './revert-receipts.ts'
import { lookAfterPush, lookBeforePush, type Delivery, type NotRight, type SecondLook } from './second-look.ts'

/**
 * Opens the revert PR: looks whether it is there, and whether it is still right, builds the same commit again, pushes the branch if it is
 * absent, looks again and opens the PR if it is absent. Every step finds what an earlier try has left, so a crash anywhere doubles nothing.
 * @throws KedgeError E_GIT_*, E_FORGE_*
 */
export async function openRevert(environment: Environment, revert: Revert, delivery: Delivery): Promise<Delivered> {
  if (revert.state === 'ended' || revert.state === 'closing') return { state: 'abandoned', event: 'revert-not-needed' }
  const forge = environment.forges.forRepository(revert.repoURL)
  const [newest] = await forge.findByBranch(revert.branch)
  const isFollowed = newest !== undefined && (await isFormer(forge, revert, newest))
  const existing = isFollowed ? undefined : newest
  const isNews = existing !== undefined && !revert.pullRequest && delivery.isFirst
  if (isNews) tellFound(environment, revert, existing)
  if (existing && existing.state !== 'open') return foundEnded(environment, revert, existing, isNews)
  const before = await lookBeforePush(environment, revert, delivery)
  if (existing) return adopt(environment, revert, { existing, forge, second: before.isRight ? before : undefined, isNews })
  const { commit, proven } = await pushAndLook(environment, revert, { before, isLate: delivery.isLate })
  if (!commit || !proven.isRight) return takeBack(environment, revert, { pushed: commit, refused: proven.isRight ? [] : proven.refused })
  const pullRequest = await forge.open({
    branch: revert.branch,
    base: revert.baseBranch,
    title: planOf(revert, proven, environment.commitsFor(revert.repoURL)).title,
    body: await bodyOf(environment, revert, { second: proven, forge, follows: isFollowed ? newest.number : undefined }),
  })
  const people = await dress(environment, { forge, pullRequest, second: proven })
  return opened(environment, revert, {
    pullRequest,
    commit,
    people,
    provenBy: proven.source.provenBy ?? undefined,
    changes: keptChanges(proven),
  })
}

/** Of the Rollout whose failure it was opened for: its PR says no more. */
function keptChanges({ source: { changedFields }, known: { release } }: SecondLook): KeptChanges | undefined {
  if (!changedFields || changedFields.length === 0) return undefined
  const fields = changedFields.map(({ path, image }): KeptChange => {
    if (!image) return { path }
    const { before, after } = image
    return { path, image: { ...(before !== undefined && { before }), ...(after !== undefined && { after }) } }
  })
  return { release: release.key, fields }
}

/** Nothing was begun by this ledger: it is empty, or older than the forge, since a backup was restored. After a crash it would know. */
function tellFound({ logger }: Environment, { key }: Revert, { number, url, state }: PullRequest): void {
  const found = { code: 'E_LEDGER_OLDER', revert: key, number, url, state }
  logger.warn('the ledger did not know this pull request: it was found at the forge', found)
}

/** No commit: nothing was pushed. */
async function pushAndLook(
  environment: Environment,
  revert: Revert,
  { before, isLate }: { before: SecondLook | NotRight; isLate: boolean },
): Promise<{ commit: CommitSha | undefined; proven: SecondLook | NotRight }> {
  const commit = before.isRight ? await makeBranch(environment, revert, before.source) : undefined
  if (!before.isRight || !commit) return { commit, proven: before }
  return { commit, proven: await lookAfterPush(environment, revert, before, { pushed: commit, isLate }) }
}

async function takeBack(environment: Environment, revert: Revert, why: Parameters<typeof withdrawn>[2]): Promise<Delivered> {
  // What is open is closed where that is decided, with a word about why.
  if (revert.state === 'open') return { state: 'abandoned', event: 'revert-not-needed' }
  await deleteLeftover(environment, revert)
  return withdrawn(environment, revert, why)
}

/**
 * Whether we have closed it ourselves, because Git asked for something else then, or (as the ledger knows) its release had made it. What
 * people closed is never opened again, be it one that we had closed before and they have reopened. The ledger has the last word only where
 * the forge has none.
 */
async function isFormer(forge: Forge, { key, formerPullRequests }: Revert, { state, number }: PullRequest): Promise<boolean> {
  if (state !== 'closed') return false
  const lapsed = await forge.hasClosed(number, closingMarker(key, true))
  if (lapsed === true || formerPullRequests?.includes(number) !== true) return lapsed === true
  return lapsed === undefined || (await forge.hasClosed(number, closingMarker(key, false))) !== false
}

/** Who to ask comes after the PR itself, which must not wait for it. @returns the people behind the release */
async function dress(
  environment: Environment,
  { forge, pullRequest, second }: { forge: Forge; pullRequest: PullRequest; second: SecondLook },
): Promise<AskedPeople | undefined> {
  const people = await introducedBy(environment, forge, second.source)
  const problems = await decorate(forge, pullRequest, { policy: second.known.policy, people: people?.people })
  if (problems.length > 0) environment.logger.warn('the PR is open; labels or reviewers could not all be set', { problems })
  return people
}

function planOf(revert: Revert, { known: { release }, source }: SecondLook, commits: CommitRules): RevertPlan {
  return planRevert({
    culprits: revert.culprits,
    good: revert.goodRevision,
    key: revert.key,
    rollouts: [rolloutName(release)],
    paths: revert.paths,
    byFields: source.byFields,
    cause: revert.cause,
    isFlags: flagsOf(release) !== undefined,
    isExperiment: isExperiment(release),
    commits,
  })
}

async function bodyOf(
  environment: Environment,
  revert: Revert,
  { second, forge, follows, own }: { second: SecondLook; forge: Forge; follows?: number | undefined; own?: number },
): Promise<string> {
  // One that people have reopened is its own former one, too.
  const former = revert.formerPullRequests?.findLast((number) => number !== own)
  return renderPullRequestBody({
    releases: releasesOf(environment, revert),
    source: second.source,
    key: revert.key,
    follows: follows ?? former,
    commitUrl: (sha) => {
      const commit = asCommitSha(sha)
      return commit ? forge.commitUrl(commit) : ''
    },
    markup: forge.markup,
    imageUpdater: second.known.look.applications.some((application) => application.imageUpdater),
    links: environment.linksFor(second.known.release),
    ledgerHead: await headNow(environment),
  })
}

/** A line for auditors never costs the PR. */
async function headNow({ ledgerHead, logger }: Environment): Promise<LedgerHead | undefined> {
  try {
    return await ledgerHead?.()
  } catch (error) {
    logger.warn('the PR does not say where the ledger stands', { error: String(error) })
    return undefined
  }
}

async function introducedBy(environment: Environment, forge: Forge, source: SourceFacts): Promise<AskedPeople | undefined> {
  try {
    const commit = source.revision?.sha
    return commit && { commit, people: await forge.introducedBy(commit) }
  } catch (error) {
    environment.logger.warn('the PR that brought the release could not be found', { error: String(error) })
    return undefined
  }
}

/** Labels and reviewers are a courtesy: whatever goes wrong with them never costs the PR. */
async function decorate(
  forge: Forge,
  pullRequest: PullRequest,
  { policy, people }: { policy: Policy; people: SourcePullRequest | undefined },
): Promise<readonly string[]> {
  const reviewers = [...new Set([...policy.reviewers, ...(people ? [people.author, ...people.approvers] : [])])]
  try {
    return await forge.decorate(pullRequest.number, { labels: policy.labels, reviewers })
  } catch (error) {
    return [String(error)]
  }
}

/** Our PR is there already (a crash, a lost ledger, a second Rollout): it is taken as it is; its body names every Rollout. */
async function adopt(
  environment: Environment,
  revert: Revert,
  { existing, forge, second, isNews }: { existing: PullRequest; forge: Forge; second: SecondLook | undefined; isNews: boolean },
): Promise<Delivered> {
  const ours = await ownCommit(await environment.repositories.open(revert.repoURL), revert, existing.headSha)
  const isNamed = second && ours && revert.releases.length > 1
  const body = isNamed ? await bodyOf(environment, revert, { second, forge, own: existing.number }) : existing.body
  if (isNamed) await forge.updateBody(existing.number, body)
  const people = await peopleOfFound(environment, revert, { forge, pullRequest: existing, second: ours && second })
  const known = ours && { provenBy: provenByIn(body), changes: second && keptChanges(second) }
  return opened(environment, revert, { pullRequest: existing, commit: ours, people, isNews, ...known })
}

/** A crash right after it was opened leaves it without labels and reviewers; one that the ledger knows has them. */
async function peopleOfFound(
  environment: Environment,
  revert: Revert,
  { second, ...found }: { forge: Forge; pullRequest: PullRequest; second: SecondLook | undefined | null },
): Promise<AskedPeople | undefined> {
  return second && !revert.pullRequest ? dress(environment, { ...found, second }) : undefined
}
