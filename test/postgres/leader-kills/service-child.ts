// Run as a child process: the whole service, which dies at a moment, see moments.ts. At a call outside it kills itself; at an append it
// asks its parent, before whose eyes the transaction is committed.
import { once } from 'node:events'
import { loadConfig } from '../../../src/config/load.ts'
import type { EffectAction } from '../../../src/domain/effect.ts'
import type { HeldLedger } from '../../../src/ports/held-ledger.ts'
import type { LedgerEntry } from '../../../src/ports/ledger.ts'
import { createService } from '../../../src/service.ts'
import type { Adapters } from '../../../src/service/adapters.ts'
import { POINTS } from '../../simulation/killer.ts'
import { spell } from '../acknowledged.ts'
import { adapters as whole } from './adapters.ts'
import { nameOfCall, namesOfAppend } from './moments.ts'

/** What the leader tells its parent. */
export type Told =
  | { told: 'ready' }
  /** It has come to this. */
  | { told: 'passes'; names: readonly string[]; isTheMoment: boolean }
  /** It is to be killed as the transaction with this key is committed, and waits for any answer before it sends it. */
  | { told: 'aim'; key: string }
  /** These were acknowledged. */
  | { told: 'kept'; records: readonly string[] }

const [file = '', target = '', when = 'before'] = process.argv.slice(2)
const tell = (told: Told): void => void process.send?.(told)
/** Kinds of the effects that have begun and are not over, by their keys, the newest last. */
const begun = new Map<string, EffectAction['type']>()
let isReady = false
let isAimed = false

function passes(names: readonly string[]): boolean {
  if (!isReady) return false
  const isTheMoment = !isAimed && names.includes(target)
  isAimed ||= isTheMoment
  tell({ told: 'passes', names, isTheMoment })
  return isTheMoment
}

/** `kill -9`: nothing of this process runs any more. */
function die(): void {
  process.kill(process.pid, 'SIGKILL')
}

function mortal<T extends object>(port: T, methods: readonly string[]): T {
  return new Proxy(port, {
    get(from, name, receiver) {
      const value: unknown = Reflect.get(from, name, receiver)
      if (typeof value !== 'function' || !methods.includes(String(name))) return value
      return async (...given: unknown[]): Promise<unknown> => {
        const isTheMoment = passes([nameOfCall(String(name), [...begun.values()])])
        if (isTheMoment && when === 'before') die()
        const result: unknown = await Reflect.apply(value, from, given)
        if (isTheMoment) die()
        return result
      }
    },
  })
}

function follow({ kind, key, event, document }: LedgerEntry): void {
  if (kind !== 'effect') return
  begun.delete(key)
  if (event === 'effect-started') begun.set(key, document.action.type)
}

function watched(ledger: HeldLedger): HeldLedger {
  async function append(entries: readonly LedgerEntry[]): Promise<void> {
    const [first] = entries
    if (first && passes(namesOfAppend(entries))) {
      tell({ told: 'aim', key: first.key })
      await once(process, 'message')
    }
    await ledger.append(entries)
    for (const entry of entries) follow(entry)
    tell({ told: 'kept', records: entries.map(spell) })
  }
  return new Proxy(ledger, {
    get: (from, name, receiver): unknown => (name === 'append' ? append : Reflect.get(from, name, receiver)),
  })
}

const adapters: Adapters = {
  ...whole,
  ledger: async (site) => watched(await whole.ledger(site)),
  async forges(site) {
    const forges = await whole.forges(site)
    return { ...forges, forRepository: (url) => mortal(forges.forRepository(url), POINTS.forge) }
  },
  repositories(site, forges) {
    const repositories = whole.repositories(site, forges)
    return { ...repositories, open: async (url) => mortal(await repositories.open(url), POINTS.git) }
  },
  async channel(site) {
    const channel = await whole.channel(site)
    return channel && mortal(channel, POINTS.channel)
  },
}
const { config, secrets } = loadConfig({ file, env: {} })
const service = await createService(config, secrets, adapters)
await service.ready()
isReady = true
tell({ told: 'ready' })
process.once('disconnect', () => void service[Symbol.asyncDispose]().then(() => process.exit(0)))
