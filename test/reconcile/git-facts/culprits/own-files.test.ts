import { expect, it } from 'vitest'
import type { CommitSha } from '../../../../src/domain/application/commit.ts'
import type { ApplicationSnapshot } from '../../../../src/domain/application/snapshots.ts'
import type { GitRepository } from '../../../../src/ports/git.ts'
import { shareOut, type Shares } from '../../../../src/reconcile/git-facts/culprits/own-files.ts'

type Files = Readonly<Record<string, string>>

const rollout = (name: string, tag: string): string =>
  `\napiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: ${name}}\nspec: {tag: ${tag}}\n`
const file = (...documents: string[]): string => documents.join('---')

/** What is left out of a revert of web, where the files are these at N and N+1. */
const leftOut = async (good: Files, bad: Files): Promise<readonly string[]> => (await shared(good, bad)).own

async function shared(good: Files, bad: Files): Promise<Shares> {
  const at = (revision: string): Files => (revision === 'good' ? good : bad)
  const repository = {
    objectNames: async (revision: string, paths: readonly string[]) =>
      Object.fromEntries(paths.map((path) => [path, at(revision)[path] ?? null])),
    readFiles: async (revision: string) => at(revision),
  } as unknown as GitRepository
  return shareOut(repository, {
    application: { destinationNamespace: 'shop' } as ApplicationSnapshot,
    release: { namespace: 'shop', rollout: 'web' },
    from: 'good' as CommitSha,
    to: 'bad' as CommitSha,
    paths: [...new Set([...Object.keys(good), ...Object.keys(bad)])].sort(),
  })
}

const web = (tag: string): Files => ({ 'web.yaml': rollout('web', tag) })

it("another Rollout's own file is left out, also one that comes or goes with it", async () => {
  const [one, two] = [{ 'worker.yaml': rollout('worker', 'v1') }, { 'worker.yaml': rollout('worker', 'v2') }]
  expect(await leftOut({ ...web('v1'), ...one }, { ...web('v2'), ...two })).toEqual(['worker.yaml'])
  expect(await leftOut(web('v1'), { ...web('v2'), ...two })).toEqual(['worker.yaml'])
  expect(await leftOut({ ...web('v1'), ...one }, web('v2'))).toEqual(['worker.yaml'])
})

it('all else in such a file has to be the same, letter for letter', async () => {
  const config = '\nkind: ConfigMap\napiVersion: v1\nmetadata: {name: worker}\ndata: {mode: 010}\n'
  const at = (tag: string, other: string): Files => ({ 'worker.yaml': file(rollout('worker', tag), other) })
  expect(await leftOut(at('v1', config), at('v2', config))).toEqual(['worker.yaml'])
  expect(await leftOut(at('v1', config), at('v2', config.replace('010', '10')))).toEqual([])
  expect(await leftOut(at('v1', rollout('web', 'v1')), at('v2', rollout('web', 'v1')))).toEqual(['worker.yaml'])
  expect(await leftOut(at('v1', rollout('web', 'v1')), at('v2', rollout('web', 'v2')))).toEqual([])
  expect(await leftOut(at('v1', config), at('v2', file(config, config)))).toEqual([])
})

it('where anything but a Rollout differs in any file, all of it goes back', async () => {
  const config = (name: string): string => `\nkind: ConfigMap\napiVersion: v1\nmetadata: {name: ${name}}\n`
  const at = (tag: string, name: string): Files => ({ ...web(tag), 'config.yaml': config(name), 'worker.yaml': rollout('worker', tag) })
  expect(await leftOut(at('v1', 'one'), at('v2', 'one'))).toEqual(['worker.yaml'])
  expect(await leftOut(at('v1', 'one'), at('v2', 'two'))).toEqual([])
})

it('whoever differs in the files that go back is named, also one that is gone', async () => {
  const good = { 'all.yaml': file(rollout('web', 'v1'), rollout('worker', 'v1'), rollout('cron', 'v1')) }
  const bad = { 'all.yaml': file(rollout('web', 'v2'), rollout('cron', 'v1')) }
  expect(await shared(good, bad)).toEqual({ own: [], beside: ['shop/worker'] })
  expect(await shared(web('v1'), { ...web('v2'), 'worker.yaml': rollout('worker', 'v2') })).toEqual({ own: ['worker.yaml'], beside: [] })
})

it('a Rollout that is changed in a file that goes back as well has no file of its own, nor has who shares a file with it', async () => {
  const good = { 'all.yaml': file(rollout('web', 'v1'), rollout('worker', 'v1')), 'jobs.yaml': rollout('cron', 'v1') }
  const moved = { 'all.yaml': rollout('web', 'v2'), 'worker.yaml': rollout('worker', 'v2') }
  expect(await leftOut(good, { ...moved, 'jobs.yaml': rollout('cron', 'v2') })).toEqual(['jobs.yaml'])
  expect(
    await leftOut(good, {
      ...moved,
      'jobs.yaml': rollout('cron', 'v2'),
      'worker.yaml': file(rollout('worker', 'v2'), rollout('cron', 'v3')),
    }),
  ).toEqual([])
})

it('a Rollout of the same name in another namespace is another one; without a namespace it is the one that fails', async () => {
  const elsewhere = rollout('web', 'v1').replace('name: web', 'name: web, namespace: else')
  expect(await leftOut({ 'a.yaml': elsewhere }, { 'a.yaml': elsewhere.replace('v1}', 'v2}') })).toEqual(['a.yaml'])
  expect(await leftOut(web('v1'), web('v2'))).toEqual([])
})

it.for([
  ['of another API', { 'a.yaml': rollout('worker', 'v1').replace('argoproj.io', 'example.org') }],
  ['in a file that Argo CD skips', { 'a.yaml': `# +argocd:skip-file-rendering${rollout('worker', 'v1')}` }],
  ['in a file that is no plain manifest', { 'a.jsonnet': rollout('worker', 'v1') }],
  ['in a file that does not parse', { 'a.yaml': `${rollout('worker', 'v1')}: : [` }],
  [
    'in a file of more than 200 documents',
    { 'a.yaml': file(rollout('worker', 'v1'), ...Array.from({ length: 200 }, (_, at) => `a: ${at}\n`)) },
  ],
] as const)('a Rollout %s is nobody whose file could stay', async ([, files]) => {
  const changed = Object.fromEntries(Object.entries(files).map(([path, text]) => [path, text.replace('v1}', 'v2}')]))
  expect(await leftOut(files, changed)).toEqual([])
})

it.for([
  ['lines', (side: string) => Array.from({ length: 23_000 }, (_, at) => `${side}${at}`).join('\n---\n')],
  ['mappings', (side: string) => Array.from({ length: 16_000 }, (_, at) => `${side}: ${at}`).join('\n---\n')],
  ['Rollouts', (side: string) => file(...Array.from({ length: 2_000 }, (_, at) => rollout(`${side}${at}`, 'v1')))],
] as const)('a file of %s that all differ costs no more than its size', async ([, text]) => {
  await leftOut(web('v1'), web('v2'))
  const before = process.cpuUsage()
  expect(await leftOut({ 'a.yaml': text('a') }, { 'a.yaml': text('b') })).toEqual([])
  const { user, system } = process.cpuUsage(before)
  expect((user + system) / 1_000).toBeLessThan(1_000)
})
