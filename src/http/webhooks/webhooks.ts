import { createHash } from 'node:crypto'
import express, { type Express } from 'express'
import { rolloutKey } from '../../domain/rollout/key.ts'
import type { Hint } from '../../ports/webhook.ts'
import { answerFaults, answerNotFound, securityHeaders } from '../request/answers.ts'
import type { WebhookOptions, WebhookSender, WebhookSource } from '../request/options.ts'
import { createBodyReader } from '../request/raw-body.ts'
import { bearerToken, isSameSecret } from '../request/signature.ts'
import { accept, readBody, refuse, refuseUnconfigured, type Delivery } from './deliveries.ts'
import { createFloods } from './flood.ts'
import { receiveAnswer } from './interactions.ts'
import { nestsDeeperThan } from './json-depth.ts'
import { shed } from './shed.ts'
import { hintsOfArgocd } from './webhook-hints.ts'

const DEFAULT_MAX_BYTES = 1_048_576
/** Bodies being read at the same time, all strangers together. */
const MAX_PENDING_BYTES = 16_777_216
/** The deepest payload of a forge that was seen has eight levels. */
const MAX_DEPTH = 64

/** The application behind the listener that faces outside: one route a sender, and nothing else. */
export function createWebhookApp(options: WebhookOptions): Express {
  const maxBytes = options.maxBodyBytes ?? DEFAULT_MAX_BYTES
  const floods = createFloods(options.clock)
  const bodies = createBodyReader({ maxBytes, maxPending: Math.max(MAX_PENDING_BYTES, maxBytes * 2) })
  const app = express()
  app.disable('x-powered-by').disable('etag')
  app.use(securityHeaders)
  for (const sender of options.senders) {
    app.post(`/webhooks/${sender.id}`, (request, response) => receiveFromForge({ options, bodies, floods, request, response }, sender))
  }
  for (const sender of options.interactions ?? []) {
    app.post(`/webhooks/${sender.id}`, (request, response) => receiveAnswer({ options, bodies, floods, request, response }, sender))
  }
  app.post('/webhooks/argocd', (request, response) => receiveArgocd({ options, bodies, floods, request, response }))
  app.use(answerNotFound)
  app.use(answerFaults(options.logger))
  return app
}

/** Acts on deliveries that were accepted before a crash and not handled since. Call once, before listening. */
export async function resumeInbox(options: WebhookOptions): Promise<void> {
  for (const delivery of await options.inbox.pending()) {
    followKept(delivery, options)
    await options.inbox.done(delivery.source, delivery.id)
  }
}

/** Acts on a delivery that was accepted before, by this process or another. */
export function followKept({ source, id, body }: { source: string; id: string; body: string }, options: WebhookOptions): void {
  // Who pressed a button was told that it failed, and nothing of it was kept.
  if (options.interactions?.some((one) => one.id === source)) return
  try {
    const payload: unknown = JSON.parse(body)
    const sender = options.senders.find((one) => one.id === source)
    follow(sender ? sender.webhook.hints(payload) : hintsOfArgocd(payload, options.argocdFields), options)
  } catch (fault) {
    // A hint that cannot be read must not keep the service from starting: it would look at everything anyway.
    options.logger.warn('kept delivery not understood', { source, id, fault })
  }
}

async function receiveFromForge(delivery: Delivery, { id: source, name, webhook, secrets }: WebhookSender): Promise<void> {
  const { request, response, floods } = delivery
  if (secrets.length === 0) return refuseUnconfigured(response, name)
  if (webhook.saysOneThing && !floods.admits(source)) return shed(delivery, { source, webhook, secrets })
  const body = await readBody(delivery, source)
  if (!body) return
  const incoming = { header: (wanted: string) => request.get(wanted), body }
  // Nothing of the body is looked at before its sender is known.
  if (!secrets.some((secret) => webhook.verify(incoming, secret))) return refuse(delivery, source, 'unauthorized', webhook.unverified)
  const id = webhook.idOf(incoming)
  if (id === undefined) return refuse(delivery, source, 'malformed', webhook.withoutId)
  const parsed = parseJson(body)
  if ('fault' in parsed) return refuse(delivery, source, 'malformed', parsed.fault)
  const kind = webhook.kindOf(incoming)
  if (kind !== 'hint') return accept(delivery, source, 'ignored', kind === 'ping' ? 200 : 202)
  const hints = webhook.hints(parsed.json)
  if (hints.length === 0) return refuse(delivery, source, 'malformed', webhook.withoutHints)
  await keepAndFollow(delivery, { source, id, body: body.toString('utf8'), hints })
}

async function receiveArgocd(delivery: Delivery): Promise<void> {
  const { options, request, response } = delivery
  const secret = options.secrets.argocdWebhook
  if (!secret) return refuseUnconfigured(response, 'Argo CD')
  const given = bearerToken(request.get('authorization')) ?? request.get('x-kedge-token')
  if (!isSameSecret(given, secret)) {
    return refuse(delivery, 'argocd', 'unauthorized', 'The shared secret is missing or wrong (Authorization: Bearer, or X-Kedge-Token).')
  }
  const bytes = await readBody(delivery, 'argocd')
  if (!bytes) return
  const parsed = parseJson(bytes)
  if ('fault' in parsed) return refuse(delivery, 'argocd', 'malformed', parsed.fault)
  const hints = hintsOfArgocd(parsed.json, options.argocdFields)
  if (hints.length === 0)
    return refuse(delivery, 'argocd', 'malformed', 'The configured JSONPaths find no Application and no Rollout in this payload.')
  // The sender gives no delivery id. A repeated hint is harmless and a lost one is not, so only the very same moment
  // counts as the same.
  const id = `${options.clock.now()}-${createHash('sha256').update(bytes).digest('hex').slice(0, 32)}`
  await keepAndFollow(delivery, { source: 'argocd', id, body: bytes.toString('utf8'), hints })
}

/** Durable first, then the hint, then the 202: what has got its 2xx survives a crash. */
async function keepAndFollow(
  delivery: Delivery,
  kept: { source: WebhookSource; id: string; body: string; hints: readonly Hint[] },
): Promise<void> {
  const { inbox, clock } = delivery.options
  const { source, id, body, hints } = kept
  try {
    const isNew = await inbox.accept({ source, id, receivedAt: clock.now(), body })
    if (!isNew) return accept(delivery, source, 'duplicate', 202)
    follow(hints, delivery.options)
    // Others may lead what it is about: where several share the inbox, who has seen to it is not known here.
    if (!delivery.options.isShared) await inbox.done(source, id)
  } catch (fault) {
    delivery.options.logger.error('delivery not kept', { source, id, fault })
    return refuse(delivery, source, 'unavailable', 'The delivery could not be written down, so it was not accepted.')
  }
  accept(delivery, source, 'accepted', 202)
}

function follow(hints: readonly Hint[], options: WebhookOptions): void {
  for (const hint of hints) {
    if (hint.look === 'repository') options.enqueueRepository(hint.repository)
    else if (hint.look === 'application') options.enqueueApplication(hint.namespace, hint.name)
    else if (hint.look === 'alerts') options.enqueueAlerts?.()
    else for (const cluster of clustersWith(hint, options)) options.enqueue(rolloutKey({ ...hint, cluster }))
  }
}

/** Only Rollouts that a view knows: a stranger must not fill the queue with names of his own. */
function clustersWith(hint: Hint & { look: 'rollout' }, { views }: WebhookOptions): readonly string[] {
  const asked = views.filter((view) => hint.cluster === undefined || view.cluster === hint.cluster)
  return asked.filter((view) => view.rollout(hint.namespace, hint.name)).map((view) => view.cluster)
}

function parseJson(bytes: Buffer): { json: unknown } | { fault: string } {
  if (nestsDeeperThan(bytes, MAX_DEPTH)) return { fault: `The JSON nests deeper than ${MAX_DEPTH} levels.` }
  try {
    return { json: JSON.parse(bytes.toString('utf8')) }
  } catch {
    return { fault: 'The body is not JSON.' }
  }
}
