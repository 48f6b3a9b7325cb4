import { expect, it } from 'vitest'
import type { InputPath } from '../../../../src/domain/application/commit.ts'
import { settleCandidates } from '../../../../src/reconcile/git-facts/culprits/worked-out.ts'
import { Refusal } from '../../../../src/reconcile/git-facts/question/refusal.ts'
import { files } from '../a-branch.ts'
import { aRow, type Row } from './a-row.ts'

const FIRM = files('apps/web/web.yaml')
const ENV: readonly InputPath[] = [{ path: 'apps/web/env', glob: false }]
const settling = (given: Partial<Row> = {}): Partial<Row> => ({
  ...given,
  revisions: { firm: FIRM, restored: [...ENV, ...FIRM], candidates: ENV, ...given.revisions },
})

/** What of a row of commits goes back beside what is read for certain; `a` and `b` are files whose names a template works out. */
async function settled(states: readonly string[], given: Partial<Row> = {}): Promise<readonly string[]> {
  const read = states.map((state) => state.replaceAll(/\b([ab])=/g, 'env/$1.yaml='))
  const { question, revisions } = await aRow(read, settling(given))
  const found = await settleCandidates(question, revisions, true)
  expect(found).toEqual({ ...revisions, restored: found.restored })
  expect(found.restored.every(({ glob }) => !glob)).toBe(true)
  const paths = found.restored.map(({ path }) => path)
  expect(paths).toContain('apps/web/web.yaml')
  return paths.filter((path) => path !== 'apps/web/web.yaml')
}

const [A, B] = ['apps/web/env/a.yaml', 'apps/web/env/b.yaml']

it.for<readonly [what: string, states: readonly string[], back: readonly string[], given?: Partial<Row>]>([
  ['it comes with what is read for certain', ['web=v1 a=1 b=1', 'web=v2 a=2 b=1'], [A]],
  ['it comes with what is read for certain, and nobody can tell what it renders', ['web=v1 a=1', 'web=v2 a=2 ?failed'], [A]],
  ['it changes something', ['web=v1 rest=x a=1 b=1', 'web=v1 rest=y a=2 b=1', 'web=v2 rest=y a=2 b=1'], [A]],
  ['it changes nothing', ['web=v1 a=1 b=1', 'web=v1 a=2 b=1', 'web=v2 a=2 b=1'], []],
  ['one changes nothing, and one comes with it', ['web=v1 a=1 b=1', 'web=v1 a=2 b=1', 'web=v2 a=2 b=2'], [B]],
  ['what it renders is gone', ['web=v1 a=1', 'web=v1 a=2 ?absent', 'web=v2 a=2'], [A]],
  [
    'a PR has taken it back',
    ['web=v1 a=1', 'web=v1 a=2', 'web=v2 a=2'],
    [A],
    { opened: [{ good: 0, culprits: [2], paths: [A, 'x.yaml'] }] },
  ],
  ['twenty change nothing', ['web=v1', ...Array.from({ length: 20 }, (_, at) => `web=v1 a=${at}`), 'web=v2 a=19'], []],
])('a file whose name is worked out goes back with a commit where %s', async ([, states, back, given]) => {
  expect(await settled(states, given)).toEqual(back)
})

it('without any such file all is as it was', async () => {
  const { question, revisions } = await aRow(['web=v1', 'web=v2'], settling({ revisions: { candidates: [] } }))
  expect(await settleCandidates(question, revisions, true)).toBe(revisions)
  expect(await settleCandidates(question, revisions, false)).toBe(revisions)
})

it('where nobody renders none goes back, and none stands in the way', async () => {
  const inputs = [...ENV, { path: 'apps/web/env', glob: true }, ...files('apps/web/other.yaml')]
  const { question, revisions, asked } = await aRow(
    ['web=v1', 'web=v2'],
    settling({ revisions: { inputs, candidates: [...ENV, ...files('apps/web/x.yaml')] } }),
  )
  expect(await settleCandidates(question, revisions, false)).toEqual({
    ...revisions,
    restored: FIRM,
    inputs: expect.toSatisfy((found: readonly InputPath[]) => {
      const all = [{ path: 'apps/web/env', glob: true }, ...files('apps/web/other.yaml'), ...FIRM]
      return found.length === all.length && all.every((one) => found.some(({ path, glob }) => path === one.path && glob === one.glob))
    }),
  })
  expect(asked).toEqual([])
})

it('of the first commit of all something has changed, whatever it renders', async () => {
  const { question, revisions, commits, asked } = await aRow(['web=v1 env/a.yaml=1', 'web=v2 env/a.yaml=1'], settling())
  const root = {
    ...question.repository,
    commitsTouching: async (_: string, __: string, of: unknown) => (of === ENV ? commits.slice(0, 1) : []),
  }
  const found = await settleCandidates({ ...question, repository: root }, revisions, true)
  expect(found.restored.map(({ path }) => path)).toEqual([A, 'apps/web/web.yaml'])
  expect(asked).toEqual([])
})

it.for<readonly [what: string, states: readonly string[], why: (name: string) => string]>([
  [
    'it is not rendered',
    ['web=v1 a=1', 'web=v1 a=2 ?failed', 'web=v2 a=2'],
    (name) => `whether ${name} changes anything is not known. It says why.`,
  ],
  [
    'the one before is not',
    ['web=v1 a=1 ?failed', 'web=v1 a=2', 'web=v2 a=2'],
    (name) => `whether ${name} changes anything is not known. It says why.`,
  ],
  [
    'there are more than twenty',
    ['web=v1', ...Array.from({ length: 21 }, (_, at) => `web=v1 a=${at}`), 'web=v2 a=20'],
    () => '21 commits change files of which a template works out the names: too many to be rendered.',
  ],
])('whether a commit changes anything is refused where %s', async ([, states, why]) => {
  const { commits } = await aRow(states.map((state) => state.replaceAll('a=', 'env/a.yaml=')))
  const name = `${commits[1]?.sha.slice(0, 12)} “change 1”`
  await expect(settled(states)).rejects.toEqual(new Refusal('P7', why(name)))
})
