import { expect, it } from 'vitest'
import { withoutAdded } from '../../../../src/reconcile/git-facts/culprits/added-since.ts'
import { files } from '../a-branch.ts'
import { aRow, type Row } from './a-row.ts'

/** Files that go back, and files that stand in the way, of a release that is the second commit; undefined where all is as it was. */
async function without(states: readonly string[], given: Partial<Row> = {}): Promise<readonly (readonly string[])[] | undefined> {
  const { question, revisions, commits } = await aRow(states, { revision: 1, ...given, revisions: { isPlain: true, ...given.revisions } })
  const head = commits.at(-1)
  if (!head) throw new Error('there is a commit')
  const found = await withoutAdded(question, revisions, head.sha)
  if (found === revisions) return undefined
  const [restored, inputs] = [found.restored, found.inputs].map((all) => all.map(({ path }) => path))
  expect(found).toEqual({ ...revisions, restored: files(...(restored ?? [])), inputs: files(...(inputs ?? [])) })
  return [restored ?? [], inputs ?? []].map((paths) => paths.map((path) => path.replace('apps/web/', '')))
}

const RELEASE = ['web=v1 note=1', 'web=v2 note=1']
const since = (...states: readonly string[]): readonly string[] => [...RELEASE, ...states.map((state) => `web=v2 ${state}`)]
const many = (count: number, value = 'x'): string => Array.from({ length: count }, (_, at) => `f${at}.yaml=${value}`).join(' ')

it.for<readonly [what: string, states: readonly string[]]>([
  ['a manifest', since('note=1 new=x')],
  ['a manifest of JSON', since('note=1 new.json=x')],
  ['manifests, one after the other', since('note=1 new=x', 'note=1 new=y below/more.yml=x')],
  ['a manifest of a name that would be a pattern', since('note=1 n[1].yaml=x')],
  ['200 manifests', since(`note=1 ${many(200)}`)],
])('what came later and cannot matter stands in no way: %s', async ([, states]) => {
  expect(await without(states)).toEqual([['web.yaml'], ['web.yaml']])
})

it('what came later beside it stands in the way', async () => {
  expect(await without(since('note=2 new=x'))).toEqual([['web.yaml'], ['web.yaml', 'note.yaml']])
  expect(await without(since('note=1 new=x').map((state) => state.replace('v2 note=1 new', 'v3 note=1 new')))).toEqual([
    ['web.yaml'],
    ['web.yaml'],
  ])
})

it.for<readonly [what: string, states: readonly string[], given?: Partial<Row>]>([
  ['nothing came', RELEASE],
  ['not all is plain', since('note=1 new=x'), { revisions: { isPlain: false } }],
  ['a manifest names the Rollout', since('note=1 new=web-config')],
  ['a manifest may spell it', since('note=1 new="\\x77eb"')],
  ['a manifest declares an analysis', since('note=1 new=AnalysisTemplate')],
  ['a manifest is gone again', since('note=1 new=x', 'note=1')],
  ['a manifest is larger than is looked at', since(`note=1 new=${'x'.repeat(256 * 1024)}`)],
  ['a kustomization came', since('note=1 kustomization.yaml=x')],
  ['a chart came', since('note=1 Chart.yaml=x')],
  ['parameters came', since('note=1 .argocd-source.yaml=x')],
  ['what is no manifest came', since('note=1 new.txt=x')],
  ['a file has changed that N had', since('note=2')],
  ['a file has come back that N had', ['web=v1 note=1', 'web=v2', 'web=v2 note=1']],
  ['a file has changed that came with N+1', ['web=v1', 'web=v2 note=1', 'web=v2 note=2']],
  ['201 manifests came', since(`note=1 ${many(201)}`)],
  ['the release changed 201 files', ['web=v1', `web=v2 ${many(200)}`, `web=v2 ${many(200)} new=x`]],
])('all stands as it was where %s', async ([, states, given]) => {
  expect(await without(states, given)).toBeUndefined()
})

it('of a release of 200 files each goes back by name', async () => {
  const found = await without(['web=v1', `web=v2 ${many(199)}`, `web=v2 ${many(199)} new=x`])
  expect(found?.map((paths) => paths.length)).toEqual([200, 200])
})
