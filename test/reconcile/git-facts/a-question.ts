import type { AppliedRevision } from '../../../src/domain/application/applied-revision.ts'
import { asCommitSha } from '../../../src/domain/application/commit.ts'
import { gitSources } from '../../../src/domain/application/inputs.ts'
import type { RenderedParts } from '../../../src/domain/application/rendered-parts.ts'
import { notRendered, type NotRendered, type Rendering } from '../../../src/domain/application/rendered.ts'
import type { ApplicationSnapshot, HistoryEntry, OperationSnapshot } from '../../../src/domain/application/snapshots.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import type { ReplicaSetSnapshot } from '../../../src/domain/rollout/snapshots.ts'
import type { LiveTemplate } from '../../../src/domain/rollout/template.ts'
import { Sealed } from '../../../src/domain/sealed.ts'
import type { OpenQuestion } from '../../../src/reconcile/git-facts/question/question.ts'
import { aRelease } from '../../contract/ledger-documents.ts'
import { aReplicaSet } from '../../domain/release/a-look.ts'
import { anApplication, aSource } from '../an-application.ts'
import { aHistory, FILE, type History, type NewCommit } from './a-history.ts'

/** The moment so many minutes after the stories here begin, epoch ms. */
export const at = (minute: number): number => minute * 60_000

interface Made {
  level?: number
  steps?: number
  more?: string
}

/** What a commit makes of the Rollout: an image's tag, and what is in its environment. */
export const web = (tag: string, { level = 1, steps, more = '' }: Made = {}): string =>
  `image: web:${tag}\nlevel: ${level}\n${steps === undefined ? '' : `steps: ${steps}\n`}${more}`

/** With this line the environment stands in another order. */
export const REORDERED = 'order: other\n'

/** A sync: its commit, and the minutes in which it began and ended; of one that has no end only when it ended is told. */
export type Sync = readonly [commit: string, began: number, ended?: number]

export interface Story {
  readonly commits: Readonly<Record<string, NewCommit>>
  readonly head?: string
  /** Oldest first. */
  readonly synced: readonly Sync[]
  /** What N and N+1 run: the texts of `web`. */
  readonly n?: string
  readonly next?: string
  readonly application?: Partial<ApplicationSnapshot> | Of<Partial<ApplicationSnapshot>>
  readonly release?: Of<Partial<Release>>
  readonly others?: Of<readonly Release[]>
  readonly failing?: Partial<ReplicaSetSnapshot> | null
  readonly stable?: Partial<ReplicaSetSnapshot> | null
  readonly sets?: readonly ReplicaSetSnapshot[]
  readonly question?: Of<Partial<OpenQuestion>>
}

/** An operation that runs now, and has said of no Rollout yet that it has applied it. */
export function running(revision: string, startedAt?: number): OperationSnapshot {
  return {
    phase: 'Running',
    message: undefined,
    startedAt,
    finishedAt: undefined,
    revisions: [],
    requested: [revision],
    sources: [],
    partial: false,
    rolloutsApplied: [],
  }
}

/** Commits by their names, as they are and as they were applied. */
export interface Names {
  readonly sha: History['sha']
  readonly applied: (name: string) => AppliedRevision
}

/** What is said of a story's commits. */
export type Of<Value> = (of: Names) => Value

export interface Asked extends Names {
  readonly question: OpenQuestion
  /** The two versions as they run. */
  readonly live: { readonly failed: LiveTemplate; readonly before: LiveTemplate }
  /** What was rendered so far, by the names of the commits. */
  readonly rendered: () => readonly string[]
  /** What commits are called in a story, in all that a value holds. */
  readonly named: (value: unknown) => unknown
}

export const SOURCE = aSource()

/** An Application of one folder, of which nothing was synced. */
export const APPLICATION = anApplication()

/** A question about a release from N (`old`, number 1) to N+1 (`abc`, number 2), which failed in minute 60. */
export function aQuestion(story: Story): Asked {
  const history = aHistory(story.commits, story.head)
  const applied = (name: string): AppliedRevision => ({ application: 'argocd/web', revisions: [history.sha(name)] })
  const names: Names = { sha: history.sha, applied }
  const synced = story.synced.map(([name, began, ended = began + 1], id): HistoryEntry => {
    return { id, revisions: [history.sha(name)], sources: [], deployStartedAt: at(began), deployedAt: at(ended) }
  })
  const application = {
    ...APPLICATION,
    history: synced,
    ...(typeof story.application === 'function' ? story.application(names) : story.application),
  }
  const stable = story.stable === null ? undefined : aReplicaSet('old', 1, { uid: 'n', createdAt: at(10), ...story.stable })
  const failing = story.failing === null ? undefined : aReplicaSet('abc', 2, { uid: 'next', createdAt: at(50), ...story.failing })
  const live = { failed: liveOf(story.next ?? web('v2')), before: liveOf(story.n ?? web('v1')) }
  const asked: string[] = []
  const nameOf = (sha: string): string => Object.keys(story.commits).find((name) => history.sha(name) === sha) ?? sha
  const [source] = gitSources(application)
  if (!source) throw new Error('no source')
  const question = {
    application,
    release: aRelease({ key: 'r', images: ['web:v2'], stableImages: ['web:v1'], startedAt: at(50), ...story.release?.(names) }),
    renderings: {
      at: async (revisions: readonly string[]) => {
        const [revision = ''] = revisions
        asked.push(nameOf(revision))
        return renderingOf(await history.repository.readFile(asCommitSha(revision) ?? history.sha(revision), FILE, 10_000))
      },
      live: async ({ uid }: ReplicaSetSnapshot) => (uid === 'n' ? live.before : live.failed),
    },
    source,
    repository: history.repository,
    repositories: { open: async () => history.repository },
    failing,
    stable,
    replicaSets: [stable, failing, ...(story.sets ?? [])].flatMap((set) => set ?? []),
    others: story.others?.(names) ?? [],
    madeByHand: false,
    seenAsAsked: true,
    workloadRef: undefined,
    ...story.question?.(names),
  } as unknown as OpenQuestion
  return { ...names, question, live, rendered: () => asked, named: (value) => withNames(value, nameOf) }
}

function lineOf(text: string, name: string): string | undefined {
  return new RegExp(`^${name}: (.*)$`, 'm').exec(text)?.[1]
}

function liveOf(text: string): LiveTemplate {
  return { template: templateOf(text), ephemeralMetadata: undefined }
}

function templateOf(text: string): Sealed {
  const env = [
    { name: 'LEVEL', value: lineOf(text, 'level') },
    { name: 'MODE', value: 'plain' },
  ]
  const ordered = text.includes(REORDERED) ? env.toReversed() : env
  const [image, added] = [lineOf(text, 'image'), lineOf(text, 'added')]
  return new Sealed({ spec: { containers: [{ name: 'main', image, env: ordered }], ...(added && { priorityClassName: added }) } })
}

/** A file that says `unknown: why` or `failed: why` cannot be rendered, the one by anybody; without a file there is no Rollout. */
function renderingOf(text: string | undefined): Rendering {
  const why = text && (lineOf(text, 'unknown') ?? lineOf(text, 'failed'))
  if (text === undefined || why !== undefined) return notRendered(whyNot(text), why ?? 'it is gone.')
  const steps = lineOf(text, 'steps')
  const spec = new Sealed(steps === undefined ? {} : { strategy: { canary: { steps: [{ setWeight: Number(steps) }] } } })
  return { result: 'rendered', rollout: { template: templateOf(text), spec, analysis: lineOf(text, 'analysis'), ...partsOf(text) } }
}

function whyNot(text: string | undefined): NotRendered {
  if (text === undefined) return 'absent'
  return lineOf(text, 'failed') === undefined ? 'unsupported' : 'failed'
}

/** With a line for a second Rollout, each of the two is told. */
function partsOf(text: string): { parts?: RenderedParts } {
  const worker = lineOf(text, 'worker')
  if (worker === undefined) return {}
  const rollouts = new Map([
    ['shop/web', JSON.stringify(templateOf(text).open())],
    ['shop/worker', worker],
  ])
  return { parts: { rest: '', rollouts } }
}

function withNames(value: unknown, nameOf: (sha: string) => string): unknown {
  if (value === undefined) return undefined
  return JSON.parse(JSON.stringify(value), (_, found: unknown) =>
    typeof found === 'string' ? found.replace(/\b[0-9a-f]{40}\b/g, nameOf) : found,
  )
}
