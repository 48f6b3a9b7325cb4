import { createHash } from 'node:crypto'
import { asCommitSha, type CommitSha, type InputPath } from '../../../domain/application/commit.ts'
import { gitSources, type GitSource } from '../../../domain/application/inputs.ts'
import { notRendered, renderedSpec } from '../../../domain/application/rendered.ts'
import type { ApplicationSnapshot } from '../../../domain/application/snapshots.ts'
import { KedgeError } from '../../../domain/errors.ts'
import type { GitRepositories, GitRepository } from '../../../ports/git.ts'
import type { Renderer, RenderQuestion } from '../../../ports/renderer.ts'
import type { RecordedRendering } from './renderings.ts'

export interface RecordedRendererOptions {
  renderings: readonly RecordedRendering[]
  repositories: GitRepositories
  /** What an Application reads of a repository at a commit. */
  inputsAt: (
    asked: { application: ApplicationSnapshot; source: GitSource; repository: GitRepository },
    at: CommitSha,
  ) => Promise<readonly InputPath[]>
}

/**
 * Answers as who rendered while it was recorded. Of a commit that was never synced then (the revert is one), it is the answer for one that
 * was and that holds the same in all that the Application reads. Of all manifests no more was recorded than what they are made of: that
 * tells what renders the same, and takes a comment for a change.
 */
export function createRecordedRenderer({ renderings, repositories, inputsAt }: RecordedRendererOptions): Renderer {
  async function isSame(question: RenderQuestion, recorded: RecordedRendering): Promise<boolean> {
    const { application, revisions } = question
    if (revisions.length !== recorded.revisions.length) return false
    const sources = gitSources(application)
    for (const [index, revision] of revisions.entries()) {
      const other = recorded.revisions[index]
      if (revision === other) continue
      const source = sources.find((one) => one.index === index)
      const [asked, known] = [asCommitSha(revision), asCommitSha(other)]
      if (!source || !asked || !known) return false
      const repository = await repositories.open(source.repoURL)
      if (!(await repository.has(asked)) || !(await repository.has(known))) return false
      const fingerprints = [asked, known].map(async (commit) =>
        repository.fingerprint(commit, await inputsAt({ application, source, repository }, commit)),
      )
      const [one, two] = await Promise.all(fingerprints)
      if (one !== two) return false
    }
    return true
  }

  return {
    async render(question) {
      const { application, revisions, rollout } = question
      const wanted = application.multiSource ? application.sources.length : 1
      if (revisions.length < wanted || revisions.includes('')) return notRendered('failed', 'The revision of a source is none.')
      const name = `${application.namespace}/${application.name}`
      const spec = renderedSpec(application)
      const here = renderings.filter(
        (one) => one.application === name && one.rollout === `${rollout.namespace}/${rollout.name}` && one.spec === spec,
      )
      const exact = here.findLast((one) => one.revisions.join(' ') === revisions.join(' '))
      if (exact) return exact.rendering
      try {
        for (const one of here.toReversed()) if (await isSame(question, one)) return one.rendering
      } catch (error) {
        if (error instanceof KedgeError) return notRendered('unreachable', `The repository could not be asked (${error.code}).`)
        throw error
      }
      return notRendered('unsupported', 'The recording does not hold what this revision renders.')
    },
    async digest({ application, revisions }) {
      const parts: string[] = [renderedSpec(application), ...revisions]
      try {
        for (const source of gitSources(application)) {
          const commit = asCommitSha(revisions[source.index])
          const repository = await repositories.open(source.repoURL)
          if (!commit) return notRendered('failed', 'The revision of a source is no commit.')
          if (!(await repository.has(commit))) return notRendered('unfetched', 'The revision of a source is no commit that is there.')
          const inputs = await inputsAt({ application, source, repository }, commit)
          parts[source.index + 1] = await repository.fingerprint(commit, inputs)
        }
      } catch (error) {
        if (error instanceof KedgeError) return notRendered('unreachable', `The repository could not be asked (${error.code}).`)
        throw error
      }
      return { result: 'rendered', digest: createHash('sha256').update(parts.join()).digest('hex'), hides: false }
    },
  }
}
