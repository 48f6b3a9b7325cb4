import { podTemplate } from './objects.ts'
import { createStage, type Stage, type StageOptions } from './stage.ts'

export const MINUTE = 60_000
export const FILE = 'apps/web/rollout.yaml'

export interface Wanted {
  tag?: string
  replicas?: number
  /** What a ConfigMap in the same file says. */
  level?: string
  steps?: string
}

/** As people write it: what is measured, and a ConfigMap, stand in the file of the Rollout. */
export function file({ tag = 'v1', replicas = 2, level = '"1"', steps = '[]' }: Wanted): string {
  const template = JSON.stringify(podTemplate('web', tag)).replace('"image"', '\n    "image"')
  return [
    '# The web.',
    'apiVersion: argoproj.io/v1alpha1',
    'kind: Rollout',
    'metadata: {name: web}',
    'spec:',
    `  replicas: ${replicas} # of pods`,
    `  strategy: {canary: {steps: ${steps}}}`,
    `  template: ${template}`,
    '---',
    'apiVersion: v1',
    'kind: ConfigMap',
    'metadata: {name: web}',
    `data: {level: ${level}}`,
    '',
  ].join('\n')
}

/** v1 runs, v2 has failed, and Kedge has not decided yet. */
export async function failing(options: StageOptions = {}) {
  const stage = await createStage(options)
  const web = stage.addRollout()
  const app = stage.addApplication()
  app.sync(
    stage.commit({ [FILE]: file({}), 'apps/web/other.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other}\n' }, 'web v1'),
  )
  web.healthy('v1')
  await stage.start()
  await stage.advance(MINUTE)
  app.sync(stage.commit({ [FILE]: file({ tag: 'v2' }) }, 'web v2'))
  web.canary('v2')
  await stage.show()
  await stage.advance(10_000)
  web.abort()
  return Object.assign(stage, { web, app })
}

export async function decides(stage: Stage): Promise<void> {
  await stage.show()
  await stage.advance(MINUTE)
}

const at = (stage: Stage, revision: string): string => stage.origin.git(['show', `${revision}:${FILE}`])
export const restored = (stage: Stage): string => at(stage, stage.pulls()[0]?.headSha ?? '')

export function refusals(stage: Stage): readonly string[] {
  return (stage.failed()[0]?.decision?.checks ?? [])
    .filter(({ outcome }) => outcome === 'failed')
    .map(({ id, detail }) => `${id}: ${detail}`)
}
