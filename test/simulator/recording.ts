import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { KubeObject } from '../../src/simulator/kubernetes/object.ts'
import type { AnalysisRun, Rollout } from '../../src/simulator/argo-rollouts/types.ts'

const RECORDINGS = join(import.meta.dirname, '..', 'recordings')

export interface Recording {
  events: { t: number; type: string; object: KubeObject }[]
  steps: { t: number; what: string }[]
  commits: { sha: string }[]
}

export const BUNDLE = join(RECORDINGS, 'gitops.bundle')

export function readRecording(scenario: string): Recording {
  const lines = readFileSync(join(RECORDINGS, scenario, 'events.jsonl'), 'utf8')
    .trim()
    .split('\n')
  const { steps, commits } = JSON.parse(readFileSync(join(RECORDINGS, scenario, 'meta.json'), 'utf8')) as Omit<
    Recording,
    'events'
  >
  return { steps, commits, events: lines.map((line) => JSON.parse(line) as Recording['events'][number]) }
}

/** Names hashes by the order of their appearance, so that two worlds with other hashes can be compared. */
export type Naming = (hash: string | undefined) => string

export function createNaming(): Naming {
  const seen: string[] = []
  return (hash) => {
    if (hash === undefined) return '-'
    if (!seen.includes(hash)) seen.push(hash)
    return ['N', 'N+1', 'N+2'][seen.indexOf(hash)] ?? '?'
  }
}

/**
 * The states a Rollout went through, each once. What is only timing is left out: counters, the talk about pods that
 * come and
 * go, a template that Argo CD creates after the Rollout that names it, and a spec rewritten to the same effect (Argo
 * CD's
 * self-heal), after which the state is what it was before.
 */
export function rolloutStates(objects: readonly KubeObject[], naming: Naming): string[] {
  const states = objects
    .filter((object) => object.kind === 'Rollout')
    .map((object) => stateOf(object as Rollout, naming))
  const distinct = collapse(
    states.filter(({ text }) => !text.includes('InvalidSpec') && !text.includes('old replicas')),
  )
  return collapse(
    distinct.filter((state, index) => state.observed || distinct[index - 1]?.text !== distinct[index + 1]?.text),
  ).map(({ text, observed }) => `${text}${observed ? '' : ' (not observed)'}`)
}

interface State {
  text: string
  observed: boolean
}

function stateOf({ metadata, status = {} }: Rollout, naming: Naming): State {
  const current = naming(status.currentPodHash)
  const stable = naming(status.stableRS)
  const step = status.currentStepIndex === undefined ? '' : ` step ${status.currentStepIndex}`
  const isAboutPods = status.phase === 'Progressing' && status.message !== 'old replicas are pending termination'
  const why = isAboutPods ? '' : ` ${(status.message ?? '').replaceAll(/web-\w+/g, 'web-HASH')}`
  const abort = status.abort === true ? (status.abortedAt === undefined ? ' abort asked' : ' aborted') : ''
  return {
    text: `${status.phase ?? '-'} wants ${current} stable ${stable}${step}${abort}${why}`.trimEnd(),
    observed: status.observedGeneration === String(metadata.generation),
  }
}

function collapse(states: readonly State[]): State[] {
  return states.filter(
    (state, index) =>
      index === 0 || state.text !== states[index - 1]?.text || state.observed !== states[index - 1]?.observed,
  )
}

/** How each AnalysisRun ended or stood, by the order in which they came. */
export function runOutcomes(objects: readonly KubeObject[], naming: Naming): unknown[] {
  const last = new Map<string, AnalysisRun>()
  for (const object of objects) if (object.kind === 'AnalysisRun') last.set(object.metadata.name, object as AnalysisRun)
  return [...last.values()].map(({ metadata, status }) => ({
    name: metadata.name.replaceAll(/web-(\w+)/g, (_, hash: string) => `web-${naming(hash)}`),
    type: metadata.labels?.['rollout-type'],
    step: metadata.labels?.['step-index'],
    revision: metadata.annotations?.['rollout.argoproj.io/revision'],
    phase: status?.phase,
    message: status?.message,
    summary: status?.runSummary,
    results: status?.metricResults?.map(({ measurements, ...result }) => ({
      ...result,
      measurements: measurements.map(({ phase, value, message }) => ({ phase, value, message })),
    })),
  }))
}

/**
 * Sync and health of the Application, each pair once. Progressing and Missing are left out: how often the app is looked
 * at in between is chance.
 * So is what it shows before it has once settled, in state `from`.
 */
export function applicationStates(objects: readonly KubeObject[], from: string): string[] {
  const states = objects
    .filter((object) => object.kind === 'Application')
    .map((object) => object.status as { sync: { status: string }; health: { status?: string } } | undefined)
    .filter((status) => status !== undefined && status.sync.status !== '')
    .map((status) => `${status?.sync.status}/${status?.health.status}`)
    .filter((state) => !/Progressing|Missing/.test(state))
  return states.slice(states.indexOf(from)).filter((state, index, settled) => state !== settled[index - 1])
}
