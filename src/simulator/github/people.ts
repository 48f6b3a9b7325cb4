import { toPerson } from './accounts.ts'
import type { CommitRequest } from './fast-import.ts'
import type { Forge, PullRequest, Repository, Review } from './forge.ts'
import type { MergeMethod } from './merge.ts'
import { closePull, mergePull, noteRefs, openPull } from './pull-requests.ts'

/**
 * What people do on the forge by hand: commits without a clone, reviews, merges and closes, each under their own name.
 */
export interface People {
  /** Commits on a branch (default `main`) and returns the SHA. */
  commit(by: string, change: Omit<CommitRequest, 'author'>): Promise<string>
  /** Moves a branch by one commit on the tip of another and leaves it there, for a pull request. */
  branch(by: string, change: Omit<CommitRequest, 'author'> & { branch: string }): Promise<string>
  openPull(by: string, pull: { title: string; head: string; body?: string; base?: string; draft?: boolean }): Promise<PullRequest>
  review(by: string, number: number, state: Review['state']): void
  merge(by: string, number: number, method?: MergeMethod): Promise<string>
  close(by: string, number: number): void
  comment(by: string, number: number, body: string): void
  deleteBranch(by: string, name: string): Promise<void>
}

/** People at work on one repository. */
export function createPeople(forge: Forge, repository: Repository): People {
  const pullOf = (number: number): PullRequest => {
    const pull = repository.pulls.get(number)
    if (pull === undefined) throw new Error(`no pull request #${number}`)
    return pull
  }

  async function commit(by: string, change: Omit<CommitRequest, 'author'>): Promise<string> {
    const sha = await repository.git.commit({ ...change, author: toPerson(forge.accounts.ensure(by)) })
    await noteRefs(forge, repository, by)
    return sha
  }

  return {
    commit,
    async branch(by, change) {
      const from = change.from ?? repository.tips.get('main')
      return commit(by, { ...change, ...(from !== undefined && { from }) })
    },
    openPull: (by, { title, head, body = '', base = 'main', draft = false }) =>
      openPull(forge, repository, { title, head, body, base, draft, author: forge.accounts.ensure(by).login }),
    review(by, number, state) {
      const { login } = forge.accounts.ensure(by)
      pullOf(number).reviews.push({ id: forge.nextId(), author: login, state, body: '', at: forge.clock.now() })
    },
    merge: (by, number, method = 'merge') =>
      mergePull(forge, repository, { pull: pullOf(number), by: forge.accounts.ensure(by).login, method }),
    close: (by, number) => closePull(forge, repository, { pull: pullOf(number), by: forge.accounts.ensure(by).login }),
    comment(by, number, body) {
      const now = forge.clock.now()
      repository.comments.push({
        id: forge.nextId(),
        number,
        author: forge.accounts.ensure(by).login,
        body,
        createdAt: now,
        updatedAt: now,
      })
    },
    async deleteBranch(by, name) {
      await repository.git.moveBranch(name, {})
      await noteRefs(forge, repository, by)
    },
  }
}
