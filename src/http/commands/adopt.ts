import express, { Router, type Request, type Response } from 'express'
import { isLoopbackName, nameInHost } from '../../domain/words/host-name.ts'
import { plainText } from '../../domain/words/plain-text.ts'
import { answerError } from '../request/answers.ts'
import type { ApiOptions } from '../request/options.ts'
import { decodeId } from '../request/paging.ts'
import { bearerToken, isSameSecret } from '../request/signature.ts'

/** `POST /releases/{id}/adopt`: the one thing that can be changed over HTTP. */
export function createAdoptRouter(options: ApiOptions): Router {
  const router = Router()
  router.post('/releases/:id/adopt', express.json({ limit: '4kb', strict: true }), async (request, response) => {
    const who = authorise(request, options.secrets.adminToken)
    if (!who)
      return answerError(response, 403, 'E_HTTP_FORBIDDEN', 'Only this machine, or the holder of the admin token, may adopt a release.')
    if (!options.adopt) return answerError(response, 404, 'E_HTTP_NOT_FOUND', 'This Kedge adopts nothing over HTTP.')
    const key = decodeId(request.params.id)
    const result = key === undefined ? ({ result: 'absent' } as const) : await options.adopt(key, signature(request.body, who))
    answer(response, result)
  })
  return router
}

function answer(response: Response, outcome: Awaited<ReturnType<NonNullable<ApiOptions['adopt']>>>): void {
  if (outcome.result === 'adopted' || outcome.result === 'asked') response.status(202).json({ result: outcome.result })
  else if (outcome.result === 'refused') answerError(response, 409, 'E_HTTP_BAD_REQUEST', outcome.reason)
  else answerError(response, 404, 'E_HTTP_NOT_FOUND', 'The ledger has no release with this id.')
}

/** How the caller has shown that it may; undefined when it has not. */
export function authorise(request: Request, adminToken: string | undefined): string | undefined {
  const token = bearerToken(request.get('authorization'))
  if (token !== undefined) return adminToken && isSameSecret(token, adminToken) ? 'admin token' : undefined
  return isFromThisMachine(request) ? 'this machine' : undefined
}

/**
 * A loopback peer that speaks for itself: not a proxy that speaks for others (it would say so in a header), and not a
 * web page in a browser on this machine (cross-site, or a foreign name that was made to resolve to loopback).
 */
function isFromThisMachine(request: Request): boolean {
  if (!isLoopbackName(request.socket.remoteAddress ?? '')) return false
  if (['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'].some((name) => request.get(name) !== undefined)) return false
  const site = request.get('sec-fetch-site')
  if (site !== undefined && site !== 'same-origin') return false
  const host = request.get('host') ?? ''
  const origin = request.get('origin')
  return isLoopbackName(nameInHost(host) ?? '') && (origin === undefined || origin === `http://${host}`)
}

/** `ana (this machine)`: the name is only claimed, how it was allowed is known. */
export function signature(body: unknown, who: string): string {
  const by = (body as { by?: unknown } | undefined)?.by
  const name = typeof by === 'string' ? plainText(by, 100) : ''
  return name ? `${name} (${who})` : who
}
