import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { inspect, parseArgs } from 'node:util'
import type { ReplayResult } from '../../src/replay-result.ts'
import { CACHE } from './control-plane/places.ts'
import { until } from './control-plane/until.ts'
import { createPlay, type Play } from './play.ts'
import { compareWithReplay, readLive, writeBundle, writeRecording } from './recordings.ts'
import type { Scenario } from './scenario.ts'
import { ANALYSIS_SCENARIOS } from './scenarios/analysis.ts'
import { CANARY_SCENARIOS } from './scenarios/canary.ts'
import { FAULT_SCENARIOS } from './scenarios/faults.ts'
import { HELM_SCENARIOS } from './scenarios/helm.ts'
import { HYDRATED_SCENARIOS } from './scenarios/hydrated.ts'
import { OTHER_SCENARIOS } from './scenarios/other.ts'
import { SOURCE_SCENARIOS } from './scenarios/sources.ts'
import { SURFACE_SCENARIOS } from './scenarios/surfaces.ts'
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
  options: { out: { type: 'string', default: join(CACHE, 'recordings') }, parallel: { type: 'string', default: '3' } },
})
const all = [...CANARY_SCENARIOS, ...ANALYSIS_SCENARIOS, ...OTHER_SCENARIOS, ...SOURCE_SCENARIOS, ...HELM_SCENARIOS, ...HYDRATED_SCENARIOS, ...SURFACE_SCENARIOS, ...FAULT_SCENARIOS]
const chosen = positionals.length === 0 ? all : all.filter(({ name }) => positionals.includes(name))
const tell = (line: string): void => void process.stdout.write(`${line}\n`)

await mkdir(values.out, { recursive: true })
const outcomes = await runAll()
printTable(outcomes)
process.exitCode = outcomes.length === chosen.length && outcomes.every(({ fault, difference }) => fault === undefined && difference === undefined) ? 0 : 1

async function runAll(): Promise<readonly Outcome[]> {
  await using stage = await openStage()
  await clearLeftovers(stage)
  const waiting = chosen.filter(({ alone }) => !alone)
  const done: Outcome[] = []
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) done.push(await runOne(stage, next))
  }
  await Promise.all(Array.from({ length: Number(values.parallel) }, work))
  for (const scenario of chosen) if (scenario.alone) done.push(await runOne(stage, scenario))
  await writeBundle(values.out, stage)
  for (const outcome of done) {
    if (outcome.recording === undefined || outcome.live === undefined) continue
    outcome.difference = await compareWithReplay(outcome.recording, outcome.live).catch((error: unknown) => `the replay failed: ${String(error)}`)
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
  await play.letPass(1_500)
  outcome.live = await readLive(play)
  if (play.landed.length > 0) outcome.recording = await writeRecording(values.out, play)
  await clean(stage, scenario.name)
  tell(`${outcome.fault === undefined ? 'ok  ' : 'FAIL'} ${scenario.name} (${outcome.seconds.toFixed(1)} s)`)
  if (outcome.fault !== undefined) tellFault(outcome)
  return outcome
}

function tellFault({ play, fault, live }: Outcome): void {
  for (const { at, what } of play.steps) tell(`    ${((at - play.startedAt) / 1_000).toFixed(1)} ${what}`)
  tell(`    ${inspect(fault, { depth: 2 }).split('\n').slice(0, 12).join('\n    ')}`)
  const application = play.stage.observer.events.findLast(({ object }) => object.kind === 'Application' && object.metadata.name === play.name)
  tell(`    Application: ${JSON.stringify(application?.object['status'])?.slice(0, 2_000)}`)
  tell(`    ledger: ${JSON.stringify(live?.failedReleases)}`)
}

/** What a scenario has made costs the others time. */
async function clean({ api, observer }: Stage, name: string): Promise<void> {
  const application = observer.events.findLast(({ object }) => object.kind === 'Application' && object.metadata.name === name)
  if (application) await api.delete(`/apis/argoproj.io/v1alpha1/namespaces/${application.object.metadata.namespace ?? ''}/applications/${name}`).catch(() => undefined)
  await api.delete(`/api/v1/namespaces/${name}`).catch(() => undefined)
}

/** A run that was cut off leaves Rollouts behind, which Kedge would rightly call broken before it came. */
async function clearLeftovers(stage: Stage): Promise<void> {
  for (const { name } of chosen) await clean(stage, name)
  const isThere = (name: string): Promise<boolean> =>
    stage.api.get(`/api/v1/namespaces/${name}`).then(
      () => true,
      () => false,
    )
  for (const { name } of chosen) await until(async () => !(await isThere(name)) || undefined, { timeoutMs: 60_000, what: `namespace ${name} gone` })
}

function printTable(rows: readonly Outcome[]): void {
  const ms = (value: number | undefined): string => (value === undefined ? '-' : `${(value / 1_000).toFixed(2)} s`)
  const table = rows.map(({ play, seconds, fault, difference }) => [
    play.name,
    fault === undefined ? 'ok' : 'FAIL',
    difference === undefined ? 'same' : 'DIFFERS',
    ms(play.latencies.notice),
    ms(play.latencies.pullRequest),
    `${seconds.toFixed(1)} s`,
  ])
  const lines = [['scenario', 'live', 'replay', 'abort to notice', 'abort to PR', 'took'], ...table]
  const widths = lines[0]?.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0))) ?? []
  tell('')
  for (const line of lines) tell(line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd())
  for (const { play, difference } of rows) if (difference !== undefined) tell(`\n${play.name}: ${difference}`)
}
