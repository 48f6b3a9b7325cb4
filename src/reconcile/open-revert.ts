import type { CommitSha } from '../domain/commit.ts'
import { asCommitSha } from '../domain/commit.ts'
import type { SourceFacts } from '../domain/decision.ts'
import type { Policy } from '../domain/policy.ts'
import { renderPullRequestBody } from '../domain/pull-request-body.ts'
import type { Release, Revert } from '../domain/release.ts'
import { planRevert } from '../domain/revert-plan.ts'
import { rolloutName } from '../domain/wording.ts'
import type { Forge, LedgerEntry, PullRequest, SourcePullRequest } from '../ports.ts'
import type { Delivered } from './delivery.ts'
import type { Environment } from './environment.ts'
import { confirmLive, investigate, judge, policyOf } from './judge.ts'
import { lookAt, type Look } from './observe.ts'

/** One release of the revert, looked at anew. */
interface SecondLook {
  look: Look
  release: Release
  source: SourceFacts
  policy: Policy
}

/**
 * Opens the revert PR: looks whether it is there, decides once more, builds the same commit again, pushes the branch if it is absent,
 * opens the PR if it is absent. Every step finds what an earlier try has left, so a crash anywhere doubles nothing.
 */
export function createRevertOpening(environment: Environment): (revert: Revert) => Promise<Delivered> {
  const { ledger, clock, repositories, forges } = environment

  async function open(revert: Revert): Promise<Delivered> {
    if (revert.state === 'ended' || revert.state === 'closing') return { state: 'abandoned', event: 'revert-not-needed' }
    const forge = forges.forRepository(revert.repoURL)
    const [existing] = await forge.findByBranch(revert.branch)
    if (existing && existing.state !== 'open') return endAs(revert, existing)
    const second = await lookAgain(revert)
    if (existing) return adopt(revert, existing, { forge, second })
    if (!second) return withdraw(revert)
    const commit = await pushBranch(revert, second)
    if (!commit) return withdraw(revert)
    const people = await introducedBy(forge, second.source)
    const pullRequest = await forge.open({
      branch: revert.branch,
      base: revert.baseBranch,
      title: planOf(revert, second.release).title,
      body: bodyOf(revert, second, forge),
    })
    const problems = await decorate(forge, pullRequest, { policy: second.policy, people })
    return opened(revert, { pullRequest, commit, people, problems })
  }

  /** The state may have moved since the decision: the same question is asked again, live, right before anything is written outside. */
  async function lookAgain(revert: Revert): Promise<SecondLook | undefined> {
    for (const key of revert.releases) {
      const release = ledger.read('release', key)
      const view = environment.views.find((one) => one.cluster === release?.cluster)
      if (!release || !view) continue
      const look = lookAt(environment, view, { cluster: release.cluster, namespace: release.namespace, name: release.rollout })
      const policy = policyOf(environment, look)
      const findings = await investigate(environment, look, release)
      findings.live = await confirmLive(look)
      const { source } = findings
      if (!source || source.revertKey !== revert.key || look.serving.state !== 'split') continue
      if (judge(environment, look, release, { findings, policy }).action === 'open-revert') return { look, release, source, policy }
    }
    return undefined
  }

  /** @returns the commit that the branch is at, or undefined when the base has moved so that nothing right can be built */
  async function pushBranch(revert: Revert, { source, release }: SecondLook): Promise<CommitSha | undefined> {
    if (!source.head || !source.revision || !source.good) return undefined
    const repository = await repositories.open(revert.repoURL)
    const plan = planOf(revert, release)
    const built = await repository.buildRestore({
      base: source.head,
      good: source.good.sha,
      bad: source.revision.sha,
      paths: revert.paths,
      message: plan.message,
      date: plan.date,
    })
    if (built.result !== 'built') return undefined
    const pushed = await repository.push(revert.branch, built.commit)
    return pushed.result === 'created' ? built.commit : pushed.sha
  }

  function planOf(revert: Revert, release: Release): ReturnType<typeof planRevert> {
    return planRevert({ culprits: revert.culprits, good: revert.goodRevision, key: revert.key, rollouts: [rolloutName(release)], paths: revert.paths })
  }

  function bodyOf(revert: Revert, { look, release, source }: SecondLook, forge: Forge): string {
    const releases = revert.releases.flatMap((key) => ledger.read('release', key) ?? [])
    return renderPullRequestBody({
      releases: releases.length > 0 ? releases : [release],
      source,
      key: revert.key,
      commitUrl: (sha) => {
        const commit = asCommitSha(sha)
        return commit ? forge.commitUrl(commit) : ''
      },
      imageUpdater: look.applications.some((application) => application.imageUpdater),
      links: environment.linksFor(release),
    })
  }

  async function introducedBy(forge: Forge, source: SourceFacts): Promise<SourcePullRequest | undefined> {
    try {
      return source.revision ? await forge.introducedBy(source.revision.sha) : undefined
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

  function opened(
    revert: Revert,
    result: { pullRequest: PullRequest; commit: CommitSha; people: SourcePullRequest | undefined; problems: readonly string[] },
  ): Delivered {
    const { pullRequest, commit, people, problems } = result
    if (problems.length > 0) environment.logger.warn('the PR is open; labels or reviewers could not all be set', { problems })
    const entries = (): readonly LedgerEntry[] => {
      const current = ledger.read('revert', revert.key) ?? revert
      const document: Revert = {
        ...current,
        state: 'open',
        commit,
        pullRequest: { number: pullRequest.number, url: pullRequest.url },
        openedAt: current.openedAt ?? clock.now(),
      }
      return [{ kind: 'revert', key: revert.key, event: 'revert-opened', document }, ...tracePeople(document, people)]
    }
    return { state: 'done', event: 'revert-opened', receipt: { number: pullRequest.number, url: pullRequest.url, commit }, entries }
  }

  function tracePeople(revert: Revert, people: SourcePullRequest | undefined): readonly LedgerEntry[] {
    if (!people) return []
    return revert.releases.flatMap((key): readonly LedgerEntry[] => {
      const release = ledger.read('release', key)
      return release ? [{ kind: 'release', key, event: 'release-traced', document: { ...release, sourcePr: people } }] : []
    })
  }

  /** Our PR is there already (a crash, a lost ledger, a second Rollout): it is taken as it is; its body names every Rollout. */
  async function adopt(revert: Revert, pullRequest: PullRequest, { forge, second }: { forge: Forge; second: SecondLook | undefined }): Promise<Delivered> {
    if (second && revert.releases.length > 1) await forge.updateBody(pullRequest.number, bodyOf(revert, second, forge))
    const commit = asCommitSha(pullRequest.headSha)
    if (!commit) return withdraw(revert)
    return opened(revert, { pullRequest, commit: revert.commit ?? commit, people: undefined, problems: [] })
  }

  /** The forge says that this very revert has had its end: that is final, and the ledger takes it over. */
  function endAs(revert: Revert, pullRequest: PullRequest): Delivered {
    const outcome = pullRequest.state === 'merged' ? 'merged' : 'declined'
    const document: Revert = {
      ...revert,
      state: 'ended',
      outcome,
      endedAt: clock.now(),
      pullRequest: { number: pullRequest.number, url: pullRequest.url },
      mergeCommit: asCommitSha(pullRequest.mergeCommit) ?? null,
    }
    return { state: 'done', event: 'revert-found-ended', entries: () => [{ kind: 'revert', key: revert.key, event: 'revert-ended', document }] }
  }

  /** No longer right, and nothing was opened: the key stays free for a later failure. */
  function withdraw(revert: Revert): Delivered {
    const entries = (): readonly LedgerEntry[] => {
      const current = ledger.read('revert', revert.key) ?? revert
      const releases = current.releases.flatMap((key) => ledger.read('release', key) ?? [])
      return [
        { kind: 'revert', key: revert.key, event: 'revert-withdrawn', document: { ...current, state: 'ended', outcome: 'withdrawn', endedAt: clock.now() } },
        ...releases.map((release): LedgerEntry => ({ kind: 'release', key: release.key, event: 'release-updated', document: { ...release, revertKey: null } })),
      ]
    }
    return { state: 'abandoned', event: 'revert-withdrawn', entries }
  }

  return open
}
