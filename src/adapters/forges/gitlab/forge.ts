import { z } from 'zod'
import type { CommitSha } from '../../../domain/application/commit.ts'
import { type ErrorCode, KedgeError } from '../../../domain/errors.ts'
import type { PullRequest, PullRequestRequest, SourcePullRequest, VendorForge } from '../../../ports/forge.ts'
import { findComment, upsertComment } from './comment.ts'
import { commit } from './commit.ts'
import { requestReviews, setLabels } from './decorate.ts'
import { deploy } from './deployment.ts'
import { peopleOf } from './people.ts'
import { type GitLabProject, isOwnBranch, MergeRequest, mergeCommitOf, StateEvent, toPullRequest } from './resources.ts'
import { setStatus, statusOf } from './status.ts'
import { fitBody, fitTitle } from './text.ts'

const Project = z.object({ default_branch: z.string().nullish() })

/** The merge requests of one GitLab project. Makes no request before it is asked something. */
export function createGitLabForge(project: GitLabProject): VendorForge {
  const { client, path, webUrl } = project
  const get = (number: number): Promise<MergeRequest> =>
    client.ask({ method: 'GET', path: `${path}/merge_requests/${number}` }, MergeRequest)
  const update = (number: number, body: Readonly<Record<string, string>>): Promise<unknown> =>
    client.ask({ method: 'PUT', path: `${path}/merge_requests/${number}`, body }, MergeRequest)

  return {
    findByBranch: (branch) => findByBranch(project, branch),
    get: async (number) => toPullRequest(await get(number)),
    listOpen: (base) => listOpen(project, base),
    commit: (request) => commit(project, request),
    open: (request) => open(project, request),
    updateBody: async (number, body) => void (await update(number, { description: fitBody(body) })),
    comment: (number, marker, text) => upsertComment(project, number, { marker, text }),
    hasClosed: (number, marker) => hasClosed(project, number, marker),
    async close(number) {
      // Asked first: what has ended is left alone, whatever the forge would make of it.
      if ((await get(number)).state === 'opened') await update(number, { state_event: 'close' })
    },
    async decorate(number, { labels, reviewers }) {
      const sentences = await setLabels(project, number, labels)
      return reviewers.length === 0 ? sentences : [...sentences, ...(await requestReviews(project, await get(number), reviewers))]
    },
    introducedBy: (commit) => introducedBy(project, commit),
    peopleOn: async (number) => peopleOf(project, await get(number)),
    commitUrl: (commit) => `${webUrl}/-/commit/${commit}`,
    statusOf: (commit, context) => statusOf(project, commit, context),
    setStatus: (commit, status) => setStatus(project, commit, status),
    deploy: (deployment, known) => deploy(project, deployment, known),
  }
}

async function findByBranch({ client, path }: GitLabProject, branch: string): Promise<readonly PullRequest[]> {
  const query = { source_branch: branch, state: 'all', scope: 'all', order_by: 'created_at', sort: 'desc' }
  const found = await client.list({ path: `${path}/merge_requests`, query }, MergeRequest)
  return found
    .filter((resource) => resource.source_branch === branch && isOwnBranch(resource))
    .sort((a, b) => b.iid - a.iid)
    .map(toPullRequest)
}

/** Enough to find the one that a person has just opened. */
const MOST_OPEN = '30'

async function listOpen({ client, path }: GitLabProject, base: string): Promise<readonly PullRequest[]> {
  const newest = { target_branch: base, state: 'opened', scope: 'all', order_by: 'created_at', sort: 'desc', per_page: MOST_OPEN }
  const found = await client.ask({ method: 'GET', path: `${path}/merge_requests`, query: newest }, z.array(MergeRequest))
  return found
    .filter(
      (resource) => resource.target_branch === base && resource.state === 'opened' && resource.draft !== true && isOwnBranch(resource),
    )
    .map(toPullRequest)
}

async function hasClosed(project: GitLabProject, number: number, marker: string): Promise<boolean | undefined> {
  const comment = await findComment(project, number, marker)
  if (!comment) return false
  const events = await project.client.list({ path: `${project.path}/merge_requests/${number}/resource_state_events` }, StateEvent)
  const closer = events.findLast(({ state }) => state === 'closed')?.user
  return closer ? closer.id === comment.author?.id : undefined
}

async function open(project: GitLabProject, { branch, base, title, body }: PullRequestRequest): Promise<PullRequest> {
  const { client, path } = project
  const request = { source_branch: branch, target_branch: base, title: fitTitle(title), description: fitBody(body) }
  try {
    return toPullRequest(await client.ask({ method: 'POST', path: `${path}/merge_requests`, body: request }, MergeRequest))
  } catch (error) {
    if (isCode(error, ['E_FORGE_NOT_FOUND'])) throw await whetherForbidden(project, error)
    if (!isCode(error, ['E_FORGE_REJECTED'])) throw error
    // One of GitLab's reasons to refuse is that the branch has an open one already (409): then that is the one.
    const existing = (await findByBranch(project, branch)).find(({ state }) => state === 'open')
    if (existing) return existing
    throw error
  }
}

/** GitLab says "not found" to who may not write, too: where the project is there to read, it is a right that is missing. */
async function whetherForbidden({ client, path }: GitLabProject, notFound: KedgeError): Promise<KedgeError> {
  try {
    await client.ask({ method: 'GET', path }, Project)
  } catch {
    return notFound
  }
  return new KedgeError('E_FORGE_FORBIDDEN', `${notFound.what} The project may be read, and no merge request opened in it.`)
}

async function introducedBy(project: GitLabProject, commit: CommitSha): Promise<SourcePullRequest | undefined> {
  const { client, path } = project
  const found = await client
    .list({ path: `${path}/repository/commits/${commit}/merge_requests` }, MergeRequest)
    .catch(unlessCode(['E_FORGE_NOT_FOUND', 'E_FORGE_REJECTED'], []))
  const source = await chooseSource(project, found, commit)
  if (!source) return undefined
  return { number: source.iid, url: source.web_url, ...(await peopleOf(project, source)) }
}

/** A commit can have come through several that were merged (stacked, or by way of a develop branch). */
async function chooseSource(
  { client, path }: GitLabProject,
  found: readonly MergeRequest[],
  commit: CommitSha,
): Promise<MergeRequest | undefined> {
  const merged = found.filter(({ state }) => state === 'merged')
  const made = merged.find((one) => mergeCommitOf(one) === commit || one.squash_commit_sha === commit)
  if (made || merged.length < 2) return made ?? merged[0]
  const { default_branch: branch } = await client.ask({ method: 'GET', path }, Project)
  return merged.find((one) => one.target_branch === branch) ?? merged[0]
}

function isCode(error: unknown, codes: readonly ErrorCode[]): error is KedgeError {
  return error instanceof KedgeError && codes.includes(error.code)
}

function unlessCode<T>(codes: readonly ErrorCode[], instead: T): (error: unknown) => T {
  return (error) => {
    if (isCode(error, codes)) return instead
    throw error
  }
}
