import { readFileSync } from 'node:fs'
import { Router } from 'express'
import { blindSinceOf } from '../api/words.ts'
import { renderBoard } from '../ui/board-html.ts'
import { boardOf } from '../ui/board.ts'
import { html } from '../ui/html.ts'
import { renderPage } from '../ui/layout.ts'
import { renderRelease } from '../ui/release-html.ts'
import { releasePageOf } from '../ui/release-page.ts'
import { overviewFleet } from './fleet.ts'
import type { ReadOptions } from './options.ts'
import { decodeId } from './paging.ts'
import { parseRolloutFilter } from './queries.ts'
import { findRelease } from './release-detail.ts'
import { summariseRollout } from './rollout-summary.ts'
import { sightOf } from './sight.ts'
import { summariseStorm } from './storms.ts'

/** Rows on the board: what a person can look through. The API lists all. */
const BOARD_ROWS = 200

const ASSETS = { 'kedge.css': 'text/css', 'refresh.js': 'text/javascript', 'kedge.svg': 'image/svg+xml' } as const

/** The pages people look at: the board, a page for each release, and their three assets. */
export function createPagesRouter(options: ReadOptions): Router {
  const router = Router()
  router.get('/', async (request, response) => {
    const parsed = parseRolloutFilter(request.query)
    const filter = 'value' in parsed ? parsed.value : {}
    const { total, byState, worst } = overviewFleet(options, filter, BOARD_ROWS)
    const board = boardOf({
      rollouts: worst.map((assessed) => summariseRollout(assessed, options)),
      total,
      byState,
      state: filter.state,
      blind: blindViews(options),
      storms: options.ledger.storms({ open: true }).map((storm) => summariseStorm(storm, options.ledger)),
      now: options.clock.now(),
    })
    response.type('html').send(
      renderPage({
        title: board.headline,
        body: renderBoard(board),
        now: options.clock.now(),
        ledgerHead: await options.store.head(),
        leaders: options.leaders?.() ?? [],
      }),
    )
  })
  router.get('/releases/:id', async (request, response) => {
    const detail = await findRelease(options, decodeId(request.params.id) ?? '')
    if (!detail) {
      const body = html`<h1 class="headline">No such release</h1>
        <p class="empty"><a href="/">Back to the board</a></p>`
      response
        .status(404)
        .type('html')
        .send(renderPage({ title: 'No such release', body, now: options.clock.now(), ledgerHead: undefined, leaders: [] }))
      return
    }
    const page = releasePageOf(detail, options.clock.now())
    response.type('html').send(
      renderPage({
        title: `${page.name}: ${page.verdict}`,
        body: renderRelease(page),
        now: options.clock.now(),
        ledgerHead: await options.store.head(),
        leaders: options.leaders?.() ?? [],
      }),
    )
  })
  for (const [name, type] of Object.entries(ASSETS)) {
    const bytes = readFileSync(new URL(`../ui/assets/${name}`, import.meta.url))
    router.get(`/assets/${name}`, (_request, response) => {
      response.set('Cache-Control', 'no-cache').type(type).send(bytes)
    })
  }
  return router
}

function blindViews({ views, ledger }: ReadOptions): { cluster: string; kinds: readonly string[]; since: number }[] {
  return views.flatMap((view) => {
    const freshness = sightOf({ views, ledger }, view)
    const since = blindSinceOf(freshness)
    return since === null ? [] : [{ cluster: view.cluster, kinds: freshness.blind.map(({ kind }) => kind), since }]
  })
}
