import { expect, it } from 'vitest'
import type { CommitSha } from '../../../src/domain/application/commit.ts'
import type { ApplicationSnapshot } from '../../../src/domain/application/snapshots.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import type { GitRepository } from '../../../src/ports/git.ts'
import { filesOfOthers } from '../../../src/reconcile/git-facts/own-files.ts'

type Files = Readonly<Record<string, string>>

const rollout = (name: string, tag: string): string =>
  `\napiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: ${name}}\nspec: {tag: ${tag}}\n`
const file = (...documents: string[]): string => documents.join('---')

/** What is left out of a revert of web, where the files are these at N and N+1. */
async function leftOut(good: Files, bad: Files, healthy = ['shop/worker', 'shop/cron']): Promise<readonly string[]> {
  const at = (revision: string): Files => (revision === 'good' ? good : bad)
  const repository = {
    objectNames: async (revision: string, paths: readonly string[]) =>
      Object.fromEntries(paths.map((path) => [path, at(revision)[path] ?? null])),
    readFiles: async (revision: string) => at(revision),
  } as unknown as GitRepository
  return filesOfOthers(repository, {
    application: { rollouts: ['shop/web', 'shop/worker', 'shop/cron'], destinationNamespace: 'shop' } as unknown as ApplicationSnapshot,
    release: { namespace: 'shop', rollout: 'web' } as Release,
    madeIt: (name) => healthy.includes(name),
    good: 'good' as CommitSha,
    revision: 'bad' as CommitSha,
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

it('one that has not made it has none: it is taken back with the other', async () => {
  const files = (tag: string): Files => ({ ...web(tag), 'worker.yaml': rollout('worker', tag), 'cron.yaml': rollout('cron', tag) })
  expect(await leftOut(files('v1'), files('v2'), ['shop/cron'])).toEqual(['cron.yaml'])
  expect(await leftOut(files('v1'), files('v2'), [])).toEqual([])
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

it.for([
  ['which Argo CD does not list', { 'a.yaml': rollout('stranger', 'v1') }],
  ['of another API', { 'a.yaml': rollout('worker', 'v1').replace('argoproj.io', 'example.org') }],
  ['in another namespace', { 'a.yaml': rollout('worker', 'v1').replace('worker', 'worker, namespace: else') }],
  ['in a file that Argo CD skips', { 'a.yaml': `# +argocd:skip-file-rendering${rollout('worker', 'v1')}` }],
  ['in a file that is no plain manifest', { 'a.jsonnet': rollout('worker', 'v1') }],
  ['in a file that does not parse', { 'a.yaml': `${rollout('worker', 'v1')}: : [` }],
] as const)('a Rollout %s is nobody whose file could stay', async ([, files]) => {
  const changed = Object.fromEntries(Object.entries(files).map(([path, text]) => [path, text.replace('v1}', 'v2}')]))
  expect(await leftOut(files, changed)).toEqual([])
})
