import type { GitCommit } from '../../../../src/domain/application/commit.ts'
import { notRendered, type NotRendered, type Rendering } from '../../../../src/domain/application/rendered.ts'
import type { Release } from '../../../../src/domain/release/release.ts'
import type { Revert } from '../../../../src/domain/revert/revert.ts'
import { Sealed } from '../../../../src/domain/sealed.ts'
import type { OpenQuestion } from '../../../../src/reconcile/git-facts/question/question.ts'
import type { Revisions } from '../../../../src/reconcile/git-facts/revisions/revisions.ts'
import { aRelease } from '../../../contract/ledger-documents.ts'
import { anApplication, REPO } from '../../an-application.ts'
import { aBranch, files } from '../a-branch.ts'

/** What a revert took back when its PR was opened: commits by their places. */
export interface Opened {
  good: number
  culprits: readonly number[]
  repository?: string
  paths?: readonly string[]
}

export interface Row {
  /** The ends, where they are not the first and the last. */
  good: number
  revision: number
  /** The commit that N's sync brought; null where that is not told. */
  goodApplied: number | null
  opened: readonly Opened[]
  release: Partial<Release>
  question: Partial<OpenQuestion>
  revisions: Partial<Revisions>
}

/**
 * A release of commits in a row. Each is told by what there is after it: `web=v1 worker=v1 rest=a` are two Rollouts and all else, with a
 * file of its own for each, and for whatever else is named; behind a `/` stands what the file says where that is something else.
 * `?failed` is not rendered. What begins with an `@` is the manifest of a Rollout.
 */
export async function aRow(states: readonly string[], given: Partial<Row> = {}) {
  const read = states.map(fieldsOf)
  const { repository, commits } = await aBranch(read.map((fields, at) => changeOf(read[at - 1], fields)))
  const { good = 0, revision = -1, goodApplied = good, opened = [] } = given
  const commitAt = (at: number): GitCommit => {
    const commit = commits.at(at)
    if (!commit) throw new Error(`there is no commit ${at}`)
    return commit
  }
  const applied = (at: number) => ({ application: 'argocd/web', revisions: [commitAt(at).sha] })
  const asked: number[] = []
  const question = {
    application: anApplication([{}]),
    release: aRelease({
      key: 'r',
      applied: applied(revision),
      goodApplied: goodApplied === null ? null : applied(goodApplied),
      ...given.release,
    }),
    source: { repoURL: REPO, repository: 'git.example/shop/gitops', index: 0, targetRevision: 'main' },
    repository,
    renderings: {
      at: async ([sha]: readonly string[]) => {
        const at = commits.findIndex((commit) => commit.sha === sha)
        asked.push(at)
        return renderingOf(states[at] ?? '?unfetched')
      },
    },
    opened: opened.map((one) => openedOf(one, commitAt)),
    goesByFiles: false,
    ...given.question,
  } as unknown as OpenQuestion
  const folder = files('apps/web')
  const revisions = {
    good: commitAt(good),
    revision: commitAt(revision),
    inputs: folder,
    restored: folder,
    firm: folder,
    candidates: [],
    unknown: [],
    perhaps: [],
    isPlain: false,
    goodStandsIn: false,
    ...given.revisions,
  } as unknown as Revisions
  return { question, revisions, commits, asked, placeOf: (sha: string) => commits.findIndex((commit) => commit.sha === sha) }
}

type Fields = ReadonlyMap<string, string>

function fieldsOf(state: string): Fields {
  const named = state.split(' ').flatMap((word) => (word === '' || word.startsWith('?') ? [] : [word]))
  return new Map(named.map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]))
}

function fileOf(name: string): string {
  if (name === 'out') return 'elsewhere.yaml'
  return name.includes('.') ? `apps/web/${name}` : `apps/web/${name}.yaml`
}

function changeOf(before: Fields | undefined, after: Fields): Record<string, string | null> {
  const changed = [...new Set([...(before?.keys() ?? []), ...after.keys()])].filter((name) => before?.get(name) !== after.get(name))
  return Object.fromEntries(changed.map((name) => [fileOf(name), textOf(name, after.get(name))]))
}

function textOf(name: string, said: string | undefined): string | null {
  const spec = `spec:\n  image: ${said?.split('/').at(-1)}\n`
  if (said === undefined) return null
  return said.startsWith('@')
    ? `apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata:\n  name: ${name}\n${spec.replace('@', '')}`
    : spec
}

function renderingOf(state: string): Rendering {
  const [, why] = /\?([\w-]+)/.exec(state) ?? []
  if (why !== undefined) return notRendered(why as NotRendered, 'It says why.')
  const part = (name: string): string | undefined => fieldsOf(state).get(name)?.split('/')[0]
  const rollouts = ['web', 'worker'].flatMap((name) => (part(name) === undefined ? [] : [[`shop/${name}`, part(name)] as [string, string]]))
  const sealed = new Sealed({})
  const parts = { rest: part('rest') ?? '', rollouts: new Map(rollouts) }
  return { result: 'rendered', rollout: { template: sealed, spec: sealed, analysis: undefined, parts } }
}

function openedOf(
  { good, culprits, repository = 'git.example/shop/gitops', paths = [] }: Opened,
  at: (place: number) => GitCommit,
): Revert {
  return { repository, goodRevision: at(good).sha, culprits: culprits.map(at), paths } as unknown as Revert
}
