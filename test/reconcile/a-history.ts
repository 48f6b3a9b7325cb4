import { assertCommit } from '../../src/adapters/git/names.ts'
import type { CommitSha } from '../../src/domain/application/commit.ts'
import { gitSources } from '../../src/domain/application/inputs.ts'
import type { ApplicationSnapshot } from '../../src/domain/application/snapshots.ts'
import type { Quarantine } from '../../src/domain/quarantine/quarantine.ts'
import { Sealed } from '../../src/domain/sealed.ts'
import type { GitRepository } from '../../src/ports/git.ts'
import type { RenderQuestion, Renderer } from '../../src/ports/renderer.ts'
import type { ChangeReader } from '../../src/reconcile/quarantine/brings.ts'
import { sha } from '../contract/git/origin.ts'
import { aQuarantine } from '../domain/quarantine/a-quarantine.ts'
import { createMemoryRepository } from '../histories/git/memory-repository.ts'
import { encodeCommit, type Entry } from '../histories/git/objects.ts'
import { createMemoryRemote, writeFiles } from '../histories/git/remote.ts'
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
  const remote = createMemoryRemote()
  const asked: (readonly [string, number])[] = []
  let at = 0
  const stored = createMemoryRepository(REPO, remote)
  const repository: GitRepository = {
    ...stored,
    // As git does: it refuses what is no name of a commit.
    has: async (revision) => stored.has(assertCommit(revision)),
    readFiles: async (revision, paths, bytes) => {
      asked.push(['readFiles', paths.length])
      return stored.readFiles(revision, paths, bytes)
    },
    objectNames: async (revision, paths) => {
      asked.push(['objectNames', paths.length])
      return stored.objectNames(revision, paths)
    },
    differingPaths: async (one, other, inputs) => {
      asked.push(['differingPaths', inputs.length])
      return stored.differingPaths(one, other, inputs)
    },
  }
  return {
    repository,
    asked,
    /** A commit of these very files, made at a time of its own. */
    commit: (files: Files, ...parents: readonly CommitSha[]): CommitSha => {
      const entries = Object.entries(files).map(([path, text]): [string, Entry] => {
        return [path, { mode: '100644', oid: remote.keep({ type: 'blob', bytes: Buffer.from(text) }) }]
      })
      const tree = writeFiles(new Map(entries), remote.keep)
      at += 1
      return sha(remote.keep(encodeCommit({ tree, parents, author: 'Ada <ada@example.com>', seconds: at, message: `${at}\n` })))
    },
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
