import { expect, it } from 'vitest'
import { byFiles, manifest } from './manifest.ts'
import { createRunningStage } from './stage.ts'

const MINUTE = 60_000
const MAP = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: more}\n'

it.each<[string, Readonly<Record<string, string>>, 'open' | 'closed']>([
  ['a manifest of something else leaves it open', { 'apps/web/more.yaml': MAP }, 'open'],
  ['a manifest of the Rollout closes it', { 'apps/web/more.yaml': manifest('v3') }, 'closed'],
  ['a manifest that may spell its name otherwise closes it', { 'apps/web/more.yaml': `${MAP}data: {a: "\\x77eb"}\n` }, 'closed'],
  [
    'an analysis, which may be what was missing, closes it',
    { 'apps/web/more.yaml': MAP.replace('ConfigMap', 'AnalysisTemplate') },
    'closed',
  ],
  ['what makes the folder another tool’s closes it', { 'apps/web/kustomization.yaml': 'namePrefix: x-\n' }, 'closed'],
  ['what changes how it is read closes it', { 'apps/web/.argocd-source.yaml': 'directory: {exclude: more.yaml}\n' }, 'closed'],
])('where nobody renders and a PR is open, in a plain folder %s', async (_, files, state) => {
  await using stage = await createRunningStage({ wrap: byFiles })
  await stage.release('v2')
  await stage.abort()
  await stage.advance(MINUTE)
  stage.commit(files, 'more')
  await stage.pushed()
  await stage.advance(5 * MINUTE)
  expect(stage.pulls()).toMatchObject([{ state }])
})

it('where nobody renders, a PR is opened beside a manifest of something else that has been added since', async () => {
  await using stage = await createRunningStage({ wrap: byFiles })
  await stage.release('v2')
  stage.commit({ 'apps/web/more.yaml': MAP }, 'more')
  await stage.abort()
  await stage.advance(MINUTE)
  expect(stage.reverts()).toMatchObject([{ paths: ['apps/web/rollout.yaml'], culprits: [{ subject: expect.any(String) }] }])
  expect(stage.pulls()).toMatchObject([{ state: 'open' }])
})
