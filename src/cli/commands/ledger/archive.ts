import { InvalidArgumentError } from 'commander'
import { KedgeError } from '../../../domain/errors.ts'
import { EXIT, type ExitCode } from '../../../domain/exit-code.ts'
import { rolloutKey } from '../../../domain/rollout/key.ts'
import { parseDay } from '../../../domain/words/rfc3339.ts'
import type { LedgerEntry, LedgerHead, LedgerRecord, LedgerStore, LedgerVerdict, NewestDocument } from '../../../ports/ledger.ts'
import type { AddCommand } from '../../context.ts'
import { helpWith } from '../../options.ts'
import type { CliIo } from '../../terminal/io.ts'
import { describeVerdict, reading } from './look.ts'
import { writeWhole } from './new-file.ts'
import { linesOf, writableLedger, type WritableLedger } from './place.ts'

/** `kedge ledger archive` and its flags. */
export const addArchive: AddCommand = (ledger, context, settle) => {
  ledger
    .command('archive')
    .description('write old records to an export, and take them out of the ledger; the service must not run')
    .argument('<file>', 'export to write; one that is there already is left alone')
    .requiredOption('--before <date>', 'what is older than the beginning of this day in UTC, such as 2026-01-31', readDay)
    .option('-c, --config <file>', 'configuration that names the ledger')
    .addHelpText(
      'after',
      helpWith(
        ['kedge ledger archive ledger-2025.jsonl --before 2026-01-01', 'cat ledger-2025.jsonl rest.jsonl | kedge ledger verify -'],
        'What Kedge still decides on is written anew at the end, so it decides as before. Keep the export: nothing else has those records.',
      ),
    )
    .action(async (file: string, { config, before }: { config?: string; before: number }) => {
      await settle(runLedgerArchive(await writableLedger(config, context), { file, before }, context.io))
    })
}

function readDay(text: string): number {
  const time = parseDay(text)
  if (time === undefined) throw new InvalidArgumentError('It is a day such as 2026-01-31.')
  return time
}

/** @returns 0 archived, or nothing is so old; 1 the ledger is broken @throws KedgeError */
async function runLedgerArchive(from: WritableLedger, { file, before }: { file: string; before: number }, io: CliIo): Promise<ExitCode> {
  return reading(file, async () => {
    const done = await archive(from, file, before)
    if (!done.intact) {
      io.stdout(describeVerdict(from.path, done))
      return EXIT.bad
    }
    const { last } = done
    if (!last) {
      io.stdout(`${from.path}: no record is so old\n`)
      return EXIT.fine
    }
    // Opened anew, as the service will open it.
    await using ledger = await from.hold()
    const left = await ledger.verify()
    io.stdout(`${file}: the records up to ${last.sequence}, head ${last.hash}\n${describeVerdict(from.path, left)}`)
    return left.intact ? EXIT.fine : EXIT.bad
  })
}

type Archived = Extract<LedgerVerdict, { intact: false }> | { intact: true; last: LedgerHead | undefined }

/** @returns the last record that was taken out of the ledger, or what is broken in it */
async function archive(from: WritableLedger, file: string, before: number): Promise<Archived> {
  await using ledger = await from.hold()
  const newest: NewestDocument[] = []
  const found = await ledger.verify((one) => newest.push(one))
  if (!found.intact) return found
  const last = await writeOld(ledger, file, before)
  if (last) {
    await carryOver(ledger, newest, last)
    await ledger.forget(last)
  }
  return { intact: true, last }
}

/** Writes the records from before that time to an export, and reads it again. The newest record always stays. */
async function writeOld(ledger: LedgerStore, file: string, before: number): Promise<LedgerHead | undefined> {
  const { exportLedger, verifyExport } = await import('../../../adapters/ledgers/chain/export.ts')
  const head = await ledger.head()
  let last: LedgerRecord | undefined
  const isOld = (record: LedgerRecord): boolean => {
    if (record.at >= before || record.sequence === head?.sequence) return false
    last = record
    return true
  }
  await writeWhole(file, exportLedger(ledger, isOld), async (part) => {
    if (!last) return false
    const written = await verifyExport(linesOf(part))
    if (written.intact && written.head === last.hash) return true
    throw new KedgeError('E_LEDGER_WRITE', `the export ${file} does not read as written`, { retryable: false })
  })
  return last && { sequence: last.sequence, hash: last.hash }
}

const ENTRIES_AT_ONCE = 500

/** Writes anew, at the end, what is old and still decided on. */
async function carryOver(ledger: LedgerStore, newest: readonly NewestDocument[], last: LedgerHead): Promise<void> {
  const fresh = new Set<string>()
  for await (const { sequence, kind, key } of ledger.records()) if (sequence > last.sequence) fresh.add(`${kind} ${key}`)
  const isNeeded = neededOf(newest)
  const entries = newest
    .filter((one) => !fresh.has(`${one.kind} ${one.key}`) && isNeeded(one))
    .toSorted((a, b) => a.place.sequence - b.place.sequence)
    .map(({ kind, key, document }) => ({ kind, key, event: 'carried-over', document }) as LedgerEntry)
  for (let from = 0; from < entries.length; from += ENTRIES_AT_ONCE) await ledger.append(entries.slice(from, from + ENTRIES_AT_ONCE))
}

/** Releases of a Rollout that have ended and are decided on, see `Ledger`. */
const PAST_RELEASES = 200

/** Whether the loop has a document in its memory, see `Ledger`; a few more are kept. */
function neededOf(newest: readonly NewestDocument[]): (one: NewestDocument) => boolean {
  const releases = newest.flatMap((one) => (one.kind === 'release' ? [one] : []))
  const ofRollout = Map.groupBy(releases, ({ document: { cluster, namespace, rollout } }) =>
    rolloutKey({ cluster, namespace, name: rollout }),
  )
  const recent = new Set(
    [...ofRollout.values()].flatMap((all) =>
      all
        .toSorted((a, b) => b.place.since - a.place.since || b.place.sequence - a.place.sequence)
        .slice(0, PAST_RELEASES)
        .map(({ key }) => key),
    ),
  )
  return (one) => one.kind !== 'release' || one.document.state !== 'ended' || one.document.revertKey !== null || recent.has(one.key)
}
