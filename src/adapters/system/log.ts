import { pino, type Logger as Pino } from 'pino'
import { withoutCredentials } from '../../domain/words/credentials.ts'
import { plainText } from '../../domain/words/plain-text.ts'
import type { LogFields, Logger } from '../../ports/log.ts'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'

export interface LogOptions {
  level: LogLevel
  /** Values that must never be seen: each is replaced wherever it stands, in any of the spellings it travels in. */
  secrets: readonly string[]
  /** Where the lines go; standard output where nothing is said. */
  stream?: { write(line: string): void }
  /** On every line. */
  fields?: LogFields
}

const MAX_TEXT = 4_096
const MAX_DEPTH = 6
const MAX_ENTRIES = 100
const REDACTED = '[redacted]'

/** A log of JSON lines: secrets replaced, outside text made harmless, size bounded. Logging never throws. */
export function createLogger({ level, secrets, stream = process.stdout, fields = {} }: LogOptions): Logger {
  const redact = createRedactor(secrets)
  const clean = (value: unknown): unknown => legible(value, redact, 0)
  const log: Pino = pino(
    {
      level,
      base: clean(fields) as LogFields,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    stream,
  )
  return {
    info: (message, more = {}) => log.info(clean(more), plainText(redact(message), MAX_TEXT)),
    warn: (message, more = {}) => log.warn(clean(more), plainText(redact(message), MAX_TEXT)),
    error: (message, more = {}) => log.error(clean(more), plainText(redact(message), MAX_TEXT)),
  }
}

/**
 * Replaces secrets in a text: as they are, as in a URL, as in a Basic header (any alignment in base64 is caught by its
 * inner part), and each long line of those that have several, such as private keys. What URLs have before an `@` goes, too.
 */
export function createRedactor(secrets: readonly string[]): (text: string) => string {
  const spellings = secrets.flatMap(spellingsOf).filter((spelling) => spelling.length > 0)
  // The longest first: a secret may be part of another.
  const ordered = [...new Set(spellings)].sort((a, b) => b.length - a.length)
  if (ordered.length === 0) return withoutCredentials
  const pattern = new RegExp(ordered.map((spelling) => spelling.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')).join('|'), 'g')
  return (text) => withoutCredentials(text.replace(pattern, REDACTED))
}

const MIN_LINE = 16

function spellingsOf(secret: string): readonly string[] {
  const lines = secret.split(/\r?\n/).filter((line) => line.length >= MIN_LINE && !line.startsWith('-----'))
  const escaped = JSON.stringify(secret).slice(1, -1)
  return [secret, secret.trim(), escaped, encodeURIComponent(secret), ...lines, ...base64Of(secret)]
}

/**
 * In base64 a text looks different at each of three alignments; the first and last quartet depend on the neighbours, so
 * they are left off.
 */
function base64Of(secret: string): readonly string[] {
  if (secret.length < 9) return []
  return [0, 1, 2].map((shift) => {
    const whole = Buffer.concat([Buffer.alloc(shift), Buffer.from(secret, 'utf8')])
      .toString('base64')
      .replace(/=+$/, '')
    return whole.slice(shift === 0 ? 0 : 4, whole.length - (whole.length % 4))
  })
}

/** Reading what others made can throw: an accessor, a proxy. The rest of the line is told all the same. */
function legible(value: unknown, redact: (text: string) => string, depth: number): unknown {
  try {
    return cleaned(value, redact, depth)
  } catch {
    return '[cannot be read]'
  }
}

function cleaned(value: unknown, redact: (text: string) => string, depth: number): unknown {
  if (typeof value === 'string') return plainText(redact(value), MAX_TEXT)
  if (typeof value === 'bigint' || typeof value === 'symbol') return String(value)
  if (typeof value === 'function') return '[function]'
  if (typeof value !== 'object' || value === null) return value
  if (depth >= MAX_DEPTH) return '[deeper]'
  const inside = (one: unknown): unknown => legible(one, redact, depth + 1)
  if (value instanceof Error) return inside(describeError(value))
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'invalid date' : value.toISOString()
  if (Array.isArray(value)) return value.slice(0, MAX_ENTRIES).map(inside)
  const entries = Object.entries(value).slice(0, MAX_ENTRIES)
  return Object.fromEntries(entries.map(([key, one]) => [plainText(redact(key), 200), inside(one)]))
}

/** What is known of a fault. Only these fields: errors of HTTP clients carry whole requests, with their headers. */
function describeError(error: Error): LogFields {
  const { name, message, stack, cause } = error
  const code = (error as { code?: unknown }).code
  return {
    name,
    message,
    ...(code === undefined ? {} : { code }),
    stack: stack?.split('\n').slice(1, 8).join(' ').replace(/\s+/g, ' '),
    ...(cause === undefined ? {} : { cause }),
  }
}
