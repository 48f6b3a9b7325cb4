import { randomUUID } from 'node:crypto'
import { backOff, type BackOff } from '../../domain/back-off.ts'
import { KedgeError } from '../../domain/errors.ts'
import type { Clock } from '../../ports/clock.ts'
import { readCommand, type Command } from '../../ports/command.ts'
import { inboxName, type Inbox } from '../../ports/inbox.ts'
import type { Logger } from '../../ports/log.ts'

/** The sender of what one process asks of another. No sender from outside is called so. */
const COMMANDS = 'kedge'

/** How often the inbox is looked at: what another process has taken is followed no later than this. */
const EVERY_MS = 1_000

/**
 * How long a delivery stays in the inbox after it was followed. Who leads something by then has either followed it as well, or began to
 * lead it later and has looked at everything since: nobody keeps the right to lead for so long without having looked into the inbox.
 */
const KEPT_MS = 3 * 60_000

/** What cannot be done is tried so often, in ten minutes: a rollout has brought a program that can, or nobody will. */
const MOST_TRIES = 15
const BETWEEN_TRIES: BackOff = { firstMs: 2_000, longestMs: 90_000 }

export interface RelayOptions {
  inbox: Inbox
  clock: Clock
  logger: Logger
  /** In [0, 1). */
  random: () => number
  /** Whether this process leads anything: who does not has nothing to follow. */
  leads: () => boolean
  /** Hints at what a delivery is about. */
  follow: (delivery: Delivery) => void
  /** See `Replica.perform`. */
  perform: (command: Command) => Promise<boolean>
}

interface Delivery {
  source: string
  id: string
  body: string
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
  const perform = createPerform(options)
  let timer: Disposable | undefined
  let looking: Promise<void> = Promise.resolve()
  let isDisposed = false

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

/** Does what people want, each until it is done or was tried too often. */
function createPerform({ inbox, clock, logger, random, ...options }: RelayOptions): (delivery: Delivery) => Promise<void> {
  /** `nextAt` by `Clock.elapsed`. */
  const failed = new Map<string, { tries: number; nextAt: number }>()

  async function fail({ source, id, body }: Delivery, fault: unknown): Promise<void> {
    const tries = (failed.get(id)?.tries ?? 0) + 1
    failed.set(id, { tries, nextAt: clock.elapsed() + backOff(tries, BETWEEN_TRIES, random()) })
    const error = String(fault)
    if (tries < MOST_TRIES) return logger.warn('what a person wants could not be done and will be tried again', { id, tries, error })
    await inbox.putAside(source, id)
    failed.delete(id)
    const { code, what } = new KedgeError('E_COMMAND_FAILED', `what a person wants could not be done in ${tries} tries and is put aside`)
    logger.error(what, { code, id, command: body.slice(0, 1_000), error })
  }

  return async (delivery) => {
    const { source, id, body } = delivery
    if (clock.elapsed() < (failed.get(id)?.nextAt ?? 0)) return
    try {
      if (!(await options.perform(readCommand(body)))) return
      await inbox.done(source, id)
      failed.delete(id)
    } catch (fault) {
      await fail(delivery, fault)
    }
  }
}
