import type { MemoryChannel } from '../../src/adapters/channels/memory/channel.ts'
import type { MemoryForges, RememberedPullRequest } from '../../src/adapters/forges/memory/forge.ts'
import type { MemoryLedger } from '../../src/adapters/ledgers/memory/memory-ledger.ts'
import type { VirtualClock } from '../../src/adapters/replay/virtual-clock.ts'
import type { CommitSha } from '../../src/domain/application/commit.ts'
import type { Policy } from '../../src/domain/policy/policy.ts'
import type { Release } from '../../src/domain/release/release.ts'
import type { Revert } from '../../src/domain/revert/revert.ts'
import type { ClusterView } from '../../src/ports/cluster-view.ts'
import type { Ledger, LedgerRecord } from '../../src/ports/ledger.ts'
import type { Controller } from '../../src/reconcile/loop/controller.ts'
import { looseBranches } from '../contract/git/loose-objects.ts'
import type { CommitOptions, Content, Origin } from '../contract/git/origin.ts'
import type { rememberLog } from '../remember-log.ts'
import { REPO, type ApplicationOptions, type StagedApplication } from './application.ts'
import type { ExperimentOptions, StagedExperiment } from './experiment.ts'
import { mergePull } from './merge-pull.ts'
import type { Raw } from './objects.ts'
import type { RolloutOptions, StagedRollout } from './rollout.ts'
import type { StagedKedge } from './stage-kedge.ts'
import type { StagedWorld } from './stage-world.ts'

interface Parts {
  clock: VirtualClock
  origin: Origin
  forges: MemoryForges
  channel: MemoryChannel
  lines: ReturnType<typeof rememberLog>['lines']
  policy: { current: Partial<Policy> }
  world: StagedWorld
  kedge: StagedKedge
  /** What is left of it on the disk, once Kedge has ended. */
  takeDown: () => Promise<void>
}

/**
 * A cluster or several, one repository, one forge, one channel, and Kedge before them: the real controller, ledger and Git, on a clock that
 * moves only when told to. Deeds happen to the world; `show` lets Kedge see them and waits until it has done all that is due.
 */
export class Stage implements AsyncDisposable {
  readonly clock: VirtualClock
  readonly origin: Origin
  readonly forges: MemoryForges
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.clock = parts.clock
    this.origin = parts.origin
    this.forges = parts.forges
    this.#parts = parts
  }

  told(): readonly string[] {
    return this.#parts.lines.map(({ message }) => message)
  }

  warnings(): Parts['lines'] {
    return this.#parts.lines.filter(({ level }) => level !== 'info')
  }

  async start(): Promise<void> {
    this.#parts.world.list()
    await this.#parts.kedge.start()
  }

  idle(): Promise<void> {
    return this.#parts.kedge.idle()
  }

  get controller(): Controller {
    return this.#parts.kedge.controller
  }

  get views(): readonly ClusterView[] {
    return this.#parts.kedge.ports.views
  }

  get ledger(): Ledger {
    return this.#parts.kedge.ports.ledger
  }

  /** Where the ledger is kept. */
  get ledgerStore(): MemoryLedger {
    return this.#parts.kedge.ledgerStore
  }

  records(): Promise<readonly LedgerRecord[]> {
    return Array.fromAsync(this.ledgerStore.records())
  }

  set policy(next: Partial<Policy>) {
    this.#parts.policy.current = { mode: 'pr', channel: '#deploys', ...next }
  }

  addRollout(given: RolloutOptions & { cluster?: string } = {}): StagedRollout {
    return this.#parts.world.addRollout(given)
  }

  /** In the first cluster. */
  addExperiment(given: ExperimentOptions = {}): StagedExperiment {
    return this.#parts.world.addExperiment(given)
  }

  addApplication(given?: ApplicationOptions): StagedApplication {
    return this.#parts.world.addApplication(given)
  }

  remove(rollout: StagedRollout): void {
    this.#parts.world.remove(rollout)
  }

  commit(files: Readonly<Record<string, Content>>, message = 'change', more: CommitOptions = {}): CommitSha {
    return this.origin.commit(files, { message, ...more })
  }

  /** Lets Kedge see the world as it is, and waits until all that is due is done. */
  async show(): Promise<void> {
    this.#parts.world.show()
    await this.idle()
  }

  /** Only these objects are told of, in the first cluster. */
  async tell(...told: Raw[]): Promise<void> {
    this.#parts.world.tell(told)
    await this.idle()
  }

  async advance(ms: number): Promise<void> {
    await this.clock.advanceTo(this.clock.now() + ms, () => this.#parts.kedge.idle())
  }

  /** The webhook of the Git host. */
  async pushed(): Promise<void> {
    this.controller.enqueueRepository(REPO)
    await this.idle()
  }

  /** One cluster, or all of them. */
  async blind(isBlind: boolean, name?: string): Promise<void> {
    this.#parts.world.blind(isBlind, name)
    await this.idle()
  }

  /** Ends Kedge; `restart` starts it again. */
  stop(): Promise<void> {
    return this.#parts.kedge.stop()
  }

  /** A cluster leaves the configuration, or is called otherwise there; to be followed by a restart. */
  leave(name: string, renamed?: string): void {
    this.#parts.world.leave(name, renamed)
  }

  /** Ends Kedge where it stands and starts it again. */
  async restart({ loseLedger = false, ledger }: { loseLedger?: boolean; ledger?: MemoryLedger } = {}): Promise<void> {
    const { kedge } = this.#parts
    await kedge.stop()
    if (loseLedger || ledger) await kedge.exchangeLedger(ledger)
    await this.start()
  }

  pulls(): readonly RememberedPullRequest[] {
    return this.forges.pullRequests(REPO)
  }

  cards(): ReturnType<MemoryChannel['cards']> {
    return this.#parts.channel.cards()
  }

  releases(): readonly Release[] {
    return this.ledger.releases({ limit: 100_000 })
  }

  failed(): readonly Release[] {
    return this.releases().filter((release) => release.attempts.length > 0)
  }

  reverts(): readonly Revert[] {
    return this.ledger.reverts({})
  }

  branches(): readonly string[] {
    return looseBranches(this.origin.dir, 'kedge')
  }

  /** A person merges the PR with a merge commit of the branch's tree onto the base branch. */
  merge(number: number, by?: string): CommitSha {
    return mergePull(this.origin, this.forges, number, by)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { kedge, takeDown } = this.#parts
    await kedge.stop()
    await kedge.ledgerStore.close()
    await takeDown()
  }
}
