import { expect, it } from 'vitest'
import { beginHealthy, untilRemembered } from '../../src/demo/acts.ts'
import { createNarrator } from '../../src/demo/narrator.ts'
import { cards, revertPulls, untilRelease, untilSeen, versionOf } from '../../src/demo/sights.ts'
import { openStage } from '../../src/demo/stage.ts'
import { until } from '../../src/demo/step.ts'
import { STORY } from '../../src/simulator/world/story.ts'

const QUIET = { stdout: () => undefined, stderr: () => undefined, stdin: () => Promise.resolve('') }
const FILE = `${STORY.folder}/rollout.yaml`

/** The story's Rollout, judged before the switch and after it by the same template. */
function blueGreen(version: string): string {
  const run = '{ templates: [{ templateName: success-rate }] }'
  return `apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: ${STORY.rollout} }
spec:
  replicas: 2
  selector: { matchLabels: { app: ${STORY.rollout} } }
  template:
    metadata: { labels: { app: ${STORY.rollout} } }
    spec: { containers: [{ name: main, image: "${STORY.image}:${version}" }] }
  strategy:
    blueGreen:
      activeService: active
      prePromotionAnalysis: ${run}
      postPromotionAnalysis: ${run}
`
}

it('a blue-green that fails its second analysis, once it has the traffic, gives it back, and one PR takes Git there', async () => {
  await using stage = await openStage({ port: 0, world: { pace: 0.3 } })
  const { world } = stage
  const narrator = createNarrator(QUIET, () => 0)
  await beginHealthy({ stage, narrator })
  // The first template is another one, so it is rolled out by the new strategy, and serves.
  await world.people.commit('alice', { files: { [FILE]: blueGreen('v1.7.4') }, message: 'Blue-green\n' })
  await untilSeen(stage, 'v1.7.4 serves', (seen) => seen.serving === 'in-step' && versionOf(seen.clusterRuns.images) === 'v1.7.4')
  const stable = world.rollout()?.status?.stableRS
  const isSwitched = (): boolean => {
    const { activeSelector } = world.rollout()?.status?.blueGreen ?? {}
    return activeSelector !== undefined && activeSelector !== stable
  }
  // Good as long as N has the traffic, bad as soon as it is N+1's.
  world.scriptMetric((image) => (image.endsWith(':v1.8.0') && isSwitched() ? 0.5 : 0.99))
  await untilRemembered(stage)
  await world.people.commit('alice', { files: { [FILE]: blueGreen('v1.8.0') }, message: 'Release v1.8.0\n' })
  await until('N+1 has the traffic', () => (isSwitched() ? true : undefined))
  const { release } = await untilRelease(
    stage,
    'Kedge opens one revert PR',
    ({ revert }) => revert?.state === 'open' && revert.pullRequest !== null,
  )
  expect(release).toMatchObject({
    cause: 'analysis-failed',
    serving: 'split',
    attempts: [{ evidence: [{ role: 'PostPromotion', value: '0.5' }] }],
  })
  expect(world.rollout()?.status).toMatchObject({ abort: true, stableRS: stable, blueGreen: { activeSelector: stable } })
  const runs = world.kubernetes.store.list('analysisruns').filter(({ metadata }) => metadata.name.includes('-3-'))
  expect(
    runs
      .map(({ metadata, ...run }) => `${metadata.labels?.['rollout-type']} ${(run as { status?: { phase?: string } }).status?.phase}`)
      .toSorted(),
  ).toEqual(['PostPromotion Failed', 'PrePromotion Successful'])
  const [pull, ...others] = revertPulls(world)
  expect(others).toEqual([])
  await world.mergePullRequest(pull!.number, 'bob')
  await untilRelease(stage, 'Kedge says Restored', (detail) => detail.release.outcome === 'restored')
  expect([revertPulls(world).length, cards(world).length]).toEqual([1, 1])
}, 120_000)
