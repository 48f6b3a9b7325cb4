import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AnalysisRun, Rollout } from '../../src/simulator/argo-rollouts/types.ts'
import type { KubeObject } from '../../src/simulator/kubernetes/object.ts'

/** Folders of recordings: what people did by hand, and what the bench did with Kedge beside. */
export const FOLDERS = {
  people: join(import.meta.dirname, '..', 'recordings'),
  bench: join(import.meta.dirname, '..', 'e2e', 'recordings'),
}

export interface Recording {
  events: { t: number; type: string; object: KubeObject }[]
  steps: { t: number; what: string }[]
  commits: { sha: string }[]
  /** Git's repository, as a bundle. */
  bundle: string
}

export function readRecording(folder: string, scenario: string): Recording {
  const lines = readFileSync(join(folder, scenario, 'events.jsonl'), 'utf8')
    .trim()
    .split('\n')
  const { steps, commits } = JSON.parse(readFileSync(join(folder, scenario, 'meta.json'), 'utf8')) as Pick<Recording, 'steps' | 'commits'>
  const events = lines.map((line) => JSON.parse(line) as Recording['events'][number])
  return { steps, commits, events, bundle: join(folder, 'gitops.bundle') }
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
export function rolloutStates(objects: readonly KubeObject[], name: string, naming: Naming): string[] {
  const states = objects
    .filter((object) => object.kind === 'Rollout' && object.metadata.name === name)
    .map((object) => stateOf(object as Rollout, naming))
  const distinct = collapse(states.filter(({ text }) => !text.includes('InvalidSpec') && !text.includes('old replicas')))
  return collapse(distinct.filter((state, index) => state.observed || distinct[index - 1]?.text !== distinct[index + 1]?.text)).map(
    ({ text, observed }) => `${text}${observed ? '' : ' (not observed)'}`,
  )
}

interface State {
  text: string
  observed: boolean
}

function stateOf({ metadata, status = {} }: Rollout, naming: Naming): State {
  const current = naming(status.currentPodHash)
  const stable = naming(status.stableRS)
  const { activeSelector } = status.blueGreen ?? {}
  const active = activeSelector === undefined ? '' : ` active ${naming(activeSelector)}`
  const step = status.currentStepIndex === undefined ? '' : ` step ${status.currentStepIndex}`
  const isAboutPods = status.phase === 'Progressing' && status.message !== 'old replicas are pending termination'
  const why = isAboutPods ? '' : ` ${(status.message ?? '').replaceAll(/(web|api)-\w+/g, '$1-HASH')}`
  const full = status.promoteFull === true ? ' in full' : ''
  const abort = status.abort === true ? (status.abortedAt === undefined ? ' abort asked' : ' aborted') : ''
  return {
    text: `${status.phase ?? '-'} wants ${current} stable ${stable}${active}${step}${full}${abort}${why}`.trimEnd(),
    observed: status.observedGeneration === String(metadata.generation),
  }
}

function collapse(states: readonly State[]): State[] {
  return states.filter(
    (state, index) => index === 0 || state.text !== states[index - 1]?.text || state.observed !== states[index - 1]?.observed,
  )
}

/** How each AnalysisRun ended or stood, by the order in which they came. */
export function runOutcomes(objects: readonly KubeObject[], rollout: string, naming: Naming): unknown[] {
  const last = new Map<string, AnalysisRun>()
  for (const object of objects)
    if (object.kind === 'AnalysisRun' && object.metadata.name.startsWith(`${rollout}-`))
      last.set(object.metadata.name, object as AnalysisRun)
  return [...last.values()].map(({ metadata, status }) => ({
    name: metadata.name.replace(/-(\w+)/, (_, hash: string) => `-${naming(hash)}`),
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

const PASSING = new Set(['Progressing', 'Missing', 'Suspended'])

/**
 * What the Application's sync went through, and its health, once it has settled in state `from`. Each by itself: while Argo CD applies a
 * commit the release goes on, and which of the two is seen to move first is chance. So is how often it is looked at in between:
 * Progressing, Missing and Suspended (a pause of one second) are left out.
 */
export function applicationStates(objects: readonly KubeObject[], from: string): { sync: readonly string[]; health: readonly string[] } {
  const states = objects
    .filter((object) => object.kind === 'Application')
    .map((object) => object.status as { sync: { status: string }; health: { status?: string } } | undefined)
    .filter((status) => status !== undefined && status.sync.status !== '')
    .map((status): [string, string | undefined] => [status?.sync.status ?? '', status?.health.status])
  const settled = states.slice(states.findIndex((state) => state.join('/') === from))
  const once = (texts: readonly (string | undefined)[]): string[] => {
    const steady = texts.filter((text) => text !== undefined && !PASSING.has(text))
    return steady.filter((text, index) => text !== steady[index - 1]) as string[]
  }
  return { sync: once(settled.map(([sync]) => sync)), health: once(settled.map(([, health]) => health)) }
}

/** Whether the Application was ever seen to wait for a pause to end. */
export function wasSuspended(objects: readonly KubeObject[]): boolean {
  return objects.some(
    ({ kind, status }) =>
      kind === 'Application' && (status as { health?: { status?: string } } | undefined)?.health?.status === 'Suspended',
  )
}
