import type { BareRepository } from '../github/bare-repository.ts'
import type { Repository } from '../github/forge.ts'
import type { MergeMethod } from '../github/merge.ts'
import type { People } from '../github/people.ts'
import type { ObjectStore } from '../kubernetes/store.ts'
import { STORY } from './story.ts'

/** What people and bots do in the story. Each returns when it is done, not when the cluster has followed. */
export interface Deeds {
  /**
   * Puts a version into Git and returns the commit. With `approvedBy` it goes through a pull request, merged by
   * squashing.
   */
  commitImage(version: string, author: string, options?: { approvedBy?: string }): Promise<string>
  /** A commit to the same files that is no release: it takes the proof from a revert. */
  lateCommit(author: string): Promise<string>
  /** Another team's commit: the branch moves on, this application does not. */
  unrelatedCommit(author: string): Promise<string>
  /** Merges a pull request as a person would and returns the new head of main. */
  mergePullRequest(number: number, by: string, method?: MergeMethod): Promise<string>
  closePullRequest(number: number, by: string): void
  /** A person's abort, as `kubectl argo rollouts abort` writes it. */
  abortByHand(): void
  /** Takes the abort back: the same version once more. */
  retry(): void
  /** Clears the pause. */
  promote(): void
  /** Skips all steps that are left. */
  promoteFull(): void
}

const ROLLOUT = { plural: 'rollouts', namespace: STORY.namespace, name: STORY.rollout }
const FILE = `${STORY.folder}/rollout.yaml`

/** The story's deeds, done to one repository and one cluster. */
export function createDeeds(store: ObjectStore, repository: Repository, people: People): Deeds {
  const patchStatus = (status: unknown): void => void store.patch(ROLLOUT, { status }, 'status')

  async function commitImage(version: string, author: string, options: { approvedBy?: string } = {}): Promise<string> {
    const image = `image: ${STORY.image}:${version}`
    const files = { [FILE]: (await readFile(repository.git)).replace(/image: \S+/, image) }
    const message = `Release ${STORY.rollout} ${version}\n`
    if (options.approvedBy === undefined) return people.commit(author, { files, message })
    const head = `release/${STORY.rollout}-${version}`
    await people.branch(author, { branch: head, files, message })
    const { number } = await people.openPull(author, { title: message.trim(), head })
    people.review(options.approvedBy, number, 'APPROVED')
    const sha = await people.merge(author, number, 'squash')
    await people.deleteBranch(author, head)
    return sha
  }

  return {
    commitImage,
    async lateCommit(author) {
      const text = (await readFile(repository.git)).replace(/replicas: (\d+)/, (_, count: string) => `replicas: ${Number(count) + 1}`)
      return people.commit(author, { files: { [FILE]: text }, message: `Scale ${STORY.rollout}\n` })
    },
    async unrelatedCommit(author) {
      const shards = 3 + repository.nextNumber + (await repository.git.listCommits('main')).length
      return people.commit(author, {
        files: { 'apps/search/config.yaml': `shards: ${shards}\n` },
        message: 'Reshard search\n',
      })
    },
    mergePullRequest: (number, by, method) => people.merge(by, number, method),
    closePullRequest: (number, by) => people.close(by, number),
    abortByHand: () => patchStatus({ abort: true }),
    retry: () => patchStatus({ abort: false }),
    promote: () => patchStatus({ pauseConditions: null }),
    promoteFull: () => patchStatus({ promoteFull: true }),
  }
}

async function readFile(git: BareRepository): Promise<string> {
  const text = (await git.readFolder('main', STORY.folder)).get(FILE)
  if (text === undefined) throw new Error(`${FILE} is not on main`)
  return `${text}\n`
}
