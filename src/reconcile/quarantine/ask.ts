import { KedgeError } from '../../domain/errors.ts'
import type { Quarantine } from '../../domain/quarantine/quarantine.ts'
import type { Environment, Journal } from '../environment.ts'
import type { Look } from '../look/observe.ts'
import { recordQuarantine } from '../record/record-quarantine.ts'
import { createHeadsReader } from './heads.ts'
import { createLiftByLabel } from './lift-by-label.ts'
import { openReader, readMarks, signsKey, type Signs } from './look.ts'

/** Asks Git and the forge about quarantines of a Rollout, and records what is to be said. */
export interface Asking {
  /** See `HeadsReader`. */
  moved(): number
  /** @param since see `HeadsReader`; 0 where nothing is known to have moved @throws KedgeError E_LEDGER_* alone: all else is told, once */
  ask(look: Look, own: readonly Quarantine[], since: number): Promise<void>
}

/** How often what was read of quarantines that are over is forgotten. */
const FORGET_MS = 10 * 60_000

/** See {@link Asking}. */
export function createAsking(environment: Environment, journal: Journal): Asking {
  const { ledger, clock } = environment
  let forgotAt = clock.elapsed()
  const signs: Signs = new Map()
  const heads = createHeadsReader(environment)
  const tellTrouble = createTrouble(environment)
  const lift = createLiftByLabel(environment, journal)

  async function askOne(look: Look, one: Quarantine, since: number): Promise<void> {
    const reader = await openReader(environment, look, one)
    if (!reader || one.baseBranch === null) return
    const found = await heads.read(reader.source.repoURL, one.baseBranch, since)
    if (await lift(one, found, since)) return
    const marks = await readMarks(reader, one, found, signs)
    if (marks.length === 0) return
    await journal.commit(() => recordQuarantine(environment, one.key, { type: 'quarantine-marked', marks }).entries)
  }

  /** There may be thousands, and each is asked about by itself. */
  function forgetEnded(): void {
    if (clock.elapsed() - forgotAt < FORGET_MS) return
    forgotAt = clock.elapsed()
    const known = new Set(ledger.quarantines({ standing: true }).map(signsKey))
    for (const name of signs.keys()) if (!known.has(name)) signs.delete(name)
  }

  return {
    moved: () => heads.moved(),
    async ask(look, own, since) {
      for (const one of own) {
        try {
          await askOne(look, one, since)
          tellTrouble(one, undefined)
        } catch (error) {
          if (!(error instanceof KedgeError) || error.code.startsWith('E_LEDGER_')) throw error
          tellTrouble(one, error)
        }
      }
      forgetEnded()
    },
  }
}

/** Says what keeps the forge or Git from being asked: once, until it is another fault, or none. */
function createTrouble({ logger }: Environment): (one: Quarantine, error: KedgeError | undefined) => void {
  const told = new Map<string, string>()
  return ({ key, repository }, error) => {
    if (error && told.get(key) !== error.code) {
      const what = 'it cannot be told just now whether a quarantined version is brought back'
      logger.warn(what, { code: error.code, repository, error: error.message })
    }
    if (error) told.set(key, error.code)
    else told.delete(key)
  }
}
