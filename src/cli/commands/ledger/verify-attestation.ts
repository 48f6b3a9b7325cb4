import { readFile } from 'node:fs/promises'
import type { PublicKey } from '../../../adapters/signing/keys.ts'
import type { Compared } from '../../../adapters/signing/prove.ts'
import { readStatement, type ReleaseStatement } from '../../../domain/attest/read-statement.ts'
import { EXIT, type ExitCode } from '../../../domain/exit-code.ts'
import { plainText } from '../../../domain/words/plain-text.ts'
import type { LedgerVerdict } from '../../../ports/ledger.ts'
import type { AddCommand } from '../../context.ts'
import { helpWith, outputOption } from '../../options.ts'
import type { CliIo } from '../../terminal/io.ts'
import { describeVerdict, guard, verify } from './look.ts'

/** `kedge ledger verify-attestation` and its flags. */
export const addVerifyAttestation: AddCommand = (ledger, context, settle) => {
  ledger
    .command('verify-attestation')
    .description('check who signed what is said of a release, and whether a ledger has its records')
    .argument('<file>', 'what `kedge ledger attest` wrote')
    .requiredOption('--key <public.pem>', 'public key that it may be signed by; again for each', collect)
    .option('--ledger <file>', 'a ledger, or an export or archive of one, on whose chain its records have to lie')
    .addOption(outputOption(['text', 'json']))
    .addHelpText('after', helpWith(['kedge ledger verify-attestation release.dsse.json --key public.pem --ledger ledger.jsonl']))
    .action(async (file: string, flags: Flags) => {
      await settle(runVerifyAttestation(file, flags, context.io))
    })
}

interface Flags {
  key: readonly string[]
  ledger?: string
  output: 'text' | 'json'
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}

/** @returns 0 signed, and on the chain; 1 not; 3 something could not be read */
async function runVerifyAttestation(file: string, { key, ledger, output }: Flags, io: CliIo): Promise<ExitCode> {
  return guard(file, io, async () => {
    const { readPublicKey } = await import('../../../adapters/signing/keys.ts')
    const keys = await Promise.all(key.map(async (name) => readPublicKey(await readFile(name, 'utf8'), name)))
    const opened = await openFile(file, keys)
    if ('fault' in opened) {
      io.stdout(
        output === 'json'
          ? `${JSON.stringify({ ok: false, ...opened })}\n`
          : `${file}: E_ATTESTATION_UNPROVEN: ${plainText(opened.fault, 500)}\n`,
      )
      return EXIT.bad
    }
    const held = ledger === undefined ? undefined : await holdAgainst(opened.statement, ledger, io)
    const ok = !held || (held.chain.intact && held.records.faults.length === 0 && held.records.lying > 0)
    io.stdout(output === 'json' ? `${JSON.stringify({ ok, ...opened, ...held })}\n` : describe(file, opened, held))
    return ok ? EXIT.fine : EXIT.bad
  })
}

interface Opened {
  /** Of the key, see docs/signed-ledger.md. */
  signedBy: string
  statement: ReleaseStatement
}

async function openFile(file: string, keys: readonly PublicKey[]): Promise<Opened | { fault: string }> {
  const { openStatement } = await import('../../../adapters/signing/dsse.ts')
  const opened = openStatement(await readFile(file, 'utf8'), keys)
  if ('payload' in opened) {
    const statement = readStatement(opened.payload)
    return statement ? { signedBy: opened.by.id, statement } : { fault: 'what is signed is no statement on a release' }
  }
  if (opened.wrong === 'form') return { fault: 'it is no DSSE envelope with an in-toto statement' }
  if (opened.wrong === 'signature') return { fault: 'its signature is not that of its key: it was changed after it was signed' }
  return { fault: `it is signed by none of the keys that were named, but by ${opened.ids.join(', ')}` }
}

interface HeldRecords {
  chain: LedgerVerdict
  records: Compared
}

async function holdAgainst({ records }: ReleaseStatement, path: string, io: CliIo): Promise<HeldRecords> {
  const { createComparison } = await import('../../../adapters/signing/prove.ts')
  const comparison = createComparison(records.map((head) => ({ head, where: 'what was signed' })))
  const chain = await verify({ path }, io, (head) => comparison.see(head))
  return { chain, records: comparison.end() }
}

function describe(file: string, { signedBy, statement }: Opened, held: HeldRecords | undefined): string {
  const { rollout, outcome, cause, subjects, records } = statement
  const line = (text: string): string => `${file}: ${plainText(text, 1_000)}\n`
  const lines = [
    line(`signed by ${signedBy}`),
    line(`${rollout}: outcome ${outcome}${cause === null ? '' : `, cause ${cause}`}`),
    ...subjects.map((subject) => line(`subject ${subject}`)),
  ]
  if (!held) return lines.join('')
  const lying = `${held.records.lying} of ${records.length} records lie on the chain`
  const gone = held.records.archived > 0 ? `; ${held.records.archived} of them were archived: their export has them` : ''
  const faults = held.records.faults.map(({ code, what }) => line(`${code}: ${what}`))
  return [...lines, describeVerdict('the ledger', held.chain), ...(held.chain.intact ? [line(lying + gone), ...faults] : [])].join('')
}
