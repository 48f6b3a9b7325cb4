import type { CommitSha } from '../../../domain/application/commit.ts'
import { normaliseRepoURL } from '../../../domain/application/repo-url.ts'
import { KedgeError } from '../../../domain/errors.ts'
import { createMarkdown } from '../../../domain/words/markdown.ts'
import type {
  CommitStatus,
  Forge,
  Forges,
  ForgeCommitRequest,
  PullRequest,
  PullRequestRequest,
  SourcePullRequest,
} from '../../../ports/forge.ts'
import { deployTo, type RememberedDeployment } from './deployments.ts'

/** A pull request as the memory keeps it: what the port shows, and what a replay or a test wants to see. */
export interface RememberedPullRequest extends PullRequest {
  title: string
  /** Epoch ms. */
  openedAt: number
  /** Epoch ms of the close or merge; undefined while open. */
  closedAt: number | undefined
  /** Who closed or merged it. */
  closedBy: 'kedge' | 'human' | undefined
  mergedBy: string | undefined
  approvers: string[]
  draft: boolean
  reviewers: readonly string[]
  comments: readonly { marker: string; text: string }[]
}

export interface MemoryForges extends Forges {
  /** Every pull request of a repository, oldest first. */
  pullRequests(repoURL: string): readonly RememberedPullRequest[]
  /** A person opens one. */
  openByHuman(repoURL: string, request: PullRequestRequest & { author: string; draft?: boolean }): Promise<number>
  /** What a person's click on "Close" does. */
  closeByHuman(repoURL: string, number: number): void
  /** Its branch has to be there. */
  reopenByHuman(repoURL: string, number: number): void
  /** A person turns it to another base branch. */
  retargetByHuman(repoURL: string, number: number, base: string): void
  /** What a person's click on "Merge" does; `mergeCommit` is what came to the base branch. */
  merge(repoURL: string, number: number, mergeCommit: string, by?: string): void
  /** Makes `introducedBy` answer for a commit. */
  introduce(repoURL: string, commit: CommitSha, source: SourcePullRequest): void
  /** A person approves one. */
  approve(repoURL: string, number: number, by: string): void
  /** A person puts a label on one. */
  label(repoURL: string, number: number, label: string): void
  /** Every status that was set, oldest first. */
  statuses(repoURL: string): readonly (CommitStatus & { commit: CommitSha })[]
  /** Every deployment, oldest first, each with all that was said of it. */
  deployments(repoURL: string): readonly RememberedDeployment[]
  /** From now on statuses are refused for this reason; undefined: they are taken. */
  refuseStatuses(repoURL: string, why: string | undefined): void
}

export interface MemoryForgesOptions {
  /** Epoch ms. */
  now: () => number
  /** Where a branch is. Without it, PRs have an empty head SHA. */
  headOf?: (repoURL: string, branch: string) => Promise<string | undefined>
  /** Makes a commit where the branches are; undefined where the branch is there. Without it, none can be made. */
  commit?: (repoURL: string, request: ForgeCommitRequest) => Promise<CommitSha | undefined>
}

interface Shelf {
  url: string
  pulls: RememberedPullRequest[]
  sources: Map<string, SourcePullRequest>
  statuses: (CommitStatus & { commit: CommitSha })[]
  statusesRefused: string | undefined
  deployments: RememberedDeployment[]
}

/** Forges that only remember: nothing leaves the process. One per replay or test; knows every repository. */
export function createMemoryForges(options: MemoryForgesOptions): MemoryForges {
  const commit = options.commit ?? refuseCommit
  const shelves = new Map<string, Shelf>()
  const shelfOf = (repoURL: string): Shelf => {
    const key = normaliseRepoURL(repoURL)
    const shelf = shelves.get(key) ?? newShelf(`https://${key}`)
    shelves.set(key, shelf)
    return shelf
  }
  const end = (repoURL: string, number: number, change: Partial<RememberedPullRequest>): void => {
    const pull = find(shelfOf(repoURL), number)
    if (pull.state === 'open') Object.assign(pull, change, { closedAt: options.now(), closedBy: 'human' })
  }
  return {
    forRepository: (repoURL) =>
      createMemoryForge(shelfOf(repoURL), {
        now: options.now,
        headOf: async (branch) => (await options.headOf?.(repoURL, branch)) ?? '',
        commit: (request) => commit(repoURL, request),
      }),
    pullRequests: (repoURL) => shelfOf(repoURL).pulls.map((pull) => ({ ...pull })),
    async openByHuman(repoURL, { author, draft = false, ...request }) {
      const headSha = (await options.headOf?.(repoURL, request.branch)) ?? ''
      const pull = remember(shelfOf(repoURL), request, { headSha, openedAt: options.now() })
      Object.assign(pull, { author, draft })
      return pull.number
    },
    closeByHuman: (repoURL, number) => end(repoURL, number, { state: 'closed' }),
    reopenByHuman: (repoURL, number) => void Object.assign(find(shelfOf(repoURL), number), { state: 'open', closedBy: undefined }),
    retargetByHuman: (repoURL, number, base) => void Object.assign(find(shelfOf(repoURL), number), { base }),
    approve: (repoURL, number, by) => void find(shelfOf(repoURL), number).approvers.push(by),
    merge: (repoURL, number, mergeCommit, by) => end(repoURL, number, { state: 'merged', mergeCommit, mergedBy: by }),
    introduce: (repoURL, commit, source) => void shelfOf(repoURL).sources.set(commit, source),
    label(repoURL, number, label) {
      const pull = find(shelfOf(repoURL), number)
      pull.labels = [...new Set([...pull.labels, label])]
    },
    statuses: (repoURL) => [...shelfOf(repoURL).statuses],
    deployments: (repoURL) => shelfOf(repoURL).deployments.map((one) => ({ ...one, said: [...one.said] })),
    refuseStatuses: (repoURL, why) => void Object.assign(shelfOf(repoURL), { statusesRefused: why }),
  }
}

function newShelf(url: string): Shelf {
  return { url, pulls: [], sources: new Map(), statuses: [], statusesRefused: undefined, deployments: [] }
}

async function refuseCommit(repoURL: string): Promise<never> {
  throw new KedgeError('E_FORGE_COMMIT', `a forge that only remembers makes no commit in ${repoURL}`)
}

interface World {
  now: () => number
  headOf: (branch: string) => Promise<string>
  commit: Forge['commit']
}

function createMemoryForge(shelf: Shelf, world: World): Forge {
  const show = async (pull: RememberedPullRequest): Promise<PullRequest> => {
    // As on a real forge, the head follows the branch while the PR is open and stays where it was afterwards.
    if (pull.state === 'open') pull.headSha = await world.headOf(pull.branch)
    return toPullRequest(pull)
  }
  return {
    findByBranch: (branch) =>
      Promise.all(
        shelf.pulls
          .filter((pull) => pull.branch === branch)
          .toReversed()
          .map(show),
      ),
    get: async (number) => show(find(shelf, number)),
    listOpen: (base) =>
      Promise.all(
        shelf.pulls
          .filter((pull) => pull.base === base && pull.state === 'open' && !pull.draft)
          .toReversed()
          .map(show),
      ),
    commit: world.commit,
    async open(request) {
      const headSha = await world.headOf(request.branch)
      const existing = shelf.pulls.find((pull) => pull.branch === request.branch && pull.state === 'open')
      if (existing) return show(existing)
      const pull = remember(shelf, request, { headSha, openedAt: world.now() })
      return toPullRequest(pull)
    },
    updateBody: async (number, body) => void Object.assign(find(shelf, number), { body }),
    async comment(number, marker, text) {
      const pull = find(shelf, number)
      const others = pull.comments.filter((comment) => comment.marker !== marker)
      pull.comments = [...others, { marker, text }]
    },
    async hasClosed(number, marker) {
      const { comments, closedBy } = find(shelf, number)
      return closedBy === 'kedge' && comments.some((comment) => comment.marker === marker)
    },
    async close(number) {
      const pull = find(shelf, number)
      if (pull.state === 'open') Object.assign(pull, { state: 'closed', closedAt: world.now(), closedBy: 'kedge' })
    },
    async decorate(number, decoration) {
      const pull = find(shelf, number)
      pull.labels = [...new Set([...pull.labels, ...decoration.labels])]
      pull.reviewers = [...new Set([...pull.reviewers, ...decoration.reviewers])].filter((name) => name !== pull.author)
      return []
    },
    introducedBy: async (commit) => shelf.sources.get(commit),
    async peopleOn(number) {
      const { author, approvers, mergedBy } = find(shelf, number)
      return { author, approvers: approvers.filter((name) => name !== author), ...(mergedBy !== undefined && { mergedBy }) }
    },
    commitUrl: (commit) => `${shelf.url}/commit/${commit}`,
    ...statusesOf(shelf),
    deploy: async (deployment, { number }) => deployTo(shelf, deployment, number),
    markup: memoryMarkdown,
  }
}

function statusesOf(shelf: Shelf): Pick<Forge, 'statusOf' | 'setStatus'> {
  return {
    async statusOf(commit, context) {
      const { commit: _, ...status } = shelf.statuses.findLast((one) => one.commit === commit && one.context === context) ?? {}
      return 'context' in status ? status : undefined
    },
    async setStatus(commit, status) {
      if (shelf.statusesRefused === undefined) shelf.statuses.push({ ...status, commit })
      return shelf.statusesRefused
    },
  }
}

/** It makes a link of nothing by itself. */
export const memoryMarkdown = createMarkdown((escaped) => escaped)

function remember(shelf: Shelf, request: PullRequestRequest, at: { headSha: string; openedAt: number }): RememberedPullRequest {
  const number = shelf.pulls.length + 1
  const pull: RememberedPullRequest = {
    ...request,
    ...at,
    number,
    url: `${shelf.url}/pull/${number}`,
    state: 'open',
    author: 'kedge',
    mergeCommit: undefined,
    closedAt: undefined,
    closedBy: undefined,
    mergedBy: undefined,
    approvers: [],
    draft: false,
    labels: [],
    reviewers: [],
    comments: [],
  }
  shelf.pulls.push(pull)
  return pull
}

function find(shelf: Shelf, number: number): RememberedPullRequest {
  const pull = shelf.pulls[number - 1]
  if (!pull) throw new KedgeError('E_FORGE_NOT_FOUND', `${shelf.url} has no pull request ${number}.`)
  return pull
}

function toPullRequest(pull: RememberedPullRequest): PullRequest {
  const { number, url, state, branch, headSha, base, body, author, mergeCommit, labels } = pull
  return { number, url, state, branch, headSha, base, body, author, mergeCommit, labels }
}
