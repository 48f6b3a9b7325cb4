import { z } from 'zod'
import type { CommitSha } from '../../../domain/application/commit.ts'
import { KedgeError } from '../../../domain/errors.ts'
import type { PullRequest, PullRequestRequest, SourcePullRequest, VendorForge } from '../../../ports/forge.ts'
import { findComment, upsertComment } from './comment.ts'
import { commit } from './commit.ts'
import { requestReviews, setLabels } from './decorate.ts'
import { peopleOf } from './people.ts'
import type { GiteaRepository } from './repository.ts'
import { EventResource, isDraft, isOwnBranch, PullRequestResource, toPullRequest } from './resources.ts'
import { setStatus, statusOf } from './status.ts'
import { fitBody, fitTitle } from './text.ts'

/** Neither Gitea nor Forgejo has an API for them. */
const NO_DEPLOYMENTS = 'Gitea has no deployments.'

/** The pull requests of one repository. Makes no request before it is asked something. */
export function createGiteaForge(at: GiteaRepository): VendorForge {
  const { client, path, webUrl } = at

  const pullOf = (number: number): Promise<PullRequestResource> =>
    client.ask({ method: 'GET', path: `${path}/pulls/${number}` }, PullRequestResource)

  const get = async (number: number): Promise<PullRequest> => toPullRequest(await pullOf(number))

  const update = (number: number, change: { body?: string; state?: 'closed' }): Promise<unknown> =>
    client.ask({ method: 'PATCH', path: `${path}/pulls/${number}`, body: change }, z.unknown())

  return {
    findByBranch: (branch) => findByBranch(at, branch),
    get,
    listOpen: (base) => listOpen(at, base),
    commit: (request) => commit(at, request),
    open: (request) => open(at, request),
    updateBody: async (number, body) => void (await update(number, { body: fitBody(body) })),
    comment: (number, marker, text) => upsertComment(at, number, { marker, text }),
    hasClosed: (number, marker) => hasClosed(at, number, marker),
    async close(number) {
      // Asked first: what has ended is left alone, whatever the forge would make of it.
      if ((await get(number)).state === 'open') await update(number, { state: 'closed' })
    },
    async decorate(number, { labels, reviewers }) {
      const target = { number, author: (await get(number)).author }
      return [...(await setLabels(at, target, labels)), ...(await requestReviews(at, target, reviewers))]
    },
    introducedBy: (commit) => introducedBy(at, commit),
    peopleOn: async (number) => peopleOf(at, await pullOf(number)),
    statusOf: (commit, context) => statusOf(at, commit, context),
    setStatus: (commit, status) => setStatus(at, commit, status),
    deploy: async () => ({ refusal: NO_DEPLOYMENTS }),
    commitUrl: (commit) => `${webUrl}/commit/${commit}`,
  }
}

/**
 * Gitea cannot be asked by branch, and a repository may have thousands of pull requests: all that are open are read, and of those that
 * have ended Kedge's own. The open ones first: one that is closed meanwhile is found twice, and never missed.
 */
async function findByBranch({ client, path, login }: GiteaRepository, branch: string): Promise<readonly PullRequest[]> {
  const list = (query: Readonly<Record<string, string>>) => client.list({ path: `${path}/pulls`, query }, PullRequestResource)
  const open = await list({ state: 'open' })
  const ended = await list({ state: 'closed', poster: await login() })
  const found = [...open, ...ended].filter((pull) => pull.head.label === branch && isOwnBranch(pull))
  // The newer answer about each.
  return [...new Map(found.map((pull) => [pull.number, pull])).values()].sort((a, b) => b.number - a.number).map(toPullRequest)
}

/** Enough to find the one that a person has just opened. */
const MOST_OPEN = 30

async function listOpen({ client, path }: GiteaRepository, base: string): Promise<readonly PullRequest[]> {
  const query = { state: 'open', base_branch: base, limit: String(MOST_OPEN) }
  const pulls = await client.ask({ method: 'GET', path: `${path}/pulls`, query }, z.array(PullRequestResource).nullable())
  // Checked again: an older version knows no filter by base, and lists all.
  return (pulls ?? []).filter((pull) => pull.base.label === base && isOwnBranch(pull) && !isDraft(pull)).map(toPullRequest)
}

const MOST_EVENT_PAGES = 30

/** The timeline has every close, with who did it. It tells no length and leaves out some rows: only an empty page is its end. */
async function hasClosed(at: GiteaRepository, number: number, marker: string): Promise<boolean | undefined> {
  const comment = await findComment(at, number, marker)
  if (!comment) return false
  let closer: z.output<typeof EventResource>['user']
  for (let page = 1; page <= MOST_EVENT_PAGES; page += 1) {
    const request = { method: 'GET', path: `${at.path}/issues/${number}/timeline`, query: { limit: '50', page: String(page) } } as const
    const events = (await at.client.ask(request, z.array(EventResource).nullable())) ?? []
    if (events.length === 0) break
    const close = events.findLast(({ type }) => type === 'close')
    if (close) closer = close.user
  }
  // An account that is gone has left its closes to nobody.
  return closer && closer.id > 0 ? closer.login === comment.user?.login : undefined
}

async function open(at: GiteaRepository, { branch, base, title, body }: PullRequestRequest): Promise<PullRequest> {
  const request = { head: branch, base, title: fitTitle(title), body: fitBody(body) }
  try {
    return toPullRequest(await at.client.ask({ method: 'POST', path: `${at.path}/pulls`, body: request }, PullRequestResource))
  } catch (error) {
    if (error instanceof KedgeError && error.code === 'E_FORGE_NOT_FOUND') throw await whetherForbidden(at, error)
    if (!(error instanceof KedgeError) || error.code !== 'E_FORGE_REJECTED') throw error
    // One of Gitea's reasons, 409, is that the branch has an open one already: then that is the one.
    const existing = (await findByBranch(at, branch)).find(({ state }) => state === 'open')
    if (existing) return existing
    throw error
  }
}

/** Gitea says "not found" to who may not see pull requests: where the repository is there to read, it is a right that is missing. */
async function whetherForbidden({ client, path }: GiteaRepository, notFound: KedgeError): Promise<KedgeError> {
  try {
    await client.ask({ method: 'GET', path }, z.unknown())
  } catch {
    return notFound
  }
  return new KedgeError('E_FORGE_FORBIDDEN', `${notFound.what} The repository may be read, and no pull request opened in it.`)
}

/** Gitea knows the pull request of the commit that its merge made: a merge, a squash, or the last of a rebase. */
async function introducedBy({ client, path }: GiteaRepository, commit: CommitSha): Promise<SourcePullRequest | undefined> {
  const source = await client
    .ask({ method: 'GET', path: `${path}/commits/${commit}/pull` }, PullRequestResource)
    .catch((error: unknown) => {
      if (error instanceof KedgeError && error.code === 'E_FORGE_NOT_FOUND') return undefined
      throw error
    })
  if (!source?.merged) return undefined
  const { number, url } = toPullRequest(source)
  return { number, url, ...(await peopleOf({ client, path }, source)) }
}
