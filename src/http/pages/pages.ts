import { readFileSync } from 'node:fs'
import { Router } from 'express'
import { parseRolloutFilter, type RolloutFilter } from '../../api/filters.ts'
import { blindSinceOf } from '../../api/words.ts'
import { renderBoard } from '../../ui/board-html.ts'
import { boardOf, type Board } from '../../ui/board.ts'
import { renderRelease } from '../../ui/release-html.ts'
import { releasePageOf } from '../../ui/release-page.ts'
import { STYLE_PARTS } from '../../ui/style.ts'
import { summariseStorm } from '../commands/storms.ts'
import type { ReadOptions } from '../request/options.ts'
import { decodeId } from '../request/paging.ts'
import { sightOf } from '../request/sight.ts'
import { besideStanding } from '../views/beside.ts'
import { doraIndex } from '../views/dora-index.ts'
import { createDoraReader } from '../views/dora.ts'
import { findPlace } from '../views/find.ts'
import { fleetChoices } from '../views/fleet-filter.ts'
import { overviewFleet } from '../views/fleet.ts'
import { findRelease } from '../views/release-detail.ts'
import { releasesIndex } from '../views/releases-index.ts'
import { rolloutBody } from '../views/rollout-index.ts'
import { summariseRollout } from '../views/rollout-summary.ts'
import { addRecordPages } from './record-pages.ts'
import { createShow } from './show.ts'

/** Rows on one page of the board: what a browser still scrolls and searches with ease. */
const BOARD_ROWS = 1_000

const ASSETS = {
  'refresh.js': 'text/javascript',
  'kedge.svg': 'image/svg+xml',
  'heart.svg': 'image/svg+xml',
} as const

/** The pages people look at: board, releases, storms, quarantines, ledger, one for each Rollout and each release; and their assets. */
export function createPagesRouter(options: ReadOptions): Router {
  const router = Router()
  const show = createShow(options)
  router.get('/', async (request, response) => {
    const filter = parseRolloutFilter(request.query, ['page'])
    const page = pageNumber(request.query['page'])
    if ('fault' in filter) return show.fault(response, filter.fault)
    if (page === undefined) return show.fault(response, 'page is a whole number from 1 to 1000')
    const board = makeBoard(options, filter.value, page)
    await show.page(response, board.headline, renderBoard(board))
  })
  router.get('/releases', async (request, response) => {
    const index = await releasesIndex(options, request.query)
    if ('fault' in index) return show.fault(response, index.fault)
    await show.page(response, 'Releases', index.value)
  })
  const readPeriod = createDoraReader(options)
  router.get('/dora', async (request, response) => {
    const index = await doraIndex(options, readPeriod, request.query)
    if ('fault' in index) return show.fault(response, index.fault)
    await show.page(response, 'How releases went', index.value)
  })
  addRecordPages(router, options, show)
  router.get('/find', async (request, response) => {
    const place = findPlace(options, request.query)
    if ('fault' in place) return show.fault(response, place.fault)
    if ('absent' in place) return show.absent(response, place.absent)
    response.redirect(302, place.href)
  })
  router.get('/rollouts/:cluster/:namespace/:name', async (request, response) => {
    const body = await rolloutBody(options, request.params, request.query)
    if (!body) return show.absent(response, 'No such Rollout')
    if ('fault' in body) return show.fault(response, body.fault)
    await show.page(response, request.params.name, body.value)
  })
  router.get('/releases/:id', async (request, response) => {
    const detail = await findRelease(options, decodeId(request.params.id) ?? '')
    if (!detail) return show.absent(response, 'No such release')
    const page = releasePageOf(detail, options.clock.now())
    await show.page(response, `${page.name}: ${page.verdict}`, renderRelease(page))
  })
  const style = Buffer.concat(STYLE_PARTS.map((part) => readAsset(`style/${part}.css`)))
  const assets = Object.entries(ASSETS).map(([name, type]) => ({ name, type, bytes: readAsset(name) }))
  for (const { name, type, bytes } of [...assets, { name: 'kedge.css', type: 'text/css', bytes: style }]) {
    router.get(`/assets/${name}`, (_request, response) => {
      response.set('Cache-Control', 'no-cache').type(type).send(bytes)
    })
  }
  return router
}

function readAsset(path: string): Buffer {
  return readFileSync(new URL(`../../ui/assets/${path}`, import.meta.url))
}

function makeBoard(options: ReadOptions, filter: RolloutFilter, page: number): Board {
  const { rows, matching, ...counted } = overviewFleet(options, filter, { page, rows: BOARD_ROWS })
  return boardOf({
    ...counted,
    matching,
    filter,
    page,
    pages: Math.max(1, Math.ceil(matching / BOARD_ROWS)),
    rollouts: rows.map((assessed) => summariseRollout(assessed, options)),
    choices: fleetChoices(options.views),
    blind: blindViews(options),
    storms: options.ledger.storms({ open: true }).map((storm) => summariseStorm(storm, options.ledger)),
    beside: besideStanding(options.views),
    unaskedGit: options.unaskedGit?.(),
    now: options.clock.now(),
  })
}

function pageNumber(given: unknown): number | undefined {
  if (given === undefined || given === '') return 1
  const page = typeof given === 'string' && /^\d{1,4}$/.test(given) ? Number(given) : 0
  return page >= 1 && page <= 1_000 ? page : undefined
}

function blindViews({ views, ledger }: ReadOptions): { cluster: string; kinds: readonly string[]; since: number }[] {
  return views.flatMap((view) => {
    const freshness = sightOf({ views, ledger }, view)
    const since = blindSinceOf(freshness)
    return since === null ? [] : [{ cluster: view.cluster, kinds: freshness.blind.map(({ kind }) => kind), since }]
  })
}
