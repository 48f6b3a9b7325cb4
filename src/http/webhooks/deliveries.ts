import type { Request, Response } from 'express'
import type { ErrorCode } from '../../domain/errors.ts'
import { answerError } from '../request/answers.ts'
import type { WebhookOptions, WebhookResult, WebhookSource } from '../request/options.ts'
import type { BodyReader } from '../request/raw-body.ts'
import type { Floods } from './flood.ts'

/** One request from outside. */
export interface Delivery {
  options: WebhookOptions
  bodies: BodyReader
  floods: Floods
  request: Request
  response: Response
}

/** The body, whole; undefined where it is too large or broken: then that is answered. */
export async function readBody(delivery: Delivery, source: WebhookSource): Promise<Buffer | undefined> {
  const body = await delivery.bodies.read(delivery.request)
  if (body.result === 'read') return body.bytes
  if (body.result === 'too-large') refuse(delivery, source, 'too-large', 'The body is larger than this listener takes.')
  if (body.result === 'busy') refuse(delivery, source, 'unavailable', 'Too many deliveries are being read at once.')
  return undefined
}

const REFUSALS: Readonly<Record<'unauthorized' | 'malformed' | 'too-large' | 'unavailable', { status: number; code: ErrorCode }>> = {
  unauthorized: { status: 401, code: 'E_WEBHOOK_UNAUTHORIZED' },
  malformed: { status: 400, code: 'E_WEBHOOK_MALFORMED' },
  'too-large': { status: 413, code: 'E_WEBHOOK_TOO_LARGE' },
  unavailable: { status: 503, code: 'E_HTTP_UNAVAILABLE' },
}

/** Answers why a delivery is not taken, and counts it. */
export function refuse({ options, response }: Delivery, source: WebhookSource, result: keyof typeof REFUSALS, message: string): void {
  options.counted?.(source, result)
  const { status, code } = REFUSALS[result]
  if (status === 503) response.set('Retry-After', '5')
  answerError(response, status, code, message)
}

/** Answers what became of a delivery that was taken, and counts it. */
export function accept({ options, response }: Delivery, source: WebhookSource, result: WebhookResult, status: 200 | 202): void {
  options.counted?.(source, result)
  response.status(status).json({ result })
}

/** Without a secret, everybody could be the sender. */
export function refuseUnconfigured(response: Response, sender: string): void {
  answerError(response, 404, 'E_WEBHOOK_NOT_CONFIGURED', `No secret is configured for webhooks of ${sender}, so none are taken.`)
}
