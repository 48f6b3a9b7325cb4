import { Router, type Request, type Response } from 'express'
import type { RolloutDetail } from '../../api/contract.ts'
import { parsePage, parsePeriodFilter, parseReleaseFilter, parseRolloutFilter, type Parsed } from '../../api/filters.ts'
import { openApi } from '../../api/openapi/openapi.ts'
import { answerError } from '../request/answers.ts'
import type { ReadOptions } from '../request/options.ts'
import { decodeId, decodePlace } from '../request/paging.ts'
import { besideOf } from '../views/beside.ts'
import { createDoraReader } from '../views/dora.ts'
import { findRollout, listRollouts } from '../views/fleet.ts'
import { findRelease } from '../views/release-detail.ts'
import { listReleases, type AskedPage } from '../views/release-list.ts'
import { reportPage } from '../views/report.ts'
import { newestRelease, summariseRollout, type AssessedRollout } from '../views/rollout-summary.ts'
import { trace } from '../views/trace.ts'
import { parseLedgerPage, readLedger } from './ledger.ts'

const NO_RELEASE = 'The ledger has no release with this id.'
const NOT_SIGNED = 'Nothing is signed here: ledger.checkpoints names no key.'

/** Parameters of every list, beside its filter. */
const PAGE = ['limit', 'continue']

type RolloutPath = { cluster: string; namespace: string; name: string }

/** `/api/v1`, the reading part. Every answer is one of contract.ts. */
export function createApiRouter(options: ReadOptions): Router {
  const router = Router()
  router.get('/rollouts', (request, response) => {
    const filter = accept(parseRolloutFilter(request.query, PAGE), response)
    const page = filter && accept(parsePage(request.query), response)
    if (page?.continue !== undefined && decodeId(page.continue) === undefined)
      return badRequest(response, 'continue is not one that a page gave')
    if (filter && page) response.json(listRollouts(options, filter, page))
  })
  router.get('/rollouts/:cluster/:namespace/:name', async (request: Request<RolloutPath>, response) => {
    const found = findOrAnswer(options, request, response)
    if (found) response.json(await detailOf(options, found))
  })
  router.get('/rollouts/:cluster/:namespace/:name/health', (request, response) => {
    const found = findOrAnswer(options, request, response)
    if (found) response.json(found.rollout.health)
  })
  router.get('/releases', async (request, response) => {
    const asked = askedReleases(request, response)
    if (asked) response.json(await listReleases(options, asked))
  })
  router.get('/report', async (request, response) => {
    const asked = askedReleases(request, response)
    if (asked) response.json(await reportPage(options, asked))
  })
  const description = openApi()
  router.get('/openapi.json', (_request, response) => void response.json(description))
  router.get('/ledger', async (request, response) => {
    const page = accept(parseLedgerPage(request.query), response)
    if (page) response.json(await readLedger(options, page))
  })
  const readPeriod = createDoraReader(options)
  router.get('/dora', async (request, response) => {
    const filter = accept(parsePeriodFilter(request.query), response)
    if (filter) response.json(await readPeriod(filter))
  })
  router.get('/releases/:id', async (request, response) => {
    const detail = await findRelease(options, decodeId(request.params.id) ?? '')
    if (detail) response.json(detail)
    else answerError(response, 404, 'E_HTTP_NOT_FOUND', NO_RELEASE)
  })
  router.get('/releases/:id/attestation', async (request, response) => {
    const signed = await options.attest?.(decodeId(request.params.id) ?? '')
    if (signed === undefined) return answerError(response, 404, 'E_HTTP_NOT_FOUND', options.attest ? NO_RELEASE : NOT_SIGNED)
    response
      .attachment(`${request.params.id.slice(0, 64)}.dsse.json`)
      .type('application/json')
      .send(signed)
  })
  router.get('/trace', async (request, response) => {
    const { q: query } = request.query
    if (typeof query !== 'string' || query.length < 3 || query.length > 512)
      return badRequest(response, 'q is a commit (at least 4 hex digits) or an image, 3 to 512 characters')
    response.json(await trace(options, query))
  })
  return router
}

/** Which releases are asked for, and which page of them; undefined where that means nothing, which is answered. */
function askedReleases(request: Request, response: Response): AskedPage | undefined {
  const filter = accept(parseReleaseFilter(request.query, PAGE), response)
  const page = filter && accept(parsePage(request.query), response)
  if (!filter || !page) return undefined
  const before = page.continue === undefined ? undefined : decodePlace(page.continue)
  if (page.continue === undefined || before) return { ...filter, limit: page.limit, before }
  badRequest(response, 'continue is not one that a page gave')
  return undefined
}

async function detailOf(options: ReadOptions, found: AssessedRollout): Promise<RolloutDetail> {
  const { view, rollout } = found
  const release = newestRelease(rollout, options.ledger)
  return {
    ...summariseRollout(found, options),
    freshness: view.freshness('rollouts'),
    analysisRuns: view.analysisRuns(rollout.uid),
    newestRelease: (release && (await findRelease(options, release.key))) ?? null,
    policy: options.policy?.(rollout) ?? null,
    unaskedGit: options.unaskedGit?.(rollout) ?? null,
    alerts: options.alertsOf?.(rollout),
    beside: await besideOf(view, rollout),
  }
}

function findOrAnswer(options: ReadOptions, request: Request<RolloutPath>, response: Response): AssessedRollout | undefined {
  const found = findRollout(options, request.params)
  if (!found) answerMissing(options, request.params, response)
  return found
}

/** Not there and not seen are two things: a blind view must not make a Rollout look deleted. */
function answerMissing({ views }: ReadOptions, { cluster, namespace, name }: RolloutPath, response: Response): void {
  const view = views.find((one) => one.cluster === cluster)
  if (!view) return answerError(response, 404, 'E_HTTP_NOT_FOUND', `There is no cluster ${cluster} in the configuration.`)
  const unseen = `No Rollout ${namespace}/${name} is seen in cluster ${cluster}`
  if (view.freshness('rollouts').fresh) return answerError(response, 404, 'E_HTTP_NOT_FOUND', `${unseen}.`)
  answerError(response, 503, 'E_HTTP_UNAVAILABLE', `${unseen}, but its view is stale: it may be there all the same.`)
}

function accept<T>(parsed: Parsed<T>, response: Response): T | undefined {
  if ('value' in parsed) return parsed.value
  badRequest(response, parsed.fault)
  return undefined
}

function badRequest(response: Response, fault: string): void {
  answerError(response, 400, 'E_HTTP_BAD_REQUEST', `${fault}.`)
}
