import { expect, it } from 'vitest'
import type { SourceShape } from './application-objects.ts'
import { REPO } from './application.ts'
import { byFiles } from './manifest.ts'
import { createStage } from './stage.ts'

type Files = Readonly<Record<string, string>>

/** By files: N, and a release that changes some of them and fails. */
async function release(files: Files, changed: Files, source: Partial<SourceShape> = {}, reversible = false) {
  const stage = await createStage({ wrap: byFiles, policy: { reversible } })
  const web = stage.addRollout()
  const app = stage.addApplication({ sources: [{ repoURL: REPO, targetRevision: 'main', path: 'apps/web', ...source }] })
  app.sync(stage.commit(files, 'v1'))
  web.healthy('v1')
  await stage.start()
  await stage.advance(60_000)
  app.sync(stage.commit(changed, 'v2'))
  web.canary('v2')
  await stage.show()
  await stage.advance(10_000)
  web.abort()
  await stage.show()
  await stage.advance(60_000)
  return stage
}

const job = (image: string): string =>
  `kind: Job\nmetadata:\n  name: migrate\n  annotations: {argocd.argoproj.io/hook: PreSync}\nspec: {image: ${image}}\n`
const PROD = { helm: { valueFiles: ['values-prod.yaml'] } }
const CHART: Files = {
  'apps/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 0.1.0\n',
  'apps/web/values.yaml': 'image: none\n',
  'apps/web/templates/rollout.yaml': 'kind: Rollout\nimage: {{ .Values.image }}\n',
  'apps/web/values-prod.yaml': 'image: v1\n',
}
const V2: Files = { 'apps/web/values-prod.yaml': 'image: v2\n' }
const held = (image: string, its = 'flyway:9'): string =>
  `image: ${image}\nextraDeploy:\n- ${job(its).trim().replaceAll('\n', '\n  ')}\n  tag: ${image}\n`
const wordy = (image: string): string =>
  `image: ${image}\n# Name of a PersistentVolumeClaim, as "{{ .Release.Name }}"\nurl: "https://{{ .Values.host }}/hooks"\n`
const database = (image: string, size: string): string =>
  `kind: StatefulSet\nmetadata: {name: db}\nspec:\n  image: ${image}\n  volumeClaimTemplates: [{size: "${size}"}]\n`
const kustomization = (tag: string): string => `resources: [rollout.yaml, job.yaml]\nimages: [{name: app, newTag: ${tag}}]\n`
const KUSTOMIZED: Files = { 'apps/web/kustomization.yaml': kustomization('v1'), 'apps/web/rollout.yaml': 'kind: Rollout\n' }

const CASES: readonly (readonly [string, Files, Files, Partial<SourceShape>, boolean])[] = [
  [
    'a Job of a chart whose image is a value that changed',
    { ...CHART, 'apps/web/templates/job.yaml': job('{{ .Values.image }}') },
    V2,
    PROD,
    true,
  ],
  ['a Job of a chart that names another image', { ...CHART, 'apps/web/templates/job.yaml': job('flyway:9') }, V2, PROD, false],
  ['a chart without any Job', CHART, V2, PROD, false],
  [
    'a Job that values hold, which a template puts in',
    { ...CHART, 'apps/web/values-prod.yaml': held('v1') },
    { 'apps/web/values-prod.yaml': held('v2') },
    PROD,
    false,
  ],
  [
    'values that hold words of volumes and hooks beside templates of their own',
    { ...CHART, 'apps/web/values-prod.yaml': wordy('v1') },
    { 'apps/web/values-prod.yaml': wordy('v2') },
    PROD,
    false,
  ],
  [
    'volumes of a StatefulSet whose image is a value that changed',
    { ...CHART, 'apps/web/templates/db.yaml': database('{{ .Values.image }}', '1Gi') },
    V2,
    PROD,
    false,
  ],
  [
    'a Job of a kustomization whose image has another tag',
    { ...KUSTOMIZED, 'apps/web/job.yaml': job('app') },
    { 'apps/web/kustomization.yaml': kustomization('v2') },
    {},
    true,
  ],
  [
    'a Job of a kustomization that names another image',
    { ...KUSTOMIZED, 'apps/web/job.yaml': job('flyway') },
    { 'apps/web/kustomization.yaml': kustomization('v2') },
    {},
    false,
  ],
]

it.for(CASES)(
  'by files, a hook in a file that stays counts where it may have run again otherwise: %s',
  async ([, files, changed, source, counts]) => {
    await using stage = await release(files, changed, source)
    expect(stage.pulls()).toHaveLength(counts ? 0 : 1)
    const reason = stage.failed()[0]?.decision?.reason
    expect(reason).toContain(counts ? 'Job migrate, which may have run with another image. Where it may' : 'All twelve checks passed')
  },
)

it('by files, those who own it may say that a hook which may have run again can go back', async () => {
  await using stage = await release({ ...CHART, 'apps/web/templates/job.yaml': job('{{ .Values.image }}') }, V2, PROD, true)
  expect(stage.pulls()).toHaveLength(1)
})

it('by files, a hook that values hold, for a template to put in, counts where it has changed itself', async () => {
  await using stage = await release(
    { ...CHART, 'apps/web/values-prod.yaml': held('v1') },
    { 'apps/web/values-prod.yaml': held('v2', 'b') },
    PROD,
  )
  expect(stage.pulls()).toEqual([])
  expect(stage.failed()[0]?.decision?.reason).toContain('what no revert in Git takes back: Job migrate. Where')
})

it('by files, what stays and cannot be looked through keeps a PR away, by name', async () => {
  const many = Array.from({ length: 3_000 }, (_, index) => `---\na: /hook${index}\n`).join('')
  await using stage = await release({ ...CHART, 'apps/web/templates/many.yaml': many }, V2, PROD)
  expect(stage.pulls()).toEqual([])
  expect(stage.failed()[0]?.decision?.reason).toContain(
    'perhaps, as apps/web/templates/many.yaml holds more documents than are looked through',
  )
  const large = `# ${'x'.repeat(2_100_000)}\n`
  await using other = await release({ ...CHART, 'apps/web/templates/large.yaml': large }, V2, PROD)
  expect(other.failed()[0]?.decision?.reason).toContain('perhaps, as apps/web/templates/large.yaml is larger than is looked through')
})
