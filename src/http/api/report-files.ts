import type { EventEmitter } from 'node:events'
import { Router, type Request, type Response } from 'express'
import { parseReleaseFilter, type ReleaseFilter } from '../../api/filters.ts'
import type { ReportItem } from '../../api/report/contract.ts'
import { REPORT_FORMAT_NAMES, REPORT_FORMATS, writeReport, type ReportFormatName } from '../../api/report/formats.ts'
import { VERSION } from '../../domain/program-version.ts'
import { answerError } from '../request/answers.ts'
import type { ReadOptions } from '../request/options.ts'
import { decodePlace } from '../request/paging.ts'
import { reportPage } from '../views/report.ts'

/** Releases that are in memory at once. */
const PAGE = 100
/** Reports that are written at the same time: each reads all that it is asked for. */
const MOST_AT_ONCE = 2
/** Whoever takes nothing for so long is cut off: others wait for the turn. */
const STALLED_MS = 60_000

/** `/report.csv` and its like: a report as one file, with the filters of `/releases`. It is written as it is read, however long it is. */
export function createReportRouter(options: ReadOptions): Router {
  const router = Router()
  let writing = 0
  for (const name of REPORT_FORMAT_NAMES) {
    router.get(`/report.${name}`, async (request, response) => {
      const filter = parseReleaseFilter(request.query)
      if ('fault' in filter) return answerError(response, 400, 'E_HTTP_BAD_REQUEST', `${filter.fault}.`)
      if (writing >= MOST_AT_ONCE)
        return answerError(response, 503, 'E_HTTP_UNAVAILABLE', `${MOST_AT_ONCE} reports are being written; ask again when one is done.`)
      writing += 1
      try {
        await send(options, response, { name, filter: filter.value, asked: askedWords(request) })
      } finally {
        writing -= 1
      }
    })
  }
  return router
}

interface Order {
  name: ReportFormatName
  filter: ReleaseFilter
  asked: readonly string[]
}

async function send(options: ReadOptions, response: Response, { name, filter, asked }: Order): Promise<void> {
  const format = REPORT_FORMATS[name]
  const first = await reportPage(options, { ...filter, limit: PAGE, before: undefined })
  response.set({ 'Content-Type': format.type, 'Content-Disposition': `attachment; filename="kedge-report.${name}"` })
  const { head, archived, madeAt } = first
  const header = { asked, head, archived, madeAt, version: VERSION }
  response.on('timeout', () => response.destroy())
  for await (const piece of writeReport(format, header, itemsFrom(options, { filter, first, isGone: () => response.destroyed }))) {
    if (response.destroyed) return
    // Whoever reads slowly holds up the reading of the ledger, and no memory.
    if (response.write(piece)) continue
    // Only here: to find the few of many that match may take as long, and is no reader's fault.
    response.setTimeout(STALLED_MS)
    await drained(response)
    response.setTimeout(0)
  }
  response.end()
}

/** Until it takes more, or nobody reads it any more. Leaves nothing behind: a long report waits thousands of times. */
export function drained(stream: EventEmitter): Promise<void> {
  return new Promise((resolve) => {
    function done(): void {
      stream.off('drain', done).off('close', done)
      resolve()
    }
    stream.on('drain', done).on('close', done)
  })
}

interface Wanted {
  filter: ReleaseFilter
  first: Awaited<ReturnType<typeof reportPage>>
  /** Nobody reads it any more. */
  isGone: () => boolean
}

async function* itemsFrom(options: ReadOptions, { filter, first, isGone }: Wanted): AsyncGenerator<ReportItem> {
  let page = first
  while (true) {
    yield* page.items
    if (page.continue === null || isGone()) return
    page = await reportPage(options, { ...filter, limit: PAGE, before: decodePlace(page.continue) })
  }
}

/** Only after the question was found to be one. */
function askedWords({ query }: Request): readonly string[] {
  return Object.entries(query).flatMap(([key, value]) =>
    typeof value === 'string' && value.trim() !== '' ? [`${key} ${value.trim()}`] : [],
  )
}
