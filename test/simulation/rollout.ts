import { analysisRun, ERRED, FAILED, REASONS, stamp, type AnalysisRunShape, type Owner, type Raw } from './objects.ts'
import { rolloutObject } from './rollout-object.ts'
import { aborted, begunAnew, healthy, inCanary, retried, type StatusOf } from './rollout-status.ts'
import { RolloutTemplates } from './rollout-templates.ts'
import type { AbortOptions, RolloutOptions, Server, StagedRollout } from './staged-rollout.ts'

export type { AbortOptions, RolloutOptions, Server, StagedRollout } from './staged-rollout.ts'

/** See {@link StagedRollout}. Shapes and sequences are those of test/recordings. */
export function stageRollout(server: Server, options: RolloutOptions = {}): StagedRollout {
  return new Rollout(server, options)
}

const BASIC_CANARY = { canary: { steps: [{ setWeight: 25 }, { analysis: { templates: [{ templateName: 'web' }] } }] } }

class Rollout implements StagedRollout {
  readonly namespace: string
  readonly name: string
  readonly uid: string
  readonly #server: Server
  readonly #strategy: Raw
  readonly #templates = new RolloutTemplates()
  readonly #runs: Raw[] = []
  #generation = 1
  #observed = 1
  /** Of the release that is asked for. */
  #attempts = 0
  #stepHash = 1
  #stable = ''
  #status: Raw = {}
  #spec: Raw = {}
  #tracked: string

  constructor(server: Server, options: RolloutOptions) {
    this.#server = server
    this.namespace = options.namespace ?? 'shop'
    this.name = options.name ?? 'web'
    this.uid = options.uid ?? `uid-${this.name}`
    this.#strategy = options.strategy ?? BASIC_CANARY
    this.#tracked = options.application ?? 'shop'
  }

  canary(tag: string): void {
    this.#release(tag)
    this.#templates.scale(1)
    this.#status = inCanary(this.#statusOf)
  }

  healthy(tag: string): void {
    this.#release(tag)
    this.#templates.scaleOnlyWanted(4)
    this.#stable = this.#templates.wanted
    this.#status = healthy(this.#statusOf, this.#server.now())
  }

  abort({ why = 'failed', still = 0, noRun = false, run, value }: AbortOptions = {}): void {
    this.#attempts += 1
    const template = this.#templates.current
    if (!template) throw new Error('nothing to abort')
    const phase = run ?? (why === 'failed' ? 'Failed' : why === 'error' ? 'Error' : undefined)
    if (phase && !noRun) {
      const message = phase === 'Failed' ? FAILED : ERRED
      this.#addRun({ attempt: this.#attempts, phase, message, ...(value !== undefined && { value }) })
    }
    this.#templates.scale(still)
    const text = `Rollout aborted update to revision ${template.revision}${typeof why === 'string' ? REASONS[why] : why.message}`
    this.#status = aborted(this.#statusOf, { text, still, now: this.#server.now() })
  }

  retry(): void {
    this.#templates.scale(1)
    this.#status = retried(this.#statusOf)
  }

  measure(phase: 'Successful'): void {
    this.#addRun({ attempt: this.#attempts + 1, phase, message: '' })
  }

  steps(): void {
    this.#stepHash += 1
    this.#generation += 1
    this.#observed = this.#generation
    this.#templates.scale(1)
    this.#status = begunAnew(this.#statusOf)
  }

  scale(): void {
    this.#generation += 1
  }

  restartAt(): void {
    this.#spec = { ...this.#spec, restartAt: stamp(this.#server.now()) }
    this.#generation += 1
  }

  settle(): void {
    this.#observed = this.#generation
  }

  track(application: string): void {
    this.#tracked = application
  }

  patch(change: { status?: Raw; spec?: Raw }): void {
    this.#status = { ...this.#status, ...change.status }
    this.#spec = { ...this.#spec, ...change.spec }
  }

  objects(): readonly Raw[] {
    const resourceVersion = String(this.#server.nextVersion())
    return [...this.#templates.replicaSets(this.#owner), ...this.#runs, this.#object()].map((object) => ({
      ...object,
      metadata: { ...(object['metadata'] as Raw), resourceVersion },
    }))
  }

  get #owner(): Owner {
    return { namespace: this.namespace, name: this.name, uid: this.uid }
  }

  get #statusOf(): StatusOf {
    return { name: this.name, hash: this.#templates.wanted, stable: this.#stable }
  }

  #release(tag: string): void {
    if (!this.#templates.release(tag, this.#server.now())) return
    this.#attempts = 0
    this.#generation += 2
    this.#observed = this.#generation
  }

  /** Of what is asked for. */
  #addRun(given: Pick<AnalysisRunShape, 'attempt' | 'phase' | 'message' | 'value'>): void {
    const { wanted: hash, current } = this.#templates
    this.#runs.push(analysisRun({ owner: this.#owner, hash, revision: current?.revision ?? 0, at: this.#server.now(), ...given }))
  }

  #object(): Raw {
    return rolloutObject({
      owner: this.#owner,
      tracked: this.#tracked,
      generation: this.#generation,
      observed: this.#observed,
      revision: this.#templates.revision,
      strategy: this.#strategy,
      stepHash: this.#stepHash,
      tag: this.#templates.current?.tag ?? 'none',
      spec: this.#spec,
      status: this.#status,
    })
  }
}
