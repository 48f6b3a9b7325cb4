import { takeOver } from '../config/live-keys.ts'
import type { LoadedConfig } from '../config/load.ts'
import type { Config } from '../config/settings.ts'
import type { ConfigSource } from '../config/source.ts'
import type { Clock } from '../ports/clock.ts'
import type { Logger } from '../ports/log.ts'

/** How a configuration stands that is watched: whether it can be used, and what of it waits for the next start. */
interface ConfigStanding {
  faults: readonly string[]
  waiting: readonly string[]
}

interface ConfigWatch extends AsyncDisposable {
  standing(): ConfigStanding
}

interface WatchConfigOptions {
  source: ConfigSource
  clock: Clock
  logger: Logger
  running: Config
  /**
   * Lets what was read hold from now on, but for its keys that wait. @returns what of it waits for the next start, too
   * @throws KedgeError where it cannot be opened
   */
  apply: (loaded: LoadedConfig & { waiting: readonly string[] }) => Promise<readonly string[]>
}

/** How often the files are read. What is found must be the same twice: a file may be half written. */
const EVERY_MS = 2_000

/**
 * Watches the files of a configuration and lets what has changed in them hold, as far as that can be done in a running service. One that
 * is wrong is told, and the one before goes on. By reading: a mounted file is replaced by another link, which no watch on it would tell.
 */
export function watchConfig({ source, clock, logger, running, apply }: WatchConfigOptions): ConfigWatch {
  let applied = source.fingerprint()
  let seen = applied
  let present = running
  let standing: ConfigStanding = { faults: [], waiting: [] }
  let work: Promise<void> = Promise.resolve()
  let timer = plan()

  function plan(): Disposable {
    return clock.after(EVERY_MS, () => {
      work = look().finally(() => {
        timer = plan()
      })
    })
  }

  async function look(): Promise<void> {
    const now = source.fingerprint()
    const isSettled = now === seen
    seen = now
    if (!isSettled || now === applied) return
    const read = source.read()
    seen = source.fingerprint()
    // It names other files than before, which may be half written, too: it is read anew once those have been the same twice.
    if (seen !== now) return
    applied = now
    if ('faults' in read) return refuse(read.faults)
    const { config, waiting: kept } = takeOver(present, read.loaded.config)
    let waiting: readonly string[]
    try {
      waiting = [...kept, ...(await apply({ ...read.loaded, config, waiting: kept }))]
    } catch (error) {
      return refuse([String(error)])
    }
    present = config
    standing = { faults: [], waiting }
    logger.info('the configuration has changed and holds from now on', { waiting })
    if (waiting.length > 0) logger.warn('some keys of the configuration hold from the next start on', { keys: waiting })
    for (const warning of config.warnings) logger.warn('the configuration works, and should be changed', { warning })
  }

  function refuse(faults: readonly string[]): void {
    const isKnown = faults.join('\n') === standing.faults.join('\n')
    standing = { ...standing, faults }
    if (isKnown) return
    logger.error('the configuration has changed and cannot be used: the one before goes on', { code: 'E_CONFIG_INVALID', faults })
  }

  return {
    standing: () => standing,
    async [Symbol.asyncDispose]() {
      timer[Symbol.dispose]()
      await work
      timer[Symbol.dispose]()
    },
  }
}
