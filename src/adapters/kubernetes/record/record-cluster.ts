import { KedgeError } from '../../../domain/errors.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { Logger } from '../../../ports/log.ts'
import { ApiFault, asKedgeError } from '../api-fault.ts'
import type { Connection } from '../connection.ts'
import { reflect } from '../reflector.ts'
import { isOfArgoCd, type WatchScope } from '../resources.ts'
import { createSight } from '../sight.ts'
import { WATCHED_KINDS } from '../tables.ts'
import { createTransport } from '../transport.ts'
import { recordRenderings, type Missing, type RenderingOptions } from './record-renderings.ts'
import { createRecordingStore, type RecordedLine } from './recorder.ts'

export interface RecordOptions {
  connection: Connection
  /** Namespaces with Rollouts and with Applications; all without. */
  namespaces: readonly string[] | undefined
  applicationNamespaces: readonly string[] | undefined
  clock: Clock
  random: () => number
  logger: Logger
  write: (line: RecordedLine) => void
  /** Also records what Applications render; then with hashed values in all that is recorded. */
  renderings?: RenderingOptions | undefined
  /** Ends the recording. */
  signal: AbortSignal
  /** Called once, when everything that was there at the beginning is written. */
  onListed: () => void
}

const SILENCE_MS = 10_000

/**
 * Watches all five kinds by the same reflector as the service and writes what it is shown, until the signal aborts.
 * @returns which renderings are missing, where they were to be recorded
 */
export async function recordCluster(options: RecordOptions): Promise<Missing> {
  const { clock, signal, logger, random } = options
  const renderings = options.renderings && recordRenderings(options.renderings)
  const store = createRecordingStore('recorded', clock, (line) => options.write(renderings ? renderings.take(line) : line))
  await using transport = createTransport(options.connection, SILENCE_MS / 4)
  let isListed = false
  const onChange = (): void => {
    if (isListed || !sights.every((sight) => sight.isAnswered())) return
    isListed = true
    options.onListed()
  }
  const sights = scopesOf(options).map((scope) => createSight(scope, clock, { staleAfterMs: SILENCE_MS, onChange }))
  const metrics = { event() {}, listed() {}, ended() {} }
  await Promise.all(
    sights.map((sight) => reflect(sight.scope, { transport, store, sight, clock, random, logger, metrics, silenceMs: SILENCE_MS }, signal)),
  )
  return (await renderings?.finish()) ?? { count: 0, because: '' }
}

/** The version of an API server, such as `1.36.3`. @throws KedgeError E_CLUSTER_* */
export async function serverVersion(connection: Connection): Promise<string> {
  await using transport = createTransport(connection, SILENCE_MS / 4)
  try {
    const { body } = await transport.get('/version', AbortSignal.timeout(SILENCE_MS))
    const { gitVersion } = JSON.parse(body.toString('utf8')) as { gitVersion?: unknown }
    return typeof gitVersion === 'string' ? gitVersion.replace(/^v/, '') : 'unknown'
  } catch (error) {
    if (error instanceof KedgeError) throw error
    throw asKedgeError(
      'to record',
      error instanceof ApiFault ? error : new ApiFault('malformed', 'the server does not say its version', { cause: error }),
    )
  }
}

function scopesOf({ namespaces, applicationNamespaces }: RecordOptions): readonly WatchScope[] {
  return WATCHED_KINDS.flatMap((kind) =>
    ((isOfArgoCd(kind) ? applicationNamespaces : namespaces) ?? [undefined]).map((namespace): WatchScope => ({
      kind,
      namespace,
    })),
  )
}
