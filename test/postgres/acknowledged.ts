import { readAddress } from '../../src/adapters/ledgers/postgres/address.ts'
import { readPostgresLedger } from '../../src/adapters/ledgers/postgres/postgres-ledger.ts'
import type { HeldLedger } from '../../src/ports/held-ledger.ts'
import type { LedgerEntry } from '../../src/ports/ledger.ts'
import type { Adapters } from '../../src/service/adapters.ts'
import { ask } from './live-ledger.ts'

/** A record by what it is, without its place. */
export const spell = ({ kind, key, event }: Pick<LedgerEntry, 'kind' | 'key' | 'event'>): string => JSON.stringify([kind, key, event])

/** Adapters whose ledger notes each record as soon as it is acknowledged. */
export function noting(adapters: Adapters, acknowledged: string[]): Adapters {
  return {
    ...adapters,
    async ledger(site) {
      const ledger = await adapters.ledger(site)
      const append: HeldLedger['append'] = async (entries) => {
        await ledger.append(entries)
        acknowledged.push(...entries.map(spell))
      }
      return new Proxy(ledger, {
        get: (from, name, receiver): unknown => (name === 'append' ? append : Reflect.get(from, name, receiver)),
      })
    },
  }
}

/** What was acknowledged and is not there, and what is wrong with the chain. */
export async function lostFrom(url: string, acknowledged: readonly string[]): Promise<readonly string[]> {
  const address = readAddress(url, undefined)
  if ('wrong' in address) throw new Error(address.wrong)
  await using ledger = await readPostgresLedger({ address, poolSize: 1, connectTimeoutMs: 10_000, statementTimeoutMs: 10_000 })
  const verdict = await ledger.verify()
  const rows = await ask<Pick<LedgerEntry, 'kind' | 'key' | 'event'>>(url, 'SELECT kind, key, event FROM kedge.record')
  const there = countsOf(rows.map(spell))
  const lost = [...countsOf(acknowledged)].filter(([record, count]) => (there.get(record) ?? 0) < count)
  return [
    ...(verdict.intact ? [] : [`the chain breaks at record ${verdict.sequence}: ${verdict.what}`]),
    ...lost.map(([record]) => `record ${record} was acknowledged, and is not there`),
  ]
}

function countsOf(all: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const one of all) counts.set(one, (counts.get(one) ?? 0) + 1)
  return counts
}
