import type { NextFunction, Request, RequestHandler, Response } from 'express'
import type { ErrorAnswer } from '../../api/contract.ts'
import { KedgeError, type ErrorCode, ERRORS } from '../../domain/errors.ts'
import { plainText } from '../../domain/words/plain-text.ts'
import type { Logger } from '../../ports/log.ts'

/** Headers of every answer: nothing inline, nothing foreign, no framing, no sniffing, nothing kept by caches. */
export const securityHeaders: RequestHandler = (_request, response, next) => {
  response.set({
    'Content-Security-Policy': "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'",
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
    'Cache-Control': 'no-store',
  })
  next()
}

/** Answers a fault as JSON: the code, what happened, and what to do about it. */
export function answerError(response: Response, status: number, code: ErrorCode, message: string): void {
  const body: ErrorAnswer = { code, message: plainText(message), advice: ERRORS[code].advice }
  response.status(status).json(body)
}

/** The last handler of a listener: nothing is here. */
export const answerNotFound: RequestHandler = (request, response) => {
  answerError(response, 404, 'E_HTTP_NOT_FOUND', `Nothing answers ${request.method} ${request.path.slice(0, 200)} here.`)
}

/**
 * Turns what a handler threw into an answer that tells no secret: only Kedge's own words leave the house, the rest goes
 * to the log.
 */
export function answerFaults(logger: Logger) {
  // Express knows an error handler by its four parameters.
  return (fault: unknown, request: Request, response: Response, next: NextFunction): void => {
    if (response.headersSent) return next(fault)
    if (fault instanceof KedgeError) {
      logger.warn('request failed', { path: request.path, code: fault.code, fault })
      return answerError(response, fault.retryable ? 503 : 500, fault.code, fault.message)
    }
    if (isClientFault(fault)) return answerError(response, fault.status, 'E_HTTP_BAD_REQUEST', 'The request could not be read.')
    logger.error('request failed', { path: request.path, fault })
    answerError(response, 500, 'E_INTERNAL', 'Kedge failed to answer; the log has the reason.')
  }
}

/** Faults that express itself finds in a request, such as a malformed escape in the path, carry their status. */
function isClientFault(fault: unknown): fault is { status: number } {
  const status = (fault as { status?: unknown } | null)?.status
  return typeof status === 'number' && status >= 400 && status < 500
}
