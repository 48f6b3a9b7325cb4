import type { GitCommit } from '../../../src/domain/application/commit.ts'
import type { OpenQuestion } from '../../../src/reconcile/git-facts/question/question.ts'
import { gatherSource } from '../../../src/reconcile/git-facts/source-facts.ts'
import { aQuestion, web, type Story, type Sync } from './a-question.ts'
import { unasked } from './unasked.ts'

export const N: Sync = ['n', 10]
export const NEXT: Sync = ['next', 49]
export const COMMITS = { n: web('v1'), next: web('v2') }
export const blind = (tag: string, { more = '', ...made }: { level?: number; more?: string } = {}): string =>
  web(tag, { ...made, more: `unknown: nobody renders\n${more}` })
export const BLIND = { n: blind('v1'), next: blind('v2') }

export interface Asking extends Partial<Story> {
  /** Commits that render what another one does. */
  readonly rendersAs?: Readonly<Record<string, string>>
}

/** All that Git says of a release: of N and N+1, which were synced one after the other, where nothing else is said. */
export async function gathered({ question, rendersAs = {}, ...story }: Asking = {}) {
  const asked = aQuestion({
    commits: COMMITS,
    synced: [N, NEXT],
    ...story,
    release: (of) => ({ applied: of.applied('next'), goodApplied: of.applied('n'), ...story.release?.(of) }),
    question: (of) =>
      ({
        ...unasked(),
        ...question?.(of),
      }) as Partial<OpenQuestion>,
  })
  const { renderings } = asked.question
  const like = new Map(Object.entries(rendersAs).map(([name, other]) => [asked.sha(name) as string, asked.sha(other) as string]))
  const render: typeof renderings.at = (revisions, how) =>
    renderings.at(
      revisions.map((one) => like.get(one) ?? one),
      how,
    )
  const facts = await gatherSource({ ...asked.question, renderings: { ...renderings, at: render } })
  return { ...asked, facts }
}

const subjects = (commits: readonly GitCommit[]): readonly string[] => commits.map(({ subject }) => subject)

/** What is said of the commits, by their names. */
export async function told(story: Asking = {}) {
  const { facts, named } = await gathered(story)
  const { revision, good, culprits, later, staying, leftOut, backToOlder, imageCommits, brought, dropped } = facts
  const { refusal, goodStandsIn, syncsBeside, provenBy, restoredInGit } = facts
  return {
    refusal: refusal && [refusal.check, refusal.reason],
    ends: [good?.subject, revision?.subject],
    culprits: subjects(culprits),
    later: subjects(later),
    staying: subjects(staying),
    leftOut: { paths: leftOut.paths, commits: subjects(leftOut.commits) },
    brought: brought && [named(brought.applied?.revisions), named(brought.goodApplied?.revisions ?? null), brought.told],
    ...(named({ backToOlder, imageCommits, dropped }) as Record<'backToOlder' | 'imageCommits' | 'dropped', unknown>),
    goodStandsIn,
    syncsBeside,
    provenBy,
    restoredInGit,
  }
}

export type Told = Awaited<ReturnType<typeof told>>

/** Of N+1 that one commit has brought, by what the two render. */
export const RENDERED = {
  refusal: null,
  ends: ['n', 'next'],
  culprits: ['next'],
  later: [],
  staying: [],
  leftOut: { paths: [], commits: [] },
  brought: [['next'], ['n'], 'by-rendering'],
  backToOlder: [],
  imageCommits: null,
  dropped: [],
  goodStandsIn: false,
  syncsBeside: null,
  provenBy: 'rendering',
  restoredInGit: false,
} satisfies Partial<Record<keyof Told, unknown>> & Record<string, unknown>
/** The same, where nobody renders. */
export const BY_FILES = { ...RENDERED, brought: null, provenBy: 'files' }
/** What is known where no commit of it is. */
export const NOTHING = { ...BY_FILES, ends: [undefined, undefined], culprits: [], provenBy: null }
