import { readdirSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'
import {
  assessAnalysisRunHealth,
  assessExperimentHealth,
  assessRolloutHealth,
  type HealthStatus,
  type HealthVerdict,
} from '../../src/domain/health/health.ts'
import { KINDS, LUA_HEALTH, type Kind } from './sandbox.ts'

/** The function whose verdicts must be those of a kind's health.lua. */
export const ASSESS: Readonly<Record<Kind, (object: unknown) => HealthVerdict>> = {
  Rollout: assessRolloutHealth,
  AnalysisRun: assessAnalysisRunHealth,
  Experiment: assessExperimentHealth,
}

export interface HealthCase {
  readonly inputPath: string
  readonly object: unknown
  readonly expected: HealthVerdict
}

/** The cases of a kind's health_test.yaml, which Argo CD's own test harness can run too. */
export function healthCases(kind: Kind): HealthCase[] {
  const folder = new URL(`${kind}/`, LUA_HEALTH)
  const { tests } = parse(readFileSync(new URL('health_test.yaml', folder), 'utf8')) as { tests: WrittenCase[] }
  return tests.map(({ inputPath, healthStatus }) => ({
    inputPath,
    object: parse(readFileSync(new URL(inputPath, folder), 'utf8')) as unknown,
    expected: { status: healthStatus.status, message: healthStatus.message ?? '' },
  }))
}

interface WrittenCase {
  inputPath: string
  healthStatus: { status: HealthStatus; message?: string }
}

export interface RecordedObject {
  readonly kind: Kind
  readonly scenario: string
  readonly t: number
  readonly object: unknown
}

const RECORDINGS = new URL('../recordings/', import.meta.url)

/** Every recorded state of a Rollout, AnalysisRun or Experiment. */
export function recordedObjects(): RecordedObject[] {
  const folders = readdirSync(RECORDINGS, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  return folders.flatMap(({ name }) => {
    const lines = readFileSync(new URL(`${name}/events.jsonl`, RECORDINGS), 'utf8').split('\n')
    const events = lines.filter(Boolean).map((line) => JSON.parse(line) as { t: number; object: { kind: string } })
    return events.flatMap(({ t, object }) => (isKind(object.kind) ? [{ kind: object.kind, scenario: name, t, object }] : []))
  })
}

function isKind(kind: string): kind is Kind {
  return (KINDS as readonly string[]).includes(kind)
}
