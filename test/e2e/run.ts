import { mkdir } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { inspect, parseArgs } from 'node:util'
import { formatTable } from '../../src/cli/terminal/table.ts'
import type { ReplayResult } from '../../src/replay-result.ts'
import { setHealthChecks } from './argocd-health.ts'
import { chooseCluster, type Cluster } from './cluster.ts'
import { CACHE } from './control-plane/places.ts'
import { createPlay } from './create-play.ts'
import { monitoringObstacle } from './monitoring.ts'
import type { Play } from './play.ts'
import { compareWithReplay, readLive, writeBundle, writeRecording } from './recordings.ts'
import { claimFolder, clearRemains } from './remains.ts'
import type { Scenario } from './scenario.ts'
import { AFTER_PROMOTION_SCENARIOS } from './scenarios/after-promotion.ts'
import { ANALYSIS_SCENARIOS } from './scenarios/analysis.ts'
import { CANARY_SCENARIOS } from './scenarios/canary.ts'
import { EXPERIMENT_SCENARIOS } from './scenarios/experiment.ts'
import { FAULT_SCENARIOS } from './scenarios/faults.ts'
import { GITEA_KILLED_SCENARIOS } from './scenarios/gitea-killed.ts'
import { GITEA_SCENARIOS } from './scenarios/gitea.ts'
import { HEALTH_SCENARIOS } from './scenarios/health.ts'
import { HELM_SCENARIOS } from './scenarios/helm.ts'
import { HYDRATED_SCENARIOS } from './scenarios/hydrated.ts'
import { KUBECTL_PLUGIN_SCENARIOS } from './scenarios/kubectl-plugin.ts'
import { MIGRATION_SCENARIOS } from './scenarios/migration.ts'
import { ONE_MOMENT_SCENARIOS } from './scenarios/one-moment.ts'
import { OTHER_SCENARIOS } from './scenarios/other.ts'
import { PROMETHEUS_SCENARIOS } from './scenarios/prometheus.ts'
import { SOURCE_SCENARIOS } from './scenarios/sources.ts'
import { STRATEGY_SCENARIOS } from './scenarios/strategies.ts'
import { SURFACE_SCENARIOS } from './scenarios/surfaces.ts'
import { WHO_MADE_WHAT_SCENARIOS } from './scenarios/who-made-what.ts'
import { placesThatTellASecret } from './secrets-told.ts'
import { openStage, type Stage } from './stage.ts'

interface Outcome {
  play: Play
  seconds: number
  fault?: unknown
  live?: ReplayResult
  recording?: string
  difference?: string | undefined
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: 'string', default: join(CACHE, 'recordings') },
    parallel: { type: 'string', default: String(Math.max(1, Math.min(3, availableParallelism()))) },
    host: { type: 'string' },
    'argocd-namespace': { type: 'string' },
    image: { type: 'string' },
    whole: { type: 'boolean', default: false },
  },
})
const all = [
  ...CANARY_SCENARIOS,
  ...ANALYSIS_SCENARIOS,
  ...EXPERIMENT_SCENARIOS,
  ...PROMETHEUS_SCENARIOS,
  ...AFTER_PROMOTION_SCENARIOS,
  ...OTHER_SCENARIOS,
  ...SOURCE_SCENARIOS,
  ...HELM_SCENARIOS,
  ...HYDRATED_SCENARIOS,
  ...HEALTH_SCENARIOS,
  ...SURFACE_SCENARIOS,
  ...GITEA_SCENARIOS,
  ...ONE_MOMENT_SCENARIOS,
  ...STRATEGY_SCENARIOS,
  ...MIGRATION_SCENARIOS,
  ...KUBECTL_PLUGIN_SCENARIOS,
  ...WHO_MADE_WHAT_SCENARIOS,
  ...FAULT_SCENARIOS,
  ...GITEA_KILLED_SCENARIOS,
]
const tell = (line: string): void => void process.stdout.write(`${line}\n`)

clearRemains()
claimFolder()
try {
  process.exitCode = (await runAll(choose())) ? 0 : 1
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}

function choose(): readonly Scenario[] {
  const unknown = positionals.filter((name) => !all.some((scenario) => scenario.name === name))
  if (unknown.length > 0) throw new Error(`there is no scenario ${unknown.join(', ')}; there are ${all.map(({ name }) => name).join(', ')}`)
  return positionals.length === 0 ? all : all.filter(({ name }) => positionals.includes(name))
}

/** @returns whether all went as they should; those that cannot be played in this cluster are named */
async function runAll(chosen: readonly Scenario[]): Promise<boolean> {
  const cluster = await chooseCluster({
    kubeconfig: process.env['KUBECONFIG'],
    host: values.host,
    argocdNamespace: values['argocd-namespace'],
    image: values.image,
  })
  tell(`Cluster: ${cluster.description}`)
  const noMonitoring = chosen.some(({ onPrometheus }) => onPrometheus) ? await monitoringObstacle() : undefined
  if (noMonitoring !== undefined && process.env['KEDGE_TEST_PROMETHEUS'] === 'required') throw new Error(noMonitoring)
  const playable = chosen.filter((scenario) => {
    const obstacle = obstacleOf(cluster, scenario) ?? (scenario.onPrometheus ? noMonitoring : undefined)
    if (obstacle !== undefined) tell(`skip ${scenario.name}: ${obstacle}`)
    return obstacle === undefined
  })
  await mkdir(values.out, { recursive: true })
  await using stage = await openStage(cluster, { monitoring: playable.some(({ onPrometheus }) => onPrometheus) })
  // A run that was killed may have left a broken one, with which nothing would ever be synced again.
  if (cluster.own !== undefined) await setHealthChecks(stage, 'none')
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      tell('taking away what was made in the cluster')
      const leave = (): never => process.exit(130)
      stage[Symbol.asyncDispose]().then(leave, leave)
    })
  }
  const outcomes = await playAll(stage, playable)
  printTable(outcomes)
  const told = await placesThatTellASecret(stage, values.out)
  for (const place of told) tell(`FAIL a secret can be read in ${place}`)
  return told.length === 0 && outcomes.every(({ fault, difference }) => fault === undefined && difference === undefined)
}

/** Why a scenario cannot be played here; undefined where it can. */
function obstacleOf({ own }: Cluster, { ownOnly, onGitea, onPrometheus, nightly }: Scenario): string | undefined {
  if (nightly !== undefined && positionals.length === 0 && process.env['KEDGE_NIGHTLY'] !== '1') return nightly
  if (own === undefined && ownOnly !== undefined) return `only on the bench's own control plane, because ${ownOnly}`
  if (own === undefined && onPrometheus) return "only on the bench's own control plane, whose controller reaches Prometheus on loopback"
  return onGitea && own?.gitea === undefined ? 'Gitea was not built; npm run e2e:up without --gitea-if-built builds it' : undefined
}

async function playAll(stage: Stage, playable: readonly Scenario[]): Promise<readonly Outcome[]> {
  const waiting = playable.filter(({ alone, mostlyWaits }) => !alone && !mostlyWaits)
  const done: Outcome[] = []
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) done.push(await runOne(stage, next))
  }
  const beside = async (): Promise<void> => {
    for (const scenario of playable) if (scenario.mostlyWaits) done.push(await runOne(stage, scenario))
  }
  await Promise.all([beside(), ...Array.from({ length: Number(values.parallel) }, work)])
  for (const scenario of playable) if (scenario.alone) done.push(await runOne(stage, scenario))
  await writeBundle(values.out, stage)
  for (const outcome of done) {
    if (outcome.recording === undefined || outcome.live === undefined) continue
    outcome.difference = await compareWithReplay(outcome.recording, outcome.live).catch(
      (error: unknown) => `the replay failed: ${String(error)}`,
    )
  }
  return done
}

async function runOne(stage: Stage, scenario: Scenario): Promise<Outcome> {
  const play = createPlay(stage, scenario.name)
  const outcome: Outcome = { play, seconds: 0 }
  try {
    await scenario.play(play)
  } catch (fault) {
    outcome.fault = fault
  }
  outcome.seconds = (Date.now() - play.startedAt) / 1_000
  try {
    await play.letPass(1_500)
    outcome.live = await readLive(play)
    if (play.landed.length > 0 && scenario.notReplayed === undefined) outcome.recording = await writeRecording(values.out, play, values)
  } catch (fault) {
    outcome.fault ??= fault
    // The next one needs a Kedge, whatever this one has done to it.
    await stage.restartKedge('SIGKILL')
  }
  // It costs the others time, and none of it may stop the next.
  await play.leave().catch(() => undefined)
  tell(`${outcome.fault === undefined ? 'ok  ' : 'FAIL'} ${scenario.name} (${outcome.seconds.toFixed(1)} s)`)
  if (outcome.fault !== undefined) tellFault(outcome)
  return outcome
}

function tellFault({ play, fault, live }: Outcome): void {
  for (const { at, what } of play.steps) tell(`    ${((at - play.startedAt) / 1_000).toFixed(1)} ${what}`)
  tell(`    ${inspect(fault, { depth: 2 }).split('\n').slice(0, 12).join('\n    ')}`)
  const application = play.stage.observer.events.findLast(
    ({ object }) => object.kind === 'Application' && object.metadata.name === play.name,
  )
  tell(`    Application: ${JSON.stringify(application?.object['status'])?.slice(0, 2_000)}`)
  tell(`    ledger: ${JSON.stringify(live?.failedReleases)}`)
}

function printTable(rows: readonly Outcome[]): void {
  // After an outage the bench may have seen the abort later than Kedge: nothing to measure from.
  const ms = (value: number | undefined): string => (value === undefined || value < 0 ? '-' : `${(value / 1_000).toFixed(2)} s`)
  const table = rows.map(({ play, seconds, fault, difference }) => [
    play.name,
    fault === undefined ? 'ok' : 'FAIL',
    difference === undefined ? 'same' : 'DIFFERS',
    ms(play.latencies.notice),
    ms(play.latencies.pullRequest),
    `${seconds.toFixed(1)} s`,
  ])
  const header = ['scenario', 'live', 'replay', 'abort to notice', 'abort to PR', 'took']
  tell(
    `\n${formatTable(
      header,
      table.map((line) => line.map((text) => ({ text }))),
    ).trimEnd()}`,
  )
  for (const { play, difference } of rows) if (difference !== undefined) tell(`\n${play.name}: ${difference}`)
}
