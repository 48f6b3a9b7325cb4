import { closeSync, createReadStream, openSync, readSync } from 'node:fs'
import { resolve } from 'node:path'
import { splitLines } from '../../../adapters/ledgers/chain/lines.ts'
import { createSystemClock } from '../../../adapters/system/clock.ts'
import { configFileOf, isConfigNamed } from '../../../config/env.ts'
import type { Secrets } from '../../../config/secrets.ts'
import { KedgeError } from '../../../domain/errors.ts'
import type { HeldLedger } from '../../../ports/held-ledger.ts'
import type { LedgerStore } from '../../../ports/ledger.ts'
import type { LedgerAnew, LedgerManifest } from '../../../ports/manifest.ts'
import type { CliContext } from '../../context.ts'

/** A ledger, or an export of one. */
export interface LedgerAt {
  /** A file, or what the ledger of the configuration is called. */
  path: string
  /** Opens the ledger of the configuration; undefined for a file. */
  open?: () => Promise<LedgerStore>
  /** The file is taken as it is, though it was copied without its log. */
  withoutLog?: boolean
}

/** A ledger that can be written to. */
export interface WritableLedger {
  path: string
  /** Opens or makes it, as its only writer. @throws KedgeError E_LEDGER_* */
  hold(): Promise<HeldLedger>
  /** Begins one beside it, to be filled from that file. Undefined where it is filled where it is. @throws KedgeError E_LEDGER_* */
  beginAnew: ((source: string) => Promise<LedgerAnew>) | undefined
}

/**
 * Where the ledger is: as was said, or as the configuration says. Without one, at its usual place; one that was named must be readable.
 * @throws KedgeError E_CONFIG_INVALID
 */
export async function ledgerAt(named: string | undefined, config: string | undefined, context: CliContext): Promise<LedgerAt> {
  if (named !== undefined) return { path: named }
  const { manifest, options, credential } = await configured(config, context)
  return { path: manifest.placeOf(options), open: () => manifest.openToRead(options, credential) }
}

/**
 * The ledger of the configuration, and what is signed of it.
 * @throws KedgeError E_CONFIG_INVALID; E_SIGNING_KEY where nothing is
 */
export async function signingLedger(
  config: string | undefined,
  context: CliContext,
): Promise<{ at: LedgerAt; origin: string; signingKey: NonNullable<Secrets['signingKey']> }> {
  const { manifest, options, credential, checkpoints, signingKey } = await configured(config, context)
  if (!checkpoints || !signingKey) {
    const what = 'the configuration has no key to sign with: `ledger.checkpoints.keyFile` names one, `kedge config validate` tries it'
    throw new KedgeError('E_SIGNING_KEY', what)
  }
  const at = { path: manifest.placeOf(options), open: () => manifest.openToRead(options, credential) }
  return { at, origin: checkpoints.origin, signingKey }
}

/** The ledger of the configuration, to write to. @throws KedgeError E_CONFIG_INVALID */
export async function writableLedger(config: string | undefined, context: CliContext): Promise<WritableLedger> {
  const { manifest, options, credential } = await configured(config, context)
  return writable(manifest, options, credential, context)
}

function writable<O, C>(manifest: LedgerManifest<O, C>, options: O, credential: C, { now }: CliContext): WritableLedger {
  const beginAnew = manifest.beginAnew?.bind(manifest)
  return {
    path: manifest.placeOf(options),
    hold: () => manifest.open(options, credential, { ...createSystemClock(), now, random: Math.random }),
    beginAnew: beginAnew && ((source) => beginAnew(options, { source, now })),
  }
}

async function configured(config: string | undefined, { env }: CliContext) {
  const { checkConfig, describeFaults } = await import('../../../config/load.ts')
  const file = configFileOf(config, env)
  const { loaded, faults } = checkConfig({ file, env, optional: !isConfigNamed(config, env) }, { secrets: false })
  if (!loaded) throw new KedgeError('E_CONFIG_INVALID', describeFaults(file, faults))
  return { ...loaded.config.ledger, credential: loaded.secrets.ledger, signingKey: loaded.secrets.signingKey }
}

/** Where `--to` leads: a configuration that names another ledger, or the file of one. */
export async function destination(to: string, context: CliContext): Promise<WritableLedger> {
  if (/\.(?:ya?ml|json)$/.test(to)) return writableLedger(to, context)
  const { sqlite } = await import('../../../adapters/ledgers/sqlite/manifest.ts')
  return writable(sqlite, { path: resolve(to) }, 'none', context)
}

/** Opens a ledger beside whoever writes to it. @throws KedgeError E_LEDGER_* */
export async function openForReading({ path, open, withoutLog = false }: LedgerAt): Promise<LedgerStore> {
  if (open) return open()
  const { createSqliteLedger } = await import('../../../adapters/ledgers/sqlite/sqlite-ledger.ts')
  return createSqliteLedger({ path, clock: { now: () => 0 }, readOnly: true, withoutLog })
}

const CHUNK_BYTES = 1_048_576

/** The lines of an export in a file, read on the way. @throws the fault of the system */
export function linesOf(path: string): AsyncGenerator<string> {
  return splitLines(createReadStream(path, { encoding: 'utf8', highWaterMark: CHUNK_BYTES }))
}

/** First bytes of every SQLite file: https://www.sqlite.org/fileformat.html, 1.3. An empty file is an empty ledger. */
export function isDatabase(path: string): boolean {
  const magic = Buffer.alloc(15)
  const file = openSync(path, 'r')
  try {
    const length = readSync(file, magic, 0, magic.length, 0)
    return length === 0 || magic.toString('latin1') === 'SQLite format 3'
  } finally {
    closeSync(file)
  }
}
