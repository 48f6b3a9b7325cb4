import { z } from 'zod'
import type { CommitSha } from '../../../domain/application/commit.ts'
import { KedgeError } from '../../../domain/errors.ts'
import type { PullRequest, PullRequestRequest, SourcePullRequest, VendorForge } from '../../../ports/forge.ts'
import type { GitHubRepository } from './client.ts'
import { findComment, upsertComment } from './comment.ts'
import { commit } from './commit.ts'
import { requestReviews, setLabels } from './decorate.ts'
import { deploy } from './deployment.ts'
import { peopleOn } from './people.ts'
import type { RepositoryName } from './repository-name.ts'
import { EventResource, PullRequestResource, toPullRequest } from './resources.ts'
import { setStatus, statusOf } from './status.ts'
import { fitBody, fitTitle } from './text.ts'

/** The pull requests of one GitHub repository. Makes no request before it is asked something. */
export function createGitHubForge(hub: GitHubRepository): VendorForge {
  const { client, webUrl } = hub
  const { owner, name: repo } = hub.repository
  const path = `/repos/${owner}/${repo}`
  const ofPull = (number: number) => ({ owner, repo, pull_number: number })

  const get = async (number: number): Promise<PullRequest> =>
    toPullRequest(await client.ask(`GET ${path}/pulls/${number}`, PullRequestResource, ({ rest }) => rest.pulls.get(ofPull(number))))

  const update = (number: number, change: { body?: string; state?: 'closed' }): Promise<unknown> =>
    client.ask(`PATCH ${path}/pulls/${number}`, z.unknown(), ({ rest }) => rest.pulls.update({ ...ofPull(number), ...change }))

  return {
    findByBranch: (branch) => findByBranch(hub, branch),
    get,
    listOpen: (base) => listOpen(hub, base),
    commit: (request) => commit(hub, request),
    open: (request) => open(hub, request),
    updateBody: async (number, body) => void (await update(number, { body: fitBody(body) })),
    comment: (number, marker, text) => upsertComment(hub, number, { marker, text }),
    hasClosed: (number, marker) => hasClosed(hub, number, marker),
    async close(number) {
      // Asked first: what has ended is left alone, whatever the forge would make of it.
      if ((await get(number)).state === 'open') await update(number, { state: 'closed' })
    },
    async decorate(number, { labels, reviewers }) {
      const { author } = await get(number)
      const target = { repository: hub.repository, number, author }
      return [...(await setLabels(client, target, labels)), ...(await requestReviews(client, target, reviewers))]
    },
    introducedBy: (commit) => introducedBy(hub, commit),
    peopleOn: (number) => peopleOn(hub, number),
    commitUrl: (commit) => `${webUrl}/commit/${commit}`,
    statusOf: (commit, context) => statusOf(hub, commit, context),
    setStatus: (commit, status) => setStatus(hub, commit, status),
    deploy: (deployment, known) => deploy(hub, deployment, known),
  }
}

async function findByBranch({ client, repository }: GitHubRepository, branch: string): Promise<readonly PullRequest[]> {
  const { owner, name: repo } = repository
  const pulls = await client.list(`GET /repos/${owner}/${repo}/pulls`, z.array(PullRequestResource), ({ rest }, page) =>
    rest.pulls.list({ owner, repo, head: `${owner}:${branch}`, state: 'all', sort: 'created', direction: 'desc', ...page }),
  )
  // Checked again: GitHub ignores a filter that it cannot read and lists everything, branches of forks included.
  return pulls
    .filter(({ head }) => head.ref === branch && sameRepository(head.repo?.full_name, repository))
    .sort((a, b) => b.number - a.number)
    .map(toPullRequest)
}

/** Enough to find the one that a person has just opened. */
const MOST_OPEN = 30

async function listOpen({ client, repository }: GitHubRepository, base: string): Promise<readonly PullRequest[]> {
  const { owner, name: repo } = repository
  const newest = { owner, repo, base, state: 'open', sort: 'created', direction: 'desc', per_page: MOST_OPEN } as const
  const pulls = await client.ask(`GET /repos/${owner}/${repo}/pulls`, z.array(PullRequestResource), ({ rest }) => rest.pulls.list(newest))
  const isOwn = ({ head, draft }: PullRequestResource): boolean => draft !== true && sameRepository(head.repo?.full_name, repository)
  return pulls.filter((pull) => pull.base.ref === base && pull.state === 'open' && isOwn(pull)).map(toPullRequest)
}

/** An App's login is not told: its comment has it. The right to read pull requests is enough for their events. */
async function hasClosed(hub: GitHubRepository, number: number, marker: string): Promise<boolean | undefined> {
  const comment = await findComment(hub, number, marker)
  if (!comment) return false
  const { owner, name: repo } = hub.repository
  const events = await hub.client.list(`GET /repos/${owner}/${repo}/issues/${number}/events`, z.array(EventResource), ({ rest }, page) =>
    rest.issues.listEvents({ owner, repo, issue_number: number, ...page }),
  )
  const closer = events.findLast(({ event }) => event === 'closed')?.actor
  return closer ? closer.login === comment.user?.login : undefined
}

async function open(hub: GitHubRepository, { branch, base, title, body }: PullRequestRequest): Promise<PullRequest> {
  const { owner, name: repo } = hub.repository
  const request = { owner, repo, head: branch, base, title: fitTitle(title), body: fitBody(body) }
  try {
    return toPullRequest(
      await hub.client.ask(`POST /repos/${owner}/${repo}/pulls`, PullRequestResource, ({ rest }) => rest.pulls.create(request)),
    )
  } catch (error) {
    if (error instanceof KedgeError && error.code === 'E_FORGE_NOT_FOUND') throw await whetherForbidden(hub, error)
    if (!(error instanceof KedgeError) || error.code !== 'E_FORGE_REJECTED') throw error
    // One of GitHub's reasons for 422 is "A pull request already exists": then that is the one.
    const existing = (await findByBranch(hub, branch)).find(({ state }) => state === 'open')
    if (existing) return existing
    throw error
  }
}

/** GitHub says "not found" to who may not write, too: where the repository is there to read, it is a right that is missing. */
async function whetherForbidden({ client, repository }: GitHubRepository, notFound: KedgeError): Promise<KedgeError> {
  const { owner, name: repo } = repository
  try {
    await client.ask(`GET /repos/${owner}/${repo}`, z.unknown(), ({ rest }) => rest.repos.get({ owner, repo }))
  } catch {
    return notFound
  }
  return new KedgeError('E_FORGE_FORBIDDEN', `${notFound.what} The repository may be read, and no pull request opened in it.`)
}

async function introducedBy({ client, repository }: GitHubRepository, commit: CommitSha): Promise<SourcePullRequest | undefined> {
  const { owner, name: repo } = repository
  const path = `/repos/${owner}/${repo}`
  const pulls = await client
    .ask(`GET ${path}/commits/${commit}/pulls`, z.array(PullRequestResource), ({ rest }) =>
      rest.repos.listPullRequestsAssociatedWithCommit({ owner, repo, commit_sha: commit, per_page: 100 }),
    )
    .catch((error: unknown) => {
      // 422 is GitHub's answer for a commit that it does not have.
      if (error instanceof KedgeError && (error.code === 'E_FORGE_REJECTED' || error.code === 'E_FORGE_NOT_FOUND')) return []
      throw error
    })
  const source = chooseSource(
    pulls.filter(({ base }) => sameRepository(base.repo.full_name, repository)),
    commit,
  )
  if (!source) return undefined
  // A list does not say who merged.
  return { number: source.number, url: source.html_url, ...(await peopleOn({ client, repository }, source.number)) }
}

/** A commit can have come through several merged PRs (stacked, or by way of a develop branch). */
function chooseSource(pulls: readonly PullRequestResource[], commit: CommitSha): PullRequestResource | undefined {
  const merged = pulls.filter(({ merged_at: mergedAt }) => typeof mergedAt === 'string')
  return (
    merged.find((pull) => pull.merge_commit_sha === commit) ?? merged.find(({ base }) => base.ref === base.repo.default_branch) ?? merged[0]
  )
}

function sameRepository(fullName: string | undefined, { owner, name }: RepositoryName): boolean {
  return fullName?.toLowerCase() === `${owner}/${name}`.toLowerCase()
}
