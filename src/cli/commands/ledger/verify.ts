import { InvalidArgumentError } from 'commander'
import { EXIT, type ExitCode } from '../../../domain/exit-code.ts'
import { plainText } from '../../../domain/words/plain-text.ts'
import type { LedgerVerdict } from '../../../ports/ledger.ts'
import type { AddCommand } from '../../context.ts'
import { helpWith, outputOption } from '../../options.ts'
import type { CliIo } from '../../terminal/io.ts'
import { describeVerdict, guard, verify } from './look.ts'
import { ledgerAt, type LedgerAt } from './place.ts'
import { readProof, type Expected, type Held, type ProofFlags } from './proof.ts'

/** `kedge ledger verify` and its flags. */
export const addVerify: AddCommand = (ledger, context, settle) => {
  ledger
    .command('verify')
    .description('walk the whole chain, and hold it against signed checkpoints')
    .argument('[file]', 'a ledger, an export, or - for standard input; that of the configuration where nothing is said')
    .option('-c, --config <file>', 'configuration that names the ledger')
    .option('--key <public.pem>', 'public key that checkpoints are signed by; again for each key that was in use', collect, [])
    .option('--checkpoints <path>', 'folder or file with checkpoints; again for each', collect, [])
    .option('--expect-head <number:hash>', 'a record that was noted elsewhere, such as in a pull request; again for each', collectHead, [])
    .addOption(outputOption(['text', 'json']))
    .addHelpText(
      'after',
      helpWith(
        [
          'kedge ledger verify',
          'kedge ledger export | kedge ledger verify -',
          'kedge ledger verify ledger.jsonl --key public.pem --checkpoints /audit/kedge',
        ],
        'A chain alone says nothing of what was cut off at its end or written anew. Checkpoints, and heads noted elsewhere, do.',
      ),
    )
    .action(async (file: string | undefined, { config, output, ...flags }: VerifyFlags) => {
      await settle(runLedgerVerify({ ...(await ledgerAt(file, config, context)), output, ...flags }, context.io))
    })
}

type VerifyFlags = ProofFlags & { config?: string; output: 'text' | 'json' }

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value]
}

function collectHead(value: string, before: readonly Expected[]): readonly Expected[] {
  const [, number = '', hash = ''] = /^([1-9]\d{0,15}):([0-9a-f]{64})$/.exec(value) ?? []
  if (hash === '') throw new InvalidArgumentError('It is the number of a record, a colon, and its hash of 64 hex digits.')
  return [...before, { sequence: Number(number), hash }]
}

/**
 * `kedge ledger verify`: walks a ledger, or a file that `kedge ledger export` wrote (`-`: standard input), and holds it against what was
 * signed or noted elsewhere. Works beside a running service, and without one.
 * @returns 0 intact, and as it was signed and noted; 1 not; 2 wrong use; 3 it could not be read
 */
export async function runLedgerVerify(
  options: LedgerAt & Partial<ProofFlags> & { output?: 'text' | 'json' },
  io: CliIo,
): Promise<ExitCode> {
  const { key = [], checkpoints = [], expectHead = [], output } = options
  if (key.length > 0 !== checkpoints.length > 0) {
    io.stderr('kedge: --key and --checkpoints go together: a signature without its key proves nothing, and a key without one neither\n')
    return EXIT.misuse
  }
  return guard(options.path, io, async () => {
    const proof = checkpoints.length + expectHead.length > 0 ? await readProof({ key, checkpoints, expectHead }) : undefined
    const verdict = await verify(options, io, proof?.see)
    const held = proof && verdict.intact ? proof.end() : undefined
    // A ledger that was rewritten has a chain that is intact: `ok` says what the exit code says.
    const ok = verdict.intact && (held?.faults.length ?? 0) === 0
    io.stdout(output === 'json' ? `${JSON.stringify({ ok, ...verdict, ...held })}\n` : describe(options.path, verdict, held))
    return ok ? EXIT.fine : EXIT.bad
  })
}

/** More would not be read. */
const MOST_FAULTS = 20

function describe(path: string, verdict: LedgerVerdict, held: Held | undefined): string {
  const chain = describeVerdict(path, verdict)
  if (!held) return chain
  const { proven, lying, archived, newest, faults } = held
  const lies = `${lying} of ${proven} checkpoints and noted heads lie on the chain`
  const upTo = newest ? `, the newest at record ${newest.sequence} (${newest.hash})` : ''
  const gone = archived > 0 ? `; ${archived} of them are of records that were archived: verify their export for those` : ''
  const told = faults.slice(0, MOST_FAULTS).map(({ code, what }) => `${path}: ${code}: ${plainText(what, 1_000)}\n`)
  const more = faults.length > told.length ? [`${path}: ${faults.length - told.length} more\n`] : []
  const advice = faults.length > 0 ? ['Keep the ledger and the checkpoints as they are; docs/runbook.md has each code.\n'] : []
  return [chain, `${path}: ${lies}${upTo}${gone}\n`, ...told, ...more, ...advice].join('')
}
