import type { CommitSha } from '../../src/domain/application/commit.ts'
import { gitSources } from '../../src/domain/application/inputs.ts'
import type { ApplicationSnapshot } from '../../src/domain/application/snapshots.ts'
import type { Quarantine } from '../../src/domain/quarantine/quarantine.ts'
import { Sealed } from '../../src/domain/sealed.ts'
import type { GitRepository } from '../../src/ports/git.ts'
import type { RenderQuestion, Renderer } from '../../src/ports/renderer.ts'
import type { ChangeReader } from '../../src/reconcile/quarantine/brings.ts'
import { aQuarantine } from '../domain/quarantine/a-quarantine.ts'
import { aRepositoryAt } from './a-repository.ts'
import { REPO, stagedApplication } from './an-application.ts'

export const WEB = 'registry.example/web'

export type Files = Readonly<Record<string, string>>

/** What `apps/web` holds where the Rollout runs this tag. */
export const running = (tag: string, more: Files = {}): Files => ({
  'apps/web/rollout.yaml': `kind: Rollout\nimage: ${WEB}:${tag}\n`,
  ...more,
})

/** A repository in memory to which a test commits; it keeps what Git was asked. */
export function aHistory() {
  const { git, commit } = aRepositoryAt(REPO)
  const asked: (readonly [string, number])[] = []
  const repository: GitRepository = {
    ...git,
    readFiles: async (revision, paths, bytes) => {
      asked.push(['readFiles', paths.length])
      return git.readFiles(revision, paths, bytes)
    },
    objectNames: async (revision, paths) => {
      asked.push(['objectNames', paths.length])
      return git.objectNames(revision, paths)
    },
    differingPaths: async (one, other, inputs) => {
      asked.push(['differingPaths', inputs.length])
      return git.differingPaths(one, other, inputs)
    },
  }
  return {
    repository,
    asked,
    /** A commit of these very files, made at a time of its own. */
    commit: (files: Files, ...parents: readonly CommitSha[]): CommitSha => commit(files, { parents, isWhole: true }),
  }
}

/** What a commit renders, by its name: images of the Rollout's containers; what is not named does not render. */
export type Renders = Readonly<Record<string, readonly string[]>>

/** Who reads changes of that Application. `renders`: undefined where nobody renders at all. */
export function aReader(
  repository: GitRepository,
  {
    renders = {},
    application = stagedApplication(),
    applied = null,
  }: { renders?: Renders; application?: ApplicationSnapshot; applied?: ChangeReader['applied'] } = {},
): ChangeReader & { rendered: readonly RenderQuestion[] } {
  const rendered: RenderQuestion[] = []
  const renderer: Pick<Renderer, 'render'> = {
    async render(question) {
      rendered.push(question)
      const images = renders[question.revisions[0] ?? '']
      if (!images) return { result: 'unknown', why: 'unsupported', detail: '' }
      const template = new Sealed({ spec: { containers: images.map((image, nth) => ({ name: `c${nth}`, image })) } })
      return { result: 'rendered', rollout: { template, spec: template, analysis: undefined } }
    },
  }
  const [source] = gitSources(application)
  if (!source) throw new Error('it has no repository')
  return { repository, source, application, renderer: renderer as Renderer, applied, rendered }
}

/** A quarantine of `web:v2`, which these commits brought over `v1`. */
export function ofWeb(good: CommitSha | null, culprit: CommitSha | null, fields: Partial<Quarantine> = {}): Quarantine {
  const paths = ['apps/web/rollout.yaml']
  return aQuarantine({ images: [`${WEB}:v2`], stableImages: [`${WEB}:v1`], good, culprit, paths, marks: [], ...fields })
}
