import { expect, it } from 'vitest'
import type { GitCommit } from '../../../../src/domain/application/commit.ts'
import { readChanges, type Changes, type Since } from '../../../../src/reconcile/git-facts/culprits/changes.ts'
import { weighLater } from '../../../../src/reconcile/git-facts/culprits/later-commits.ts'
import { FILE, type NewCommit } from '../a-history.ts'
import { web } from '../a-question.ts'
import { asked, type Asking } from '../revisions/reading.ts'

interface Weighing extends Omit<Asking, 'head' | 'commits' | 'n' | 'next'> {
  /** What came after N+1, the last of it as `later`. */
  readonly since?: Readonly<Record<string, NewCommit>>
  readonly n?: NewCommit
  readonly next?: NewCommit
  readonly isRendered?: boolean
  readonly elsewhere?: boolean
  readonly changes?: Partial<Changes>
}

const A = 'analysis: a\n'
const [V1, V2] = [web('v1', { more: A }), web('v2', { more: A })]
const blind = (tag: string): string => web(tag, { more: 'unknown: nobody renders\n' })

/** What later commits leave of a revert of `next`. */
async function weighed({ since = {}, n = V1, next = V2, isRendered = true, elsewhere = false, changes: given, ...story }: Weighing = {}) {
  const commits = { n, next, ...since }
  const head = Object.keys(commits).at(-1) ?? ''
  const { question, sha, named, read } = asked({ commits, head, told: 'n', ...story })
  const revisions = await read()
  const until: Since = { head: sha(head), laterElsewhere: elsewhere ? [revisions.revision] : [] }
  const changes = { ...(await readChanges(question, revisions, until)), ...given }
  const { facts, versions, texts } = await weighLater(question, { revisions, changes, since: until, isRendered })
  return named({
    ...facts,
    later: subjects(facts.later),
    staying: subjects(facts.staying),
    byFields: facts.byFields.map((one) => ({ ...one, since: subjects(one.since) })),
    versions: versions && [versions.by, ...('head' in versions ? ['head'] : [])],
    texts: [...texts],
  })
}

const subjects = (commits: readonly GitCommit[]): readonly string[] => commits.map(({ subject }) => subject)

const OTHER = 'apps/web/other.yaml'
const BESIDE = { later: { files: { [OTHER]: 'x' } } }
const noted = (tag: string, note: number): string => web(tag, { more: `${A}note: ${note}\n` })

/** Nothing has come, and both versions render. */
const NONE = {
  later: [],
  staying: [],
  restoredInGit: false,
  overtaken: false,
  byFields: [],
  notByFields: null,
  leftOut: { paths: [], commits: [] },
  versions: ['rendering'],
  texts: [],
}
/** What has come stands in the way. */
const IN_THE_WAY = { ...NONE, later: ['later'], versions: undefined }
const OVERTAKEN = { ...IN_THE_WAY, overtaken: true }

it.each<[string, Weighing, object]>([
  ['nothing has come', {}, NONE],
  ['it touches nothing that goes back', { since: BESIDE }, { ...NONE, staying: ['later'], versions: ['rendering', 'head'] }],
  ['it has other steps', { since: { later: web('v2', { steps: 5, more: A }) } }, OVERTAKEN],
  ['it measures otherwise', { since: { later: web('v2', { more: 'analysis: b\n' }) } }, OVERTAKEN],
  ['it does not render', { since: { later: blind('v2') } }, OVERTAKEN],
  [
    'all that has come touches other fields of the file',
    { since: { mid: noted('v2', 1), later: noted('v2', 2) } },
    {
      ...NONE,
      staying: ['mid', 'later'],
      byFields: [{ path: FILE, fields: ['image'], since: ['mid', 'later'] }],
      versions: ['rendering', 'head'],
      texts: [[FILE, noted('v1', 2)]],
    },
  ],
  ['the files are back', { since: { later: V1 } }, { ...OVERTAKEN, restoredInGit: true }],
  ['what was changed is back', { since: { later: noted('v1', 1) } }, { ...OVERTAKEN, restoredInGit: true }],
  ['what was changed is back, and it renders neither', { since: { later: web('v1', { level: 3, more: A }) } }, OVERTAKEN],
  [
    'it changes the same field',
    { since: { later: web('v3', { more: A }) } },
    { ...OVERTAKEN, notByFields: `in ${FILE}, image has been changed since, or what it stands in` },
  ],
  [
    'what was changed was back for a while',
    { since: { mid: noted('v1', 1), later: noted('v2', 1) } },
    { ...OVERTAKEN, later: ['mid', 'later'], notByFields: 'what the release changed was back for a while' },
  ],
  ['it is of another repository', { elsewhere: true }, { ...IN_THE_WAY, later: ['next'] }],
  ['nothing goes back', { changes: { overtaken: true, paths: [] } }, { ...OVERTAKEN, later: [], notByFields: 'nothing is to be restored' }],
])('what has come since is weighed by what renders: %s', async (_, story, expected) => {
  expect(await weighed(story)).toEqual(expected)
})

/** The release has changed a file of a name that would be a pattern as well. */
const PATTERN = 'apps/web/a[1].yaml'
const both = (web: string, text: string): NewCommit => ({ files: { [FILE]: web, [PATTERN]: text } })
const PATTERNS = { n: both(V1, 'x: 1\n'), next: both(V2, 'x: 2\n') }
const pattern = (text: string): NewCommit => ({ files: { [PATTERN]: text } })

it('a file whose name would be a pattern is looked for by its name', async () => {
  const since = { mid: pattern('x: 2\ny: 1\n'), later: pattern('x: 2\ny: 2\n') }
  expect(await weighed({ ...PATTERNS, since })).toMatchObject({
    byFields: [{ path: PATTERN, fields: ['x'], since: ['mid', 'later'] }],
  })
  const back = { mid: pattern('x: 1\ny: 1\n'), later: pattern('x: 2\ny: 2\n') }
  expect(await weighed({ ...PATTERNS, since: back })).toMatchObject({ notByFields: 'some of what the release changed is back already' })
})

it.each([
  [20, null],
  [21, '21 commits to these files have come since'],
])('%i commits to the files are looked at one by one', async (count, notByFields) => {
  const since = Object.fromEntries(Array.from({ length: count }, (_, at) => [`later${at}`, noted('v2', at)]))
  expect(await weighed({ since })).toMatchObject({ notByFields })
})

const BLIND = { n: blind('v1'), next: blind('v2') }

it.each<[string, Weighing, object]>([
  ['nothing has come', {}, { ...NONE, versions: ['files'] }],
  ['it touches nothing that goes back', { since: BESIDE }, IN_THE_WAY],
  ['it touches other fields of the file', { since: { later: `${BLIND.next}note: 1\n` } }, OVERTAKEN],
  ['it changes the same field', { since: { later: blind('v3') } }, OVERTAKEN],
  [
    'all of it is of other Rollouts',
    {
      since: BESIDE,
      changes: { laterOwn: [], laterOthers: [OTHER, 'b.yaml', 'a.yaml'], leftOut: { paths: ['x.yaml', 'b.yaml'], commits: [] } },
    },
    { ...NONE, leftOut: { paths: ['a.yaml', OTHER, 'b.yaml', 'x.yaml'], commits: [] }, versions: ['files'] },
  ],
])('what has come since is weighed by files, where nobody renders: %s', async (_, story, expected) => {
  expect(await weighed({ ...BLIND, isRendered: false, ...story })).toEqual(expected)
})
