import { urlId } from '../domain/words/url-id.ts'
import type { PullRequest } from '../simulator/github/forge.ts'
import { STORY } from '../simulator/world/story.ts'
import { beginHealthy, branchIsGone, endWith, isSettled, releaseVersion, showCard, type Play } from './acts.ts'
import { cards, revertPulls, untilRelease, untilSeen, versionOf } from './sights.ts'
import { expectSame, expectWords, StepFailed, until } from './step.ts'
import type { Story } from './story.ts'

const ALERT = 'ErrorBudgetBurn'

/** Labels of the shape that Pyrra's rules have. */
const LABELS = {
  alertname: ALERT,
  namespace: STORY.namespace,
  rollout: STORY.rollout,
  slo: `${STORY.rollout}-availability`,
  objective: '99.9',
  burn_rate: '14x',
  short: '5m',
  long: '1h',
  exhaustion: '2d',
  severity: 'critical',
}

/**
 * Two clocks may be a little apart: what begins with the promotion is not known to have begun after it. The window is so short because the
 * first deploy was promoted a moment ago: within twice the window, it could be that one.
 */
const FIRES_AFTER_MS = 6_500
const BAKE_MINUTES = 0.15
/** What Argo CD applied has to be known for twice the window before the alert, and five seconds for its clock: all of its short life. */
const SERVES_FOR_MS = 11_000

/** A release passes its analysis, and burns the error budget afterwards. */
export const burnAfterPromotion: Story = {
  title: 'A release passes its analysis, is promoted, and burns its error budget: the alert opens the same proven revert PR',
  config: {
    choice: `, causes: [analysis-failed, slo-burn], bakeMinutes: ${BAKE_MINUTES}`,
    more: ({ alerts }) =>
      [
        'alerts:',
        '  sources:',
        `    - { type: alertmanager, url: "${alerts.alertmanagerUrl}" }`,
        `    - { type: prometheus, url: "${alerts.prometheusUrl}" }`,
        '  webhook: { secretFile: alerts-secret }',
        '',
      ].join('\n'),
  },
  async play(play, pause) {
    await beginHealthy(play)
    await promote(play)
    const { pull, id } = await burn(play)
    await pause('Bob looks at the PR and merges it')
    await mergeAndRollBack(play, { pull, id })
    await endWith(play, { pulls: 1, cards: 1 })
  },
}

async function promote(play: Play): Promise<void> {
  const { stage, narrator } = play
  stage.world.scriptMetric(() => 0.99)
  await wait(SERVES_FOR_MS)
  await releaseVersion(play, 'v1.8.0')
  await untilSeen(stage, 'v1.8.0 is promoted', (seen) => seen.serving === 'in-step' && versionOf(seen.clusterRuns.images) === 'v1.8.0')
  narrator.tell('good', 'its analysis passes, and v1.8.0 is promoted: from now on it bakes')
  await until('Kedge asks Alertmanager what fires', () =>
    stage.world.alerts.requests.some((one) => one.startsWith('/api/v2/')) ? true : undefined,
  )
  await wait(FIRES_AFTER_MS)
}

interface Reverted {
  pull: PullRequest
  /** Of the release. */
  id: string
}

async function burn({ stage, narrator }: Play): Promise<Reverted> {
  const step = 'Alertmanager is believed by nobody, and asked'
  const status = await stage.world.alerts.fire(LABELS)
  expectSame(step, status, 202)
  narrator.tell(
    'bad',
    `${ALERT} fires: the budget of ${LABELS.slo} burns ${LABELS.burn_rate} too fast. Alertmanager tells Kedge, which asks it`,
  )
  const detail = await untilRelease(
    stage,
    'Kedge opens one revert PR',
    ({ revert }) => revert?.state === 'open' && revert.pullRequest !== null,
  )
  expectSame('the cause is the alert', detail.release.cause, 'slo-burn')
  const [pull] = revertPulls(stage.world)
  if (!pull) throw new StepFailed('Kedge opens one revert PR', 'there is none')
  expectWords('the PR says what merging does here', pull.body, 'The cluster does not run the version before.')
  narrator.tell('pull', `${stage.pullName(pull.number)} ${pull.title}`)
  narrator.details([
    `evidence   ${detail.release.attempts.at(-1)?.message ?? ''}`,
    `proof      ${detail.release.decision?.checks.find(({ id }) => id === 'P10')?.detail ?? ''}`,
    'merging    rolls the cluster back step by step: here it does not run the version before',
  ])
  await showCard({ stage, narrator }, `${stage.pullName(pull.number)} reverts it`)
  expectSame('one card', cards(stage.world).length, 1)
  return { pull, id: urlId(detail.release.key) }
}

async function mergeAndRollBack({ stage, narrator }: Play, { pull, id }: Reverted): Promise<void> {
  const { world } = stage
  const merged = await world.mergePullRequest(pull.number, 'bob')
  narrator.tell('person', `Bob merges ${stage.pullName(pull.number)} (${merged.slice(0, 7)})`)
  await untilSeen(stage, 'v1.7.3 is back', (seen) => seen.serving === 'in-step' && versionOf(seen.clusterRuns.images) === 'v1.7.3')
  narrator.tell('moving', 'Argo CD syncs; Argo Rollouts goes back to v1.7.3 step by step, with its analysis')
  await world.alerts.resolve(ALERT)
  narrator.tell('good', `${ALERT} ends`)
  // The way back is a release of its own, and the newest one.
  const { release, revert } = await until('Kedge says Restored', async () => {
    const detail = await stage.client.release(id)
    return isSettled(detail) ? detail : undefined
  })
  expectSame('Kedge says Restored', [release.outcome, revert?.outcome], ['restored', 'merged'])
  await showCard({ stage, narrator }, 'was merged, and the version before is back.')
  await branchIsGone(stage, pull)
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
