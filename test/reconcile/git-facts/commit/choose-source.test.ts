import { describe, expect, it } from 'vitest'
import type { AppliedRevision } from '../../../../src/domain/application/applied-revision.ts'
import type { CommitSha } from '../../../../src/domain/application/commit.ts'
import type { ApplicationSnapshot, SourceSnapshot } from '../../../../src/domain/application/snapshots.ts'
import { chooseSource, isSameForApp, onlySource } from '../../../../src/reconcile/git-facts/commit/choose-source.ts'
import { Refusal } from '../../../../src/reconcile/git-facts/question/refusal.ts'
import { aRelease } from '../../../contract/ledger-documents.ts'
import { aRepositoryAt, someRepositories } from '../../a-repository.ts'
import { anApplication, REPO } from '../../an-application.ts'

const VALUES = 'https://git.example/shop/values.git'
const NAMES = 'git.example/shop/gitops, git.example/shop/values'
/** A folder in each of two repositories. */
const TWO: readonly Partial<SourceSnapshot>[] = [{}, { repoURL: VALUES }]

interface Commits {
  /** Two that change the Application in one repository, and others' after each. */
  readonly one: CommitSha
  readonly oneBeside: CommitSha
  readonly two: CommitSha
  readonly twoBeside: CommitSha
  /** The same in the other. */
  readonly values: Omit<Commits, 'values'>
}

/** Two repositories with such histories. */
function aPlace() {
  const [gitops, values] = [aRepositoryAt(REPO), aRepositoryAt(VALUES)]
  const commitsOf = ({ commit }: typeof gitops): Omit<Commits, 'values'> => {
    const change = (path: string, text: string): CommitSha => commit({ [path]: text })
    const [one, oneBeside] = [change('apps/web/a.yaml', 'a: 1'), change('README.md', '1')]
    return { one, oneBeside, two: change('apps/web/a.yaml', 'a: 2'), twoBeside: change('README.md', '2') }
  }
  return { ...someRepositories(gitops, values), commits: { ...commitsOf(gitops), values: commitsOf(values) } }
}

type Revisions = (commits: Commits) => readonly string[]

interface Story {
  readonly sources?: readonly Partial<SourceSnapshot>[]
  /** Undefined where it is not known. */
  readonly good: Revisions | undefined
  readonly applied: Revisions | undefined
  readonly compared?: Revisions
}

const appliedAs = (revisions: readonly string[]): AppliedRevision => ({ application: 'argocd/web', revisions })

/** What was chosen, or why nothing was; and which repositories were opened. */
async function chosenOf({ sources = TWO, good, applied, compared }: Story) {
  const { repositories, opened, commits } = aPlace()
  const of = (revisions: Revisions | undefined): AppliedRevision | null => (revisions ? appliedAs(revisions(commits)) : null)
  const application = anApplication(sources, { comparedRevisions: compared?.(commits) ?? [] })
  const release = aRelease({ key: 'r', applied: of(applied), goodApplied: of(good) })
  const chosen = await chooseSource({ application, repositories, release }).then(
    ({ source, laterElsewhere }) => ({ index: source.index, later: laterElsewhere.map(({ sha }) => sha) }),
    (error: unknown) => (error instanceof Refusal ? `${error.check}: ${error.message}` : Promise.reject(error as Error)),
  )
  return { chosen, opened: [...new Set(opened)], commits }
}

describe('the source whose branch a revert has to go to', () => {
  const known: Story = { good: ({ one }) => [one], applied: ({ two }) => [two] }

  it('is the only one, of which nothing is asked', async () => {
    expect(await chosenOf({ ...known, sources: [{ targetRevision: '' }] })).toMatchObject({ chosen: { index: 0, later: [] }, opened: [] })
  })

  it.each<[string, readonly Partial<SourceSnapshot>[], string]>([
    ['a chart', [{ chart: 'web' }], 'a Helm repository'],
    ['charts, one of them an artifact', [{ chart: 'web' }, { repoURL: 'oci://registry.example/web' }], 'an OCI artifact'],
  ])('is none where all there is is %s', async (_, sources, what) => {
    const chosen = `P3: the source is ${what}: there is no Git commit to revert; whoever pins the version has to change it.`
    expect(await chosenOf({ ...known, sources })).toMatchObject({ chosen, opened: [] })
  })

  it.each<[string, Story, string, readonly string[]]>([
    [
      'what was applied is not known',
      { good: ({ one }) => [one], applied: undefined },
      'P4: Argo CD does not say which revisions it applied.',
      [],
    ],
    [
      'what was applied before is not known',
      { good: undefined, applied: ({ two }) => [two] },
      `P6: the Application reads several repositories (${NAMES}), and Kedge has not seen the version before run: which of them changed ` +
        'is not known.',
      [],
    ],
    [
      'none of them changed for the Application',
      { good: ({ one, values }) => [one, values.two], applied: ({ oneBeside, values }) => [oneBeside, values.two] },
      `P7: none of the repositories (${NAMES}) changed for this Application between the two versions: the image behind a tag, a ` +
        'parameter or a generated value did.',
      [REPO],
    ],
    [
      'several of them did',
      { good: ({ one, values }) => [one, values.one], applied: ({ two, values }) => [two, values.two] },
      `P3: several repositories changed between the two versions (${NAMES}): one PR cannot restore them together.`,
      [REPO, VALUES],
    ],
  ])('is not known where %s', async (_, story, chosen, opened) => {
    expect(await chosenOf(story)).toMatchObject({ chosen, opened })
  })

  it('is the one that changed; what is at rest is not opened', async () => {
    const story: Story = { good: ({ one, values }) => [one, values.one], applied: ({ one, values }) => [one, values.two] }
    expect(await chosenOf(story)).toMatchObject({ chosen: { index: 1, later: [] }, opened: [VALUES] })
  })

  it('is one whose revision before is nowhere by now', async () => {
    const story: Story = { good: ({ values }) => ['f'.repeat(40), values.one], applied: ({ one, values }) => [one, values.one] }
    expect(await chosenOf(story)).toMatchObject({ chosen: { index: 0, later: [] } })
  })

  it('changed where one of its folders did, and not the others', async () => {
    const sources = [{}, { repoURL: VALUES, path: 'none' }, { repoURL: VALUES }]
    const story: Story = {
      sources,
      good: ({ one, values }) => [one, values.one, values.one],
      applied: ({ one, values }) => [one, values.one, values.two],
    }
    expect(await chosenOf(story)).toMatchObject({ chosen: { index: 1, later: [] }, opened: [VALUES] })
  })

  it('is not one of which the Application reads nothing', async () => {
    const sources = [{}, { repoURL: VALUES, path: undefined, ref: 'values' }]
    const story: Story = { sources, good: ({ one, values }) => [one, values.one], applied: ({ two, values }) => [two, values.two] }
    expect(await chosenOf(story)).toMatchObject({ chosen: { index: 0, later: [] }, opened: [REPO] })
  })

  it.each<[string, Revisions, (commits: Commits) => readonly string[]]>([
    ['of the others is told', ({ two, values }) => [two, values.twoBeside], ({ values }) => [values.two]],
    ['is nothing where Argo CD names branches', () => ['main', 'main'], () => []],
    ['is nothing where others were changed', ({ two, values }) => [two, values.oneBeside], () => []],
    ['is nothing where nothing was compared', () => [], () => []],
  ])('has later commits elsewhere: what was compared since %s', async (_, compared, later) => {
    const story: Story = { good: ({ one, values }) => [one, values.one], applied: ({ two, values }) => [two, values.one], compared }
    const { chosen, commits } = await chosenOf(story)
    expect(chosen).toEqual({ index: 0, later: later(commits) })
  })

  it('has none of its own: they are told of by its branch', async () => {
    const story: Story = { good: ({ values }) => ['f'.repeat(40), values.one], applied: ({ one, values }) => [one, values.one] }
    expect(await chosenOf({ ...story, compared: ({ two, values }) => [two, values.one] })).toMatchObject({
      chosen: { index: 0, later: [] },
    })
  })
})

describe('an Application of one repository', () => {
  const sourceOf = async (...sources: readonly Partial<SourceSnapshot>[]) => {
    const { repositories, opened } = aPlace()
    const told = await onlySource({ application: anApplication(sources), repositories }).then(
      (source) => source?.index,
      (error: unknown) => (error instanceof Refusal ? `${error.check}: ${error.message}` : Promise.reject(error as Error)),
    )
    return { told, opened }
  }
  const P3 = 'P3: the Application reads several branches of git.example/shop/gitops: one PR cannot restore them together.'

  it.each<[string, readonly string[], number | string, readonly string[]]>([
    ['one branch by its two names', ['main', 'refs/heads/main'], 0, []],
    ['the default branch, by name and without', ['main', ''], 0, [REPO]],
    ['the default branch, and another', ['HEAD', 'release'], P3, [REPO]],
    ['two branches', ['main', 'release'], P3, []],
  ])('reads %s', async (_, branches, told, opened) => {
    expect(await sourceOf(...branches.map((targetRevision) => ({ targetRevision })))).toEqual({ told, opened })
  })

  it('has that source, also beside charts; one of several repositories or of none has no only one', async () => {
    expect(await sourceOf({ chart: 'web' }, {})).toEqual({ told: 1, opened: [] })
    expect(await sourceOf(...TWO)).toEqual({ told: undefined, opened: [] })
    expect(await sourceOf({ chart: 'web' })).toEqual({ told: undefined, opened: [] })
  })
})

it.each<[string, Revisions, Revisions, Partial<AppliedRevision>, boolean]>([
  [
    'others’ commits lie between them',
    ({ one, values }) => [one, values.one],
    ({ oneBeside, values }) => [oneBeside, values.one],
    {},
    true,
  ],
  ['one of its repositories changed', ({ one, values }) => [one, values.one], ({ one, values }) => [one, values.two], {}, false],
  [
    'another Application applied one',
    ({ one, values }) => [one, values.one],
    ({ one, values }) => [one, values.one],
    { application: 'argocd/api' },
    false,
  ],
])('two revisions are the same to an Application, or not: where %s', async (_, ...[from, to, more, is]) => {
  const { repositories, commits } = aPlace()
  const application: ApplicationSnapshot = anApplication(TWO)
  expect(await isSameForApp({ application, repositories }, appliedAs(from(commits)), { ...appliedAs(to(commits)), ...more })).toBe(is)
})
