import type { LogFields, Logger } from '../src/ports/log.ts'

export interface LogLine {
  level: keyof Logger
  message: string
  fields: LogFields | undefined
}

/** A log that keeps its lines, for tests that ask what was told. */
export function rememberLog(): { logger: Logger; lines: readonly LogLine[] } {
  const lines: LogLine[] = []
  const at =
    (level: LogLine['level']): Logger['info'] =>
    (message, fields) =>
      void lines.push({ level, message, fields })
  return { lines, logger: { info: at('info'), warn: at('warn'), error: at('error') } }
}
