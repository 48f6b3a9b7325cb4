import type { Router } from 'express'
import { renderLedger } from '../../ui/ledger-html.ts'
import { renderQuarantines } from '../../ui/quarantine-html.ts'
import { renderStorms } from '../../ui/storms-html.ts'
import { parseLedgerPage, readLedger } from '../api/ledger.ts'
import { listQuarantines } from '../commands/quarantines.ts'
import { MOST_STORMS, summariseStorm } from '../commands/storms.ts'
import type { ReadOptions } from '../request/options.ts'
import type { Show } from './show.ts'

/** The pages of what was recorded beside releases: storms, quarantines, and the ledger itself. */
export function addRecordPages(router: Router, options: ReadOptions, show: Show): void {
  router.get('/storms', async (_request, response) => {
    const storms = options.ledger.storms({}).slice(0, MOST_STORMS)
    await show.page(response, 'Storms', renderStorms(storms.map((storm) => summariseStorm(storm, options.ledger))))
  })
  router.get('/quarantines', async (_request, response) => {
    await show.page(response, 'Quarantine', renderQuarantines(listQuarantines(options.ledger)))
  })
  router.get('/ledger', async (request, response) => {
    const page = parseLedgerPage(request.query)
    if ('fault' in page) return show.fault(response, page.fault)
    await show.page(response, 'Ledger', renderLedger(await readLedger(options, page.value), page.value.before === undefined))
  })
}
