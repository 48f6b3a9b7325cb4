export type LogFields = Readonly<Record<string, unknown>>

/**
 * Structured log. Each method takes whatever it is given, as it is then, answers at once and never throws: nobody's work fails because
 * it was told of. Implementations that write anything anywhere redact secrets; callers still never pass one. Promises neither that a line
 * is written nor when.
 */
export type Logger = Record<'info' | 'warn' | 'error', (message: string, fields?: LogFields) => void>

/** Nobody is told. */
export const SILENT: Logger = { info: ignore, warn: ignore, error: ignore }

function ignore(): void {}
