import { podTemplate } from './objects.ts'
import { createStage, type Stage, type StageOptions } from './stage.ts'

export const MINUTE = 60_000
export const FILE = 'apps/web/rollouts.yaml'

export type Files = Record<string, string>

/** A Rollout as people write it. */
export function own(name: string, tag: string, replicas = 2): string {
  const template = JSON.stringify(podTemplate(name, tag)).replace('"image"', '\n    "image"')
  return [
    'apiVersion: argoproj.io/v1alpha1',
    'kind: Rollout',
    `metadata: {name: ${name}}`,
    'spec:',
    `  replicas: ${replicas} # of pods`,
    '  strategy: {canary: {steps: []}}',
    `  template: ${template}`,
    '',
  ].join('\n')
}

export const both = (web: [string, number?], worker: [string, number?]): Files => ({
  [FILE]: `${own('web', ...web)}---\n${own('worker', ...worker)}`,
})
export const apart = (web: [string, number?], worker: [string, number?]): Files => ({
  [FILE]: own('web', ...web),
  'apps/web/worker.yaml': own('worker', ...worker),
})

/** v2 of web and worker has come, worker has made it, and web has failed. */
export async function oneFails(
  files: (tag: string) => Files,
  options: StageOptions & { prepare?: (stage: Stage) => void } = {},
): Promise<Stage> {
  const stage = await createStage(options)
  const [web, worker] = [stage.addRollout({ name: 'web' }), stage.addRollout({ name: 'worker' })]
  const app = stage.addApplication({ rollouts: [web, worker] })
  options.prepare?.(stage)
  app.sync(stage.commit(files('v1'), 'v1'))
  for (const one of [web, worker]) one.healthy('v1')
  await stage.start()
  await stage.advance(MINUTE)
  app.sync(stage.commit(files('v2'), 'v2'))
  for (const one of [web, worker]) one.canary('v2')
  await stage.show()
  await stage.advance(10_000)
  worker.healthy('v2')
  web.abort()
  return stage
}

export async function decides(stage: Stage): Promise<void> {
  await stage.show()
  await stage.advance(MINUTE)
}

export const restored = (stage: Stage): string => stage.origin.git(['show', `${stage.pulls()[0]?.headSha}:${FILE}`])

export function refusals(stage: Stage): readonly string[] {
  return (stage.failed()[0]?.decision?.checks ?? [])
    .filter(({ outcome }) => outcome === 'failed')
    .map(({ id, detail }) => `${id}: ${detail}`)
}

export const inOneFile = (tag: string): Files => both([tag], [tag])
