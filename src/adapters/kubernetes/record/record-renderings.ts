import { createHmac, randomBytes } from 'node:crypto'
import {
  isUnanswered,
  renderedSpec,
  type IrreversibleObject,
  type NotRendered,
  type Rendering,
} from '../../../domain/application/rendered.ts'
import type { ApplicationSnapshot } from '../../../domain/application/snapshots.ts'
import { hashSpec, hashTemplate, type HashText } from '../../../domain/rollout/hashed-template.ts'
import type { Renderer } from '../../../ports/renderer.ts'
import { readApplication } from '../snapshots/application.ts'
import { fields, text } from '../snapshots/fields.ts'
import { hideValues } from './hidden-values.ts'
import type { RecordedLine } from './recorder.ts'

/** One line of `renderings.jsonl`: what an Application renders of one Rollout, with hashed values, or why that could not be told. */
export interface RenderedLine {
  /** `namespace/name`, as is `rollout`. */
  application: string
  rollout: string
  /** See `renderedSpec`. */
  spec: string
  revisions: readonly string[]
  rendered?: {
    template: unknown
    spec: unknown
    analysis?: string | undefined
    irreversible?: readonly IrreversibleObject[] | undefined
    rollouts?: readonly string[] | undefined
    parts?: { rest: string; rollouts: Readonly<Record<string, string>> } | undefined
  }
  unknown?: { why: string; detail: string }
}

/** Nobody has rendered for Kedge: somebody may let it see more. */
const LEFT_OUT: ReadonlySet<NotRendered> = new Set(['forbidden', 'not-allowed'])

export interface RenderingOptions {
  renderer: Renderer
  write: (line: RenderedLine) => void
}

/** How many renderings could not be had from who renders, and the newest reason. */
export interface Missing {
  count: number
  because: string
}

/** Asks what was synced to be rendered, once each, while it is recorded. */
export interface RenderingRecorder {
  /** The line as it may be written. */
  take(line: RecordedLine): RecordedLine
  /** Resolves when nothing is being rendered, with what is missing. */
  finish(): Promise<Missing>
}

/**
 * A hash with a key of this recording, which is kept nowhere: a value is the same as another of the recording or it is not, and that is all
 * that can be told, however few values there might be.
 */
function createHash(): HashText {
  const key = randomBytes(32)
  return (text) => `~${createHmac('sha256', key).update(text).digest('base64url').slice(0, 22)}`
}

/** See {@link RenderingRecorder}. What cannot be asked just now is asked again at the Application's next change. */
export function recordRenderings({ renderer, write }: RenderingOptions): RenderingRecorder {
  const hash = createHash()
  const known = new Set<string>()
  const missing = new Set<string>()
  let because = ''
  let working: Promise<void> = Promise.resolve()

  async function ask(application: ApplicationSnapshot, revisions: readonly string[], name: string): Promise<void> {
    const line = { application: `${application.namespace}/${application.name}`, rollout: name, spec: renderedSpec(application), revisions }
    const key = JSON.stringify(line)
    if (known.has(key)) return
    const [namespace = '', rollout = ''] = name.split('/')
    const rendering = await renderer.render({ application, revisions, rollout: { namespace, name: rollout } })
    const isAnswered = rendering.result === 'rendered' || !(LEFT_OUT.has(rendering.why) || isUnanswered(rendering.why))
    if (isAnswered) missing.delete(key)
    else {
      missing.add(key)
      because = rendering.detail
    }
    if (rendering.result === 'unknown' && isUnanswered(rendering.why)) return
    known.add(key)
    write({ ...line, ...answerOf(rendering, hash) })
  }

  async function askAll(object: Record<string, unknown>): Promise<void> {
    const application = readApplication('recorded', object)
    if (!application) return
    for (const revisions of revisionsOf(application, object))
      for (const name of application.rollouts) await ask(application, revisions, name)
  }

  return {
    take({ t, type, object: given }) {
      // What Argo CD is asked for are names and revisions, so that the hidden object will do; a replay sees no other.
      const object = hideValues(given, hash)
      if (type !== 'DELETED' && object['kind'] === 'Application') working = working.then(() => askAll(object))
      return { t, type, object }
    },
    async finish() {
      await working
      return { count: missing.size, because }
    },
  }
}

function answerOf(rendering: Rendering, hash: HashText): Pick<RenderedLine, 'rendered' | 'unknown'> {
  if (rendering.result === 'unknown') return { unknown: { why: rendering.why, detail: rendering.detail } }
  const { template, spec, analysis, irreversible, rollouts, parts } = rendering.rollout
  const hashed = { template: hashTemplate(template.open(), hash), spec: hashSpec(spec.open(), hash) }
  const forGood = irreversible?.map((one) => ({ ...one, hash: hash(one.hash) }))
  const hashedParts = parts && {
    rest: hash(parts.rest),
    rollouts: Object.fromEntries([...parts.rollouts].map(([name, one]) => [name, hash(one)])),
  }
  const beside = { irreversible: forGood, rollouts, parts: hashedParts }
  return { rendered: { ...hashed, analysis: analysis === undefined ? undefined : hash(analysis), ...beside } }
}

/** All that the Application says was synced, or is wanted; of a hydrated one the dry commits. */
function revisionsOf(application: ApplicationSnapshot, object: Record<string, unknown>): readonly (readonly string[])[] {
  const { history, comparedRevisions, operation, hydrator } = application
  const all = hydrator
    ? dryCommits(object)
    : [...history.map(({ revisions }) => revisions), comparedRevisions, ...(operation ? [operation.revisions, operation.requested] : [])]
  const distinct = new Map(all.filter((one) => one.length > 0).map((one) => [one.join(' '), one]))
  return [...distinct.values()]
}

// Argo CD: `pkg/apis/application/v1alpha1/types.go` SourceHydratorStatus.
function dryCommits(object: Record<string, unknown>): readonly (readonly string[])[] {
  const status = fields(fields(object['status'])['sourceHydrator'])
  const shas = ['lastSuccessfulOperation', 'currentOperation'].map((name) => text(fields(status[name])['drySHA'], 64))
  return shas.flatMap((sha) => (sha === undefined ? [] : [[sha]]))
}
