import assert from 'node:assert/strict'
import type { Traffic } from '../exporter.ts'
import { analysis, pause, rollout, setWeight, type Files } from '../manifests.ts'
import type { Monitoring } from '../monitoring.ts'
import type { Play } from '../play.ts'
import { canaryFiles, expectNoticeOnly, mergeAndRestore, untilAborted, untilRestored, type Scenario } from '../scenario.ts'
import { untilServing } from './kubectl-plugin.ts'

const STEPS = { canary: { steps: [setWeight(25), analysis(), setWeight(50), pause('1s')] } }

/** The part of the requests that went well. Long windows: a machine that scrapes late still has two samples in them. */
function successRate(namespace: string): string {
  const rate = (more: string): string => `sum(rate(http_requests_total{namespace="${namespace}"${more}}[1m]))`
  return `${rate(',code!~"5.."')} / ${rate('')}`
}

interface Judged {
  query: string
  address: string
  consecutiveErrorLimit?: number
}

/** An application whose canary Argo Rollouts' own Prometheus provider judges. */
export function judgedFiles(tag: string, { query, address, consecutiveErrorLimit = 4 }: Judged): Files {
  const metric = {
    name: 'success-rate',
    interval: '1s',
    count: 3,
    failureLimit: 0,
    consecutiveErrorLimit,
    successCondition: 'result[0] >= 0.95',
    provider: { prometheus: { address, query } },
  }
  const template = {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AnalysisTemplate',
    metadata: { name: 'web' },
    spec: { metrics: [metric] },
  }
  return { 'rollout.yaml': rollout({ tag, strategy: STEPS }), 'analysis.yaml': `${JSON.stringify(template, undefined, 2)}\n` }
}

/** @throws Error the stage has no Prometheus */
export function monitoringOf({ stage }: Play): Monitoring {
  if (stage.monitoring === undefined) throw new Error('the stage was opened without Prometheus')
  return stage.monitoring
}

/** Waits until Prometheus itself answers the question as it is meant to be answered. */
async function untilPrometheusSays(play: Play, query: string, holds: (value: string | undefined) => boolean): Promise<void> {
  const { prometheusUrl } = monitoringOf(play)
  await play.until(`Prometheus has measured ${query}`, async () => {
    const answer = await fetch(`${prometheusUrl}/api/v1/query?query=${encodeURIComponent(query)}`)
    const { data } = (await answer.json()) as { data?: { result?: { value: [number, string] }[] } }
    return holds(data?.result?.[0]?.value[1])
  })
}

export const GOOD: Traffic = { perSecond: 100, errors: 0 }

/** What it measured is bad. */
const failed: Scenario = {
  name: 'prometheus-failed',
  onPrometheus: true,
  async play(play) {
    const { exporter, prometheusUrl } = monitoringOf(play)
    const query = successRate(play.name)
    const files = (tag: string): Files => judgedFiles(tag, { query, address: prometheusUrl })
    exporter.set(play.name, GOOD)
    await play.begin(files('v1.7.3'))
    exporter.set(play.name, { perSecond: 1_000, errors: 0.5 })
    await untilPrometheusSays(play, query, (value) => Number(value) < 0.9)
    await play.commit('Release web v1.8.0', files('v1.8.0'))
    await untilAborted(play)
    await play.untilCard('wanted result[0]')
    exporter.set(play.name, GOOD)
    await mergeAndRestore(play)
  },
}

/** Nothing was measured that says anything of the release: it is told, and nothing is opened. */
function unmeasured(name: string, says: string, prepare: (play: Play) => Promise<Judged> | Judged): Scenario {
  return {
    name,
    onPrometheus: true,
    async play(play) {
      const judged = await prepare(play)
      await play.begin(judgedFiles('v1.7.3', judged))
      await play.commit('Release web v1.8.0', judgedFiles('v1.8.0', judged))
      await untilAborted(play)
      await expectNoticeOnly(play, says)
      assert.ok(
        play.cards().some((card) => card.includes('could not measure')),
        play.cards().join(' | '),
      )
      await play.commit('Back to v1.7.3', judgedFiles('v1.7.3', judged))
      await untilRestored(play)
    },
  }
}

/** Without requests their rate is 0 / 0, which Argo Rollouts holds against the condition like a number. */
const notANumber = unmeasured('prometheus-nan', 'NaN', async (play) => {
  const query = successRate(play.name)
  monitoringOf(play).exporter.set(play.name, { perSecond: 0, errors: 0 })
  await untilPrometheusSays(play, query, (value) => value === 'NaN')
  return { query, address: monitoringOf(play).prometheusUrl }
})

const noData = unmeasured('prometheus-no-data', 'no data returned', (play) => ({
  query: successRate('nobody'),
  address: monitoringOf(play).prometheusUrl,
  consecutiveErrorLimit: 0,
}))

/** Port 1 of loopback, where nobody listens. */
const unreachable = unmeasured('prometheus-unreachable', 'connection refused', (play) => ({
  query: successRate(play.name),
  address: 'http://127.0.0.1:1',
  consecutiveErrorLimit: 0,
}))

/** `bakeMinutes` of the bench's Kedge (test/e2e/kedge.ts). */
export const BAKE_MS = 60_000
/** Twice its bake window and more: how the alert stood before has to be known for so long, and is so by the minute. */
const PAST_S = 150

export async function untilThePastIsKnown(play: Play): Promise<void> {
  await play.until('Prometheus knows the time before', async () => {
    const answer = await fetch(`${monitoringOf(play).prometheusUrl}/api/v1/query?query=${encodeURIComponent(`count_over_time(up[1h])`)}`)
    const { data } = (await answer.json()) as { data?: { result?: { value: [number, string] }[] } }
    return Number(data?.result?.[0]?.value[1]) > PAST_S
  })
}

/** It passes its analysis, is promoted, and burns the error budget: an alert, a card, a pull request, and the way back step by step. */
const burns: Scenario = {
  name: 'burn-after-promotion',
  onPrometheus: true,
  mostlyWaits: true,
  notReplayed: 'a recording holds no alerts',
  async play(play) {
    const { exporter } = monitoringOf(play)
    exporter.set(play.name, GOOD)
    await play.begin(canaryFiles(play, 'v1.7.3'))
    await untilThePastIsKnown(play)
    // What was promoted within twice the window is a suspect, too: what serves has to have done so for longer.
    await play.letPass(2 * BAKE_MS + 10_000)
    await play.commit('Release web v1.8.0', canaryFiles(play, 'v1.8.0'))
    await untilPromoted(play, 'v1.8.0')
    // What begins at the very moment of the promotion is not known to have begun after it.
    await play.letPass(8_000)
    assert.deepEqual(play.cards(), [], 'a release that was promoted is no news')
    exporter.set(play.name, { perSecond: 1_000, errors: 1 })
    await play.untilCard('ErrorBudgetBurn')
    const pull = await play.untilPullRequest()
    assert.match(pull.body, /step by step/)
    assert.ok(
      exporter.posted.some((body) => body.includes('ErrorBudgetBurn')),
      'Alertmanager has told it',
    )
    await play.merge(pull)
    await untilPromoted(play, 'v1.7.3')
    // It serves again, and so the errors end; those of before leave the windows of the rule little by little.
    exporter.set(play.name, { perSecond: 10_000, errors: 0 })
    await play.untilApplication('Synced', 'Healthy')
    await play.untilCard('restored')
    assert.equal((await play.pullRequests()).length, 1, 'one pull request')
  },
}

export async function untilPromoted(play: Play, tag: string): Promise<void> {
  await play.untilRollout(
    `${tag} Healthy`,
    (seen) =>
      seen.image.endsWith(tag) && seen.isObserved && !seen.abort && seen.stableHash === seen.currentHash && seen.phase === 'Healthy',
  )
  await untilServing(play, 'in-step')
}

export const PROMETHEUS_SCENARIOS: readonly Scenario[] = [burns, failed, notANumber, noData, unreachable]
