import { randomUUID } from 'node:crypto'
import type { Clock } from '../ports/clock.ts'
import type { Command } from '../ports/command.ts'
import { inboxName, type Inbox } from '../ports/inbox.ts'
import type { Logger } from '../ports/log.ts'

/** The sender of what one process asks of another. No sender from outside is called so. */
const COMMANDS = 'kedge'

/** How often the inbox is looked at: what another process has taken is followed no later than this. */
const EVERY_MS = 1_000

/**
 * How long a delivery stays in the inbox after it was followed. Who leads something by then has either followed it as well, or began to
 * lead it later and has looked at everything since: nobody keeps the right to lead for so long without having looked into the inbox.
 */
const KEPT_MS = 3 * 60_000

export interface RelayOptions {
  inbox: Inbox
  clock: Clock
  logger: Logger
  /** Whether this process leads anything: who does not has nothing to follow. */
  leads: () => boolean
  /** Hints at what a delivery is about. */
  follow: (delivery: { source: string; id: string; body: string }) => void
  /** See `Replica.perform`. */
  perform: (command: Command) => Promise<boolean>
}

/** What processes that share a ledger leave to each other, by the inbox in it: deliveries that another has taken, and what people want. */
export interface InboxRelay extends AsyncDisposable {
  start(): void
  /** Leaves a command to whoever leads what it is about. @throws KedgeError E_LEDGER_UNREACHABLE: nobody has it */
  leave(command: Command): Promise<void>
}

/** See {@link InboxRelay}. */
export function createInboxRelay(options: RelayOptions): InboxRelay {
  const { inbox, clock, logger } = options
  /** By `Clock.elapsed`: clocks of two machines may be apart. */
  const followedAt = new Map<string, { source: string; id: string; at: number }>()
  let timer: Disposable | undefined
  let looking: Promise<void> = Promise.resolve()
  let isDisposed = false

  async function perform({ source, id, body }: { source: string; id: string; body: string }): Promise<void> {
    try {
      if (await options.perform(JSON.parse(body) as Command)) await inbox.done(source, id)
    } catch (fault) {
      logger.warn('what a person wants could not be recorded and will be tried again', { id, error: String(fault) })
    }
  }

  async function look(): Promise<void> {
    for (const delivery of await inbox.pending(new Set(followedAt.keys()))) {
      const { source, id } = delivery
      if (source === COMMANDS) {
        await perform(delivery)
        continue
      }
      options.follow(delivery)
      followedAt.set(inboxName(delivery), { source, id, at: clock.elapsed() })
    }
    for (const [name, { source, id, at }] of followedAt) {
      if (clock.elapsed() - at < KEPT_MS) continue
      await inbox.done(source, id)
      followedAt.delete(name)
    }
  }

  function arm(): void {
    timer = clock.after(EVERY_MS, () => {
      looking = (options.leads() ? look() : Promise.resolve())
        .catch((fault: unknown) => logger.warn('the inbox could not be read and will be looked at again', { error: String(fault) }))
        .then(() => (isDisposed ? undefined : arm()))
    })
  }

  return {
    start: arm,
    async leave(command) {
      const delivery = { source: COMMANDS, id: randomUUID(), receivedAt: clock.now(), body: JSON.stringify(command) }
      await inbox.accept(delivery)
    },
    async [Symbol.asyncDispose]() {
      isDisposed = true
      timer?.[Symbol.dispose]()
      await looking
    },
  }
}
