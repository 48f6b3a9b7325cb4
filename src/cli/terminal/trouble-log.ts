import { withoutCredentials } from '../../domain/words/credentials.ts'
import { plainText } from '../../domain/words/plain-text.ts'
import type { LogFields, Logger } from '../../ports/log.ts'

/** A log for people at a terminal: errors and warnings, one short line each. */
export function createTroubleLog(write: (text: string) => void): Logger {
  const tell: Logger['warn'] = (message, fields) => write(`${plainText(withoutCredentials(`${message} ${spelled(fields)}`), 500)}\n`)
  return { info: () => undefined, warn: tell, error: tell }
}

function spelled(fields: LogFields | undefined): string {
  try {
    return JSON.stringify(fields) ?? ''
  } catch {
    // A circle, a bigint, an accessor that throws: the message says enough.
    return ''
  }
}
