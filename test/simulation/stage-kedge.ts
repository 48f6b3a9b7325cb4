import { createMemoryLedger, type MemoryLedger } from '../../src/adapters/ledgers/memory/memory-ledger.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { Environment } from '../../src/reconcile/environment.ts'
import { createController, type Controller } from '../../src/reconcile/loop/controller.ts'
import type { OpenPorts } from '../../src/service/open-ports.ts'
import { given } from './given.ts'

interface Start {
  /** What it is started on. */
  open: () => Promise<OpenPorts>
  /** Puts something between it and its ports. */
  wrap: ((environment: Environment) => Environment) | undefined
}

/** Kedge as a process, which ends and begins again over one ledger, or over another. */
export class StagedKedge {
  /** Where the ledger is kept. */
  ledgerStore: MemoryLedger
  readonly #clock: Clock
  readonly #start: Start
  #ports: OpenPorts | undefined
  #controller: Controller | undefined

  constructor(clock: Clock, start: Start) {
    this.#clock = clock
    this.#start = start
    this.ledgerStore = createMemoryLedger({ clock })
  }

  /** @throws Error it has not been started */
  get controller(): Controller {
    return given(this.#controller)
  }

  /** @throws Error it has not been started */
  get ports(): OpenPorts {
    return given(this.#ports)
  }

  async start(): Promise<void> {
    this.#ports = await this.#start.open()
    const environment = this.#start.wrap?.(this.#ports.environment) ?? this.#ports.environment
    this.#controller = createController(environment)
    for (const view of environment.views) await this.#controller.watch(view)
    this.#controller.start()
    await this.idle()
  }

  async stop(): Promise<void> {
    await this.#controller?.[Symbol.asyncDispose]()
    await this.#ports?.[Symbol.asyncDispose]()
  }

  async idle(): Promise<void> {
    await this.#controller?.idle()
  }

  /** It begins with this ledger, or an empty one. */
  async exchangeLedger(ledger: MemoryLedger | undefined): Promise<void> {
    await this.ledgerStore.close()
    this.ledgerStore = ledger ?? createMemoryLedger({ clock: this.#clock })
  }
}
