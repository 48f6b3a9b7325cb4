export type LogFields = Readonly<Record<string, unknown>>

/** Structured log. Implementations redact secrets; callers still never pass one. */
export type Logger = Record<'info' | 'warn' | 'error', (message: string, fields?: LogFields) => void>
