import { expect, it } from 'vitest'
import { HOSTILE_YAML } from '../hostile-yaml.ts'
import { REPO } from './application.ts'
import { manifest } from './manifest.ts'
import { createRunningStage } from './stage.ts'

const MINUTE = 60_000

it('B9: a bot that pushes the failed image again, together with an env change, opens no second PR', async () => {
  await using stage = await createRunningStage()
  await stage.release('v2')
  await stage.abort()
  await stage.advance(MINUTE)
  stage.app.sync(stage.merge(1))
  stage.web.healthy('v1')
  await stage.show()
  await stage.advance(MINUTE)
  await stage.release('v2+fast', 'build: automatic update of web', { author: 'argocd-image-updater <noreply@argoproj.io>' })
  await stage.abort()
  await stage.advance(MINUTE)
  expect(stage.pulls()).toHaveLength(1)
  expect(stage.failed()[0]?.decision?.reason).toMatch(/pushed it again. The image \S+web:v2 has failed here before/)
})

it('B10: a ? in a glob is one character, over the other files of the commit, too', async () => {
  await using stage = await createRunningStage({ policy: { irreversible: ['db/changes/000?_*.sql'] } })
  stage.app.sync(stage.commit({ 'apps/web/rollout.yaml': manifest('v2'), 'db/changes/0007_drop.sql': 'drop\n' }, 'v2'))
  stage.web.canary('v2')
  await stage.show()
  await stage.advance(10_000)
  await stage.abort()
  expect(stage.pulls()).toEqual([])
  expect(stage.failed()[0]?.decision?.reason).toContain('db/changes/0007_drop.sql, which the policy calls irreversible')
})

it("B11, B12: another tenant's costly and large files keep nobody from a PR, and warn of nothing", async () => {
  await using stage = await createRunningStage()
  const texts = Object.values(HOSTILE_YAML).slice(0, 20)
  const bases = texts.map((text, index) => [`mallory/b${index}/kustomization.yaml`, text] as const)
  stage.commit({
    ...Object.fromEntries(bases),
    'mallory/app/kustomization.yaml': `resources: [${bases.map((_, index) => `../b${index}`).join(', ')}, ../../apps/web]\n`,
    'mallory/app/large.yaml': `# ${'x'.repeat(5_000_000)}\n`,
  })
  stage.addApplication({ name: 'mallory', rollouts: [], sources: [{ repoURL: REPO, targetRevision: 'main', path: 'mallory/app' }] })
  await stage.show()
  await stage.release('v2')
  await stage.abort()
  await stage.advance(MINUTE)
  expect(stage.pulls()).toMatchObject([{ state: 'open' }])
  expect(stage.warnings()).toEqual([])
})

it('B12: culprits are counted to the last', async () => {
  await using stage = await createRunningStage()
  for (let index = 0; index < 11; index += 1) stage.commit({ 'apps/web/note.yaml': `# ${index}\n` }, `note ${index}`)
  await stage.release('v2')
  await stage.abort()
  await stage.advance(MINUTE)
  expect(stage.pulls()[0]?.title).toMatch(/^Revert 12 commits up to/)
})
