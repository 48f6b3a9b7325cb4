import type { Raw } from '../../simulation/objects.ts'
import { objectOf } from './application-objects.ts'
import type { Host } from './host.ts'
import type { Rendered } from './manifests.ts'
import type { WorldRepository } from './repository.ts'
import type { WorldRollout } from './truth.ts'
import type { ApplicationOptions, HistoryEntry, Operation, Tag } from './world-application.ts'

/** What an Application and its controller have come to. */
export interface ApplicationState {
  readonly history: HistoryEntry[]
  operation: Operation | undefined
  /** The commit that was compared last, what came of it, and which Rollouts are not as it asks for. */
  compared: string
  syncStatus: string
  drifted: ReadonlySet<string>
  /** A name for what is applied beside Rollouts. */
  rest: string
  isAutomated: boolean
  /** The sync that was tried last, but for a rollback. */
  tried: { revision: string; ok: boolean } | undefined
  generation: number
  /** How often it was made anew. */
  made: number
  health: string
  reconciledAt: number
  /** No sync begins before (epoch ms). */
  deniedUntil: number
  tag: Tag | undefined
  changedAt: number
  isGone: boolean
}

/** An Application as it stands: compares itself with Git, and shows what it has come to. */
export class LiveApplication {
  readonly host: Host
  readonly options: ApplicationOptions
  readonly state: ApplicationState
  /** The cluster that Argo CD runs in. */
  readonly argocd: string
  readonly #repository: WorldRepository

  constructor(host: Host, repository: WorldRepository, argocd: string, options: ApplicationOptions) {
    this.host = host
    this.#repository = repository
    this.argocd = argocd
    this.options = options
    this.state = firstState(options, host.now())
  }

  /** The commit that it follows, as of now. */
  wantedNow(): string {
    return this.state.tag?.commit ?? this.#repository.head()
  }

  rendered(revision: string): Rendered | undefined {
    return this.#repository.rendered(this.options.folder, revision)
  }

  present(): readonly WorldRollout[] {
    return this.options.rollouts.filter(({ isGone }) => !isGone)
  }

  /** Somebody has deleted it, and Git asks for it. */
  isLost(rollout: WorldRollout): boolean {
    return rollout.isGone && this.rendered(this.state.compared)?.rollouts.has(rollout.owner.name) === true
  }

  /** Whether a sync may begin, whoever asks for it. */
  maySync(): boolean {
    const { operation, isGone, deniedUntil } = this.state
    return operation?.phase !== 'Running' && !isGone && this.host.now() >= deniedUntil
  }

  compare(): void {
    const { state } = this
    const head = this.wantedNow()
    const wanted = this.rendered(head)
    const drifted = new Set<string>()
    for (const rollout of this.options.rollouts) {
      const one = wanted?.rollouts.get(rollout.owner.name)
      if (!one && rollout.isGone) continue
      if (!one || one.key !== rollout.spec.key || one.steps !== rollout.spec.steps) drifted.add(rollout.owner.name)
      else rollout.agree(head)
    }
    const syncStatus = wanted === undefined ? 'Unknown' : drifted.size > 0 || wanted.rest !== state.rest ? 'OutOfSync' : 'Synced'
    Object.assign(state, { compared: head, reconciledAt: this.host.now(), drifted, syncStatus })
  }

  /** What the API server shows of it next. */
  object(): Raw {
    const { state, options } = this
    state.generation += 1
    const rollouts = options.rollouts.filter((rollout) => !rollout.isGone || this.isLost(rollout))
    return objectOf({ ...options, rollouts, isAutomated: state.isAutomated }, { ...state, version: this.host.version() })
  }

  tell(): void {
    if (!this.state.isGone) this.host.tell(this.argocd, this.object(), this.state.generation === 1 ? 'ADDED' : undefined)
  }
}

/** Before anything was compared. */
function firstState({ autoSync }: ApplicationOptions, now: number): ApplicationState {
  return {
    history: [],
    operation: undefined,
    compared: '',
    syncStatus: '',
    drifted: new Set(),
    rest: '',
    isAutomated: autoSync,
    tried: undefined,
    generation: 0,
    made: 0,
    health: 'Missing',
    reconciledAt: now,
    deniedUntil: 0,
    tag: undefined,
    changedAt: -Infinity,
    isGone: false,
  }
}
