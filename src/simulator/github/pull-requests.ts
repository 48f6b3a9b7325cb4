import { toPerson } from './accounts.ts'
import type { Forge, PullRequest, Repository } from './forge.ts'
import type { MergeMethod } from './merge.ts'
import { pushEvent } from './push-event.ts'
import { renderPull } from './render.ts'
import { GitHubError, validationFailed } from './router.ts'
import { checkText } from './text-limits.ts'

export interface NewPull {
  title: string
  body: string
  head: string
  base: string
  draft: boolean
  author: string
}

/**
 * Opens a pull request. Throws GitHub's 422 for a second open one, a missing branch, nothing to merge, and text too
 * long.
 */
export async function openPull(forge: Forge, repository: Repository, wanted: NewPull): Promise<PullRequest> {
  checkText(wanted)
  const head = wanted.head.replace(`${repository.owner}:`, '')
  const headSha = await repository.git.resolve(`refs/heads/${head}`)
  const baseSha = await repository.git.resolve(`refs/heads/${wanted.base}`)
  if (headSha === undefined) throw validationFailed({ resource: 'PullRequest', field: 'head', code: 'invalid' })
  if (baseSha === undefined) throw validationFailed({ resource: 'PullRequest', field: 'base', code: 'invalid' })
  const commits = await repository.git.listCommits(`${baseSha}..${headSha}`)
  // Checked after everything slow, so that of two calls at once one is refused.
  if ([...repository.pulls.values()].some((pull) => pull.state === 'open' && pull.head === head && pull.base === wanted.base)) {
    throw validationFailed({
      resource: 'PullRequest',
      code: 'custom',
      message: `A pull request already exists for ${repository.owner}:${head}.`,
    })
  }
  if (commits.length === 0) {
    throw validationFailed({
      resource: 'PullRequest',
      code: 'custom',
      message: `No commits between ${wanted.base} and ${head}`,
    })
  }
  const now = forge.clock.now()
  const pull: PullRequest = {
    ...wanted,
    head,
    headSha,
    commits,
    number: repository.nextNumber++,
    state: 'open',
    createdAt: now,
    updatedAt: now,
    labels: [],
    reviewers: [],
    teams: [],
    assignees: [],
    reviews: [],
  }
  repository.pulls.set(pull.number, pull)
  tell(forge, repository, { pull, action: 'opened', by: wanted.author })
  return pull
}

/** Closes without merging. Closing a closed one changes nothing. */
export function closePull(forge: Forge, repository: Repository, change: { pull: PullRequest; by: string }): void {
  const { pull, by } = change
  if (pull.state === 'closed') return
  pull.state = 'closed'
  pull.closed = { at: forge.clock.now(), by }
  pull.updatedAt = forge.clock.now()
  tell(forge, repository, { pull, action: 'closed', by })
}

/** Opens a closed one again. Throws 422 where its branch is gone or it was merged. */
export async function reopenPull(forge: Forge, repository: Repository, change: { pull: PullRequest; by: string }): Promise<void> {
  const { pull, by } = change
  if (pull.state === 'open') return
  if (pull.merged !== undefined || (await repository.git.resolve(`refs/heads/${pull.head}`)) === undefined) {
    throw validationFailed({
      resource: 'PullRequest',
      code: 'invalid',
      field: 'state',
      message: 'state cannot be changed. The pull request cannot be reopened.',
    })
  }
  pull.state = 'open'
  delete pull.closed
  tell(forge, repository, { pull, action: 'reopened', by })
}

export interface MergeOrder {
  pull: PullRequest
  by: string
  method: MergeMethod
  title?: string
  message?: string
  /** The head that was reviewed; another one is refused. */
  sha?: string
}

/**
 * Merges into the base branch. Throws 405 where it cannot be merged and 409 where the head has moved. Returns the new
 * tip.
 */
export async function mergePull(forge: Forge, repository: Repository, order: MergeOrder): Promise<string> {
  const { pull, by, method } = order
  if (pull.state === 'closed') throw new GitHubError(405, 'Pull Request is not mergeable')
  if (order.sha !== undefined && order.sha !== pull.headSha)
    throw new GitHubError(409, 'Head branch was modified. Review and try the merge again.')
  const message =
    method === 'merge'
      ? `${order.title ?? `Merge pull request #${pull.number} from ${repository.owner}/${pull.head}`}\n\n${order.message ?? pull.title}\n`
      : `${order.title ?? `${pull.title} (#${pull.number})`}\n\n${order.message ?? ''}`.trimEnd() + '\n'
  // What is squashed stays the work of whoever opened it; who merges commits it.
  const author = toPerson(forge.accounts.ensure(method === 'squash' ? pull.author : by))
  const sha = await repository.git.merge({ base: pull.base, head: pull.headSha, method, author, message })
  if (sha === undefined) throw new GitHubError(405, 'Pull Request is not mergeable')
  markMerged(forge, repository, { pull, by, sha })
  await noteRefs(forge, repository, by)
  return sha
}

function markMerged(forge: Forge, repository: Repository, merge: { pull: PullRequest; by: string; sha: string }): void {
  const { pull, by, sha } = merge
  pull.state = 'closed'
  pull.merged = { at: forge.clock.now(), by, sha }
  pull.closed = { at: forge.clock.now(), by }
  pull.updatedAt = forge.clock.now()
  tell(forge, repository, { pull, action: 'closed', by })
}

/**
 * Looks at the branches after something may have moved them, tells of pushes, and lets open pull requests follow: a new
 * head synchronizes them, a deleted head closes them, a base that contains the head merges them.
 */
export function noteRefs(forge: Forge, repository: Repository, by: string): Promise<void> {
  const noted = (turns.get(repository) ?? Promise.resolve()).then(() => note(forge, repository, by))
  turns.set(
    repository,
    noted.catch(() => undefined),
  )
  return noted
}

/** Of two pushes at once, the second look at the branches comes after the first. */
const turns = new WeakMap<Repository, Promise<void>>()

async function note(forge: Forge, repository: Repository, by: string): Promise<void> {
  // One that is opened while the branches are read has a branch that may have come after that.
  const pulls = [...repository.pulls.values()]
  const after = await repository.git.branches()
  const before = repository.tips
  repository.tips = after
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    const from = before.get(name)
    const to = after.get(name)
    if (from !== to)
      forge.webhooks.deliver('push', await pushEvent(forge, repository, { name, by, ...(from && { from }), ...(to && { to }) }))
  }
  for (const pull of pulls) if (pull.state === 'open') await follow(forge, repository, { pull, by, tips: after })
}

async function follow(
  forge: Forge,
  repository: Repository,
  move: { pull: PullRequest; by: string; tips: Map<string, string> },
): Promise<void> {
  const { pull, by, tips } = move
  const head = tips.get(pull.head)
  const base = tips.get(pull.base)
  if (head === undefined || base === undefined) return closePull(forge, repository, { pull, by })
  if ((await repository.git.mergeBase(base, head)) === head) return markMerged(forge, repository, { pull, by, sha: base })
  if (head === pull.headSha) return
  pull.headSha = head
  pull.commits = await repository.git.listCommits(`${base}..${head}`)
  pull.updatedAt = forge.clock.now()
  tell(forge, repository, { pull, action: 'synchronize', by })
}

/** Delivers a `pull_request` event. */
export function tell(forge: Forge, repository: Repository, news: { pull: PullRequest; action: string; by: string }): void {
  const { pull, action, by } = news
  const body = renderPull(forge, repository, pull)
  forge.webhooks.deliver('pull_request', {
    action,
    number: pull.number,
    pull_request: body,
    repository: body.base.repo,
    sender: { login: by },
  })
}
