import type { CommitSha, GitCommit, InputPath } from '../../../src/domain/application/commit.ts'
import type { SourceFacts } from '../../../src/domain/decision/facts.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import { renderPullRequestBody, type BodyInput } from '../../../src/domain/revert/pull-request-body.ts'
import { createMarkdown } from '../../../src/domain/words/markdown.ts'

export const sha = (digit: string): CommitSha => digit.repeat(40) as CommitSha
export const commit = (name: CommitSha, subject: string): GitCommit => ({
  sha: name,
  parents: [],
  author: { name: 'Ana', email: 'ana@example' },
  committedAt: 0,
  subject,
  body: '',
})
/** Of `web:v2`, which failed over `web:v1`. */
export const release = {
  namespace: 'shop',
  rollout: 'web',
  cluster: 'east',
  images: ['r/web:v2'],
  stableImages: ['r/web:v1'],
  podTemplateHash: 'b',
  stableHash: 'a',
  cause: 'analysis-failed',
  attempts: [],
  recurrence: 1,
} as unknown as Release
export const inputs: readonly InputPath[] = [{ path: 'apps/web', glob: false }]

/** What Git says of it: one commit brought it, and one file goes back. */
export function facts(change: Partial<SourceFacts> = {}): SourceFacts {
  const paths = ['apps/web/rollout.yaml']
  const proof = {
    commit: sha('c'),
    tree: sha('d'),
    atGood: 'f00',
    atRevert: 'f00',
    files: [{ path: 'apps/web/rollout.yaml', before: sha('1'), after: sha('2') }],
  }
  const [good, revision] = [commit(sha('a'), 'Release v1'), commit(sha('b'), 'Release v2')]
  return {
    inputs,
    revision,
    good,
    culprits: [revision],
    paths,
    staying: [],
    byFields: [],
    leftOut: { paths: [], commits: [] },
    irreversible: [],
    otherFiles: [],
    otherApplications: [],
    otherRollouts: [],
    untoldApplications: [],
    branch: 'kedge/revert/bbbbbbbbbbbb-01234567',
    proof,
    ...change,
  } as SourceFacts
}

/** The body of its PR. */
export function body(change: Partial<BodyInput> = {}): string {
  return renderPullRequestBody({
    releases: [release],
    source: facts(),
    key: 'key',
    commitUrl: (name) => `https://git.example/${name}`,
    markup: createMarkdown((escaped) => escaped.replaceAll('feature', '(f)')),
    imageUpdater: false,
    links: [],
    ...change,
  })
}

/** The commands that the reader is told to run. */
export function commandsIn(text: string): string {
  return /```sh\n([^`]*)```/.exec(text)?.[1] ?? ''
}

/** What a body says, line by line, that one of which nothing else is known does not say. */
export function added(change: Partial<BodyInput>): readonly string[] {
  const plain = new Set(body().split('\n'))
  return body(change)
    .split('\n')
    .filter((line) => !plain.has(line))
}

/** `f1`, `f2` and so on. */
export function names(count: number, prefix = 'f'): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index + 1}`)
}

/** As a body lists them. */
export function code(all: readonly string[]): string {
  return all.map((name) => `\`${name}\``).join(', ')
}
