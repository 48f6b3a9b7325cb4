import type { ReportItem, ReportPage } from '../../api/report/contract.ts'
import type { Release } from '../../domain/release/release.ts'
import { reportRowOf, type ReportRecords } from '../../domain/report/row.ts'
import { quarantineOf } from '../commands/quarantine-summary.ts'
import type { ReadOptions } from '../request/options.ts'
import { encodeId } from '../request/paging.ts'
import { findReleases, type AskedPage } from './release-list.ts'
import { turn } from './turn.ts'

type Read = Pick<ReadOptions, 'ledger' | 'store' | 'clock'>

/** A page of the report, newest first. @throws KedgeError E_LEDGER_* */
export async function reportPage({ ledger, store, clock }: Read, asked: AskedPage): Promise<ReportPage> {
  const { releases, next } = await findReleases(store, asked)
  const items: ReportItem[] = []
  // One after the other: a report is long, and looks and pages are not to wait for it.
  for (const release of releases) {
    await turn()
    items.push(await itemOf({ ledger, store }, release))
  }
  return { items, continue: next, head: (await store.head()) ?? null, archived: (await store.archived()) ?? null, madeAt: clock.now() }
}

async function itemOf({ ledger, store }: Omit<Read, 'clock'>, release: Release): Promise<ReportItem> {
  const revert = release.revertKey === null ? undefined : ledger.read('revert', release.revertKey)
  const storm = release.storm === undefined ? undefined : ledger.read('storm', release.storm)
  const records = [...(await recordsOf(store, 'release', release.key)), ...(revert ? await recordsOf(store, 'revert', revert.key) : [])]
  const beside = { revert: revert ?? null, storm: storm ?? null, quarantine: quarantineOf(release, ledger) }
  return { id: encodeId(release.key), ...reportRowOf(release, beside, records) }
}

async function recordsOf(store: Pick<Read['store'], 'history'>, of: ReportRecords['of'], key: string): Promise<readonly ReportRecords[]> {
  const history = await store.history(of, key)
  const [first] = history
  const last = history.at(-1)
  return first && last ? [{ of, first: first.sequence, last: last.sequence, hash: last.hash }] : []
}
