import { asCommitSha, type CommitSha } from '../../../../src/domain/application/commit.ts'
import { notRendered, type RenderedDigest } from '../../../../src/domain/application/rendered.ts'
import type { ApplicationSnapshot } from '../../../../src/domain/application/snapshots.ts'
import type { Release } from '../../../../src/domain/release/release.ts'
import type { DigestQuestion, Renderer } from '../../../../src/ports/renderer.ts'
import type { SourceQuestion } from '../../../../src/reconcile/git-facts/question/question.ts'
import { aRelease } from '../../../contract/ledger-documents.ts'
import type { Files } from '../../../histories/world/manifests.ts'
import { aRepositoryAt, someRepositories, type SomeRepository } from '../../a-repository.ts'
import { anApplication, REPO } from '../../an-application.ts'
import { unasked } from '../unasked.ts'

/** Objects by the name of their file in `apps/web`: what stands in it is their hash, and behind `refers:` what they refer to. */
export const IDS: Readonly<Record<string, string>> = {
  'experiment.yaml': JSON.stringify(['argoproj.io/v1alpha1', 'Experiment', '', 'web-ab']),
  'template.yaml': JSON.stringify(['argoproj.io/v1alpha1', 'AnalysisTemplate', '', 'rate']),
  'config.yaml': JSON.stringify(['v1', 'ConfigMap', '', 'config']),
  'rollout.yaml': JSON.stringify(['argoproj.io/v1alpha1', 'Rollout', '', 'web']),
}

/** Files of `apps/web` by their names, and others by their paths; null takes one away. */
type Change = Readonly<Record<string, string | null>>

export type Told = (digest: RenderedDigest & { result: 'rendered' }, at: string, question: DigestQuestion) => RenderedDigest

export interface Story {
  /** One upon the other on `main`, by their names. */
  readonly commits: Readonly<Record<string, Change>>
  /** What its sync applied, and what was applied before: `try` and `before` where nothing else is said; null where it is not known. */
  readonly applied?: string | null
  readonly goodApplied?: string | null
  /** What is said of what is rendered, in the place of all of it. */
  readonly told?: Told
  readonly application?: Partial<ApplicationSnapshot>
  readonly release?: Partial<Release>
  readonly question?: (place: Place) => Partial<SourceQuestion>
}

export interface Place {
  readonly repository: SomeRepository
  readonly sha: (name: string) => CommitSha
}

export interface Asked extends Place {
  readonly question: SourceQuestion
  /** What was rendered so far: commits by their names, what is in no repository but ours as it is called there. */
  readonly rendered: readonly string[]
  /** What commits are called in a story, in all that a value holds; `…` behind those that are cut short. */
  readonly named: (value: unknown) => unknown
}

/** A question about an Experiment that a sync has brought, and that failed. */
export function anExperiment({ commits, told = (digest) => digest, ...story }: Story): Asked {
  const repository = aRepositoryAt(REPO)
  const names = new Map<string, string>()
  for (const [name, change] of Object.entries(commits)) {
    const files: Files = Object.fromEntries(
      Object.entries(change).map(([file, text]) => [file.includes('/') ? file : `apps/web/${file}`, text]),
    )
    names.set(repository.commit(files, { message: name }), name)
  }
  const sha = (name: string): CommitSha => [...names].find(([, one]) => one === name)?.[0] as CommitSha
  const applied = (name: string | null): Release['applied'] =>
    name === null ? null : { application: 'argocd/web', revisions: [sha(name) ?? name] }
  const place = { repository, sha }
  const rendered: string[] = []
  const renderer: Renderer = {
    render: async () => notRendered('unsupported', ''),
    async digest(question) {
      const [at = ''] = question.revisions
      const name = names.get(at) ?? 'revert'
      rendered.push(`${name}${question.isUnpublished ? ' unpublished' : ''}`)
      return told(await digestAt(repository, at), name, question)
    },
  }
  const { applied: asked = 'try', goodApplied = 'before' } = story
  const question: SourceQuestion = {
    ...someRepositories(repository),
    ...unasked(),
    digest: () => 'd1235',
    application: anApplication([{}], story.application),
    release: aRelease({
      key: 'r',
      rollout: 'experiment:web-ab',
      applied: applied(asked),
      goodApplied: applied(goodApplied),
      ...story.release,
    }),
    renderings: { at: async () => notRendered('unsupported', ''), live: async () => undefined },
    failing: undefined,
    stable: undefined,
    pushed: undefined,
    isLate: false,
    replicaSets: [],
    workloadRef: undefined,
    madeByHand: false,
    seenAsAsked: true,
    others: [],
    renderer,
    ...story.question?.(place),
  }
  return { ...place, question, rendered, named: (value) => withNames(value, names) }
}

async function digestAt({ git }: SomeRepository, at: string): Promise<RenderedDigest & { result: 'rendered' }> {
  const paths = Object.keys(IDS).map((name) => `apps/web/${name}`)
  const commit = asCommitSha(at)
  const texts = commit ? Object.entries(await git.readFiles(commit, paths, 1_000)) : []
  const objects = texts.map(([path, text]) => [IDS[path.slice('apps/web/'.length)] ?? '', ...text.split(' refers: ')] as const)
  return {
    result: 'rendered',
    hides: false,
    digest: JSON.stringify(objects),
    whole: new Map(objects.map(([id, hash = '']) => [id, hash])),
    templates: new Map(objects.flatMap(([id, , refers]) => (refers === undefined ? [] : [[id, refers.split(' ')]]))),
  }
}

function withNames(value: unknown, names: ReadonlyMap<string, string>): unknown {
  const nameOf = (sha: string): string => {
    const name = [...names].find(([one]) => one.startsWith(sha))?.[1]
    return name === undefined || sha.length === 40 ? (name ?? sha) : `${name}…`
  }
  return JSON.parse(JSON.stringify(value ?? null), (_, found: unknown) =>
    typeof found === 'string' ? found.replaceAll(/(?<![0-9a-f])[0-9a-f]{8,40}(?![0-9a-f])/g, nameOf) : found,
  )
}
