import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { GitRepository } from '../../src/ports/git.ts'
import { manifest } from './manifest.ts'
import { analysisRun, condition, ERRED, hashOf, type Raw } from './objects.ts'
import type { StagedRollout } from './rollout.ts'
import { createStage, type StageOptions } from './stage.ts'

const ROLLOUTS = process.env['KEDGE_NIGHTLY'] === '1' ? 10_000 : 500
const STEPS = 5

type Deed = (web: StagedRollout, at: number) => readonly Raw[] | void

const degraded = (reason: string, message: string): Raw => ({
  phase: 'Degraded',
  message: `${reason}: ${message}`,
  conditions: [condition('Progressing', 'False', reason, message)],
})

/** Everything that makes a Rollout look bad without a release having failed. */
const DEEDS: Readonly<Record<string, Deed>> = {
  'an HPA scales, not observed yet': (web) => web.scale(),
  'the controller catches up': (web) => web.settle(),
  'a restart is asked for': (web) => web.restartAt(),
  'a node is drained': (web) =>
    web.patch({ status: { phase: 'Progressing', message: 'more replicas need to be updated', availableReplicas: 0, readyReplicas: 0 } }),
  'a promoted version loses its pods for good': (web) =>
    web.patch({ status: { ...degraded('ProgressDeadlineExceeded', 'ReplicaSet "web" has timed out progressing.'), availableReplicas: 1 } }),
  'a template is missing for a moment': (web) =>
    web.patch({
      status: {
        ...degraded('InvalidSpec', "AnalysisTemplate 'web' not found"),
        conditions: [condition('InvalidSpec', 'True', 'InvalidSpec', "AnalysisTemplate 'web' not found")],
      },
    }),
  'the status of a promoted version still says abort': (web) =>
    web.patch({
      status: {
        ...degraded('RolloutAborted', 'Rollout aborted update to revision 1'),
        abort: true,
        abortedAt: '2026-12-01T22:00:00Z',
        currentPodHash: hashOf('v1'),
        stableRS: hashOf('v1'),
      },
    }),
  'an abort is asked for and not carried out': (web) => web.patch({ status: { abort: true, abortedAt: null } }),
  'the abort is taken back': (web) => web.patch({ status: { abort: false, abortedAt: null } }),
  'the controller starts anew with an empty status': (web) =>
    web.patch({ status: { phase: null, message: null, conditions: [], observedGeneration: '0' } }),
  'the status is that of long ago': (web) => web.patch({ status: { observedGeneration: '1' } }),
  'the metrics are missing': (web, at) => [
    analysisRun({ owner: web, hash: hashOf('v1'), revision: 1, attempt: 1, at, phase: 'Error', message: ERRED }),
  ],
  'an old analysis failed': (web, at) => [
    analysisRun({ owner: web, hash: hashOf('v0'), revision: 1, attempt: 1, at, phase: 'Failed', message: 'failed' }),
  ],
  'it is fine again': (web) => web.healthy('v1'),
  'a release begins': (web) => web.canary('v2'),
  'it waits for a person': (web) =>
    web.patch({
      status: {
        phase: 'Paused',
        message: 'InconclusiveAnalysisRun',
        pauseConditions: [{ reason: 'InconclusiveAnalysisRun', startTime: '2026-12-01T22:00:00Z' }],
      },
    }),
  'the release makes it': (web) => web.healthy('v2'),
}

/** Git does not move while the Rollouts do: it is asked each question once. */
function askOnce(answers: Map<string, unknown>): NonNullable<StageOptions['wrap']> {
  const READS = [
    'fetch',
    'has',
    'isAncestor',
    'mergeBase',
    'commit',
    'newestTouching',
    'commitsTouching',
    'changedPaths',
    'differingPaths',
    'filesOf',
    'fingerprint',
    'objectNames',
    'listFiles',
    'readFile',
    'buildRestore',
  ]
  const remember = (port: GitRepository): GitRepository =>
    new Proxy(port, {
      get(from, name, receiver) {
        const value: unknown = Reflect.get(from, name, receiver)
        if (typeof value !== 'function' || !READS.includes(String(name))) return value
        return (...given: unknown[]): unknown => {
          const question = JSON.stringify([name, given])
          if (!answers.has(question)) answers.set(question, Reflect.apply(value, from, given))
          return answers.get(question)
        }
      },
    })
  return (environment) => ({ ...environment, repositories: { open: async (url) => remember(await environment.repositories.open(url)) } })
}

it(
  `of ${ROLLOUTS.toLocaleString('en')} Rollouts that look bad in every way without a failed release, none is ` +
    `reverted; the one that failed is`,
  { timeout: 600_000 },
  async () => {
    const answers = new Map<string, unknown>()
    await using stage = await createStage({ wrap: askOnce(answers) })
    const all = Array.from({ length: ROLLOUTS }, (_, index) => stage.addRollout({ name: `web-${index}` }))
    const control = stage.addRollout({ name: 'control' })
    const app = stage.addApplication({ rollouts: [...all, control] })
    const held = (tag: string): string => manifest(tag, ...[...all, control].map(({ name }) => name))
    app.sync(stage.commit({ 'apps/web/rollout.yaml': held('v1') }, 'v1'))
    for (const web of [...all, control]) web.healthy('v1')
    await stage.start()
    await stage.advance(5_000)
    app.sync(stage.commit({ 'apps/web/rollout.yaml': held('v2') }, 'v2'))
    control.healthy('v2')
    await stage.tell(app.object(), ...control.objects())
    const names = Object.keys(DEEDS)
    const histories = fc.sample(fc.array(fc.constantFrom(...names), { minLength: STEPS, maxLength: STEPS }), {
      numRuns: ROLLOUTS,
      seed: 20_261_123,
    })
    for (let step = 0; step < STEPS; step += 1) {
      const told = all.flatMap((web, index) => {
        const extra = DEEDS[histories[index]?.[step] ?? '']?.(web, stage.clock.now()) ?? []
        return [...web.objects(), ...extra]
      })
      await stage.tell(...told)
      // Sometimes long enough for a verdict to settle, sometimes not.
      await stage.advance(step % 2 === 0 ? 400 : 3_000)
    }
    expect(stage.failed().length).toBeGreaterThan(0)
    expect(stage.pulls()).toEqual([])
    expect(stage.failed().filter((release) => release.attempts.some((attempt) => attempt.abortedAt !== null))).toEqual([])
    app.sync(stage.commit({ 'apps/web/rollout.yaml': held('v3') }, 'v3'))
    answers.clear()
    await stage.tell(app.object())
    control.canary('v3')
    await stage.tell(...control.objects())
    await stage.advance(5_000)
    control.abort()
    await stage.tell(...control.objects())
    await stage.advance(5_000)
    expect(stage.pulls()).toHaveLength(1)
    expect(stage.reverts().flatMap((revert) => revert.releases)).toMatchObject([expect.stringContaining('uid-control')])
  },
)
