import { writeFile } from 'node:fs/promises'
import { KedgeError } from '../../../domain/errors.ts'
import { EXIT, type ExitCode } from '../../../domain/exit-code.ts'
import { urlId } from '../../../domain/words/url-id.ts'
import type { AddCommand, CliContext } from '../../context.ts'
import { helpWith } from '../../options.ts'
import { openForReading, signingLedger } from './place.ts'

/** `kedge ledger attest` and its flags. */
export const addAttest: AddCommand = (ledger, context, settle) => {
  ledger
    .command('attest')
    .description('sign what the ledger has of a release: an in-toto statement in a DSSE envelope')
    .argument('<release>', 'id of the release, as its page and `kedge releases -o json` have it, or its key in the ledger')
    .option('-o, --output <file>', 'file to write, one that is there already is left alone; standard output where nothing is said')
    .option('-c, --config <file>', 'configuration that names the ledger, and the key in `ledger.checkpoints`')
    .addHelpText('after', helpWith(['kedge ledger attest RELEASE -o release.dsse.json']))
    .action(async (release: string, options: AttestFlags) => {
      await settle(runLedgerAttest(release, options, context))
    })
}

interface AttestFlags {
  output?: string
  config?: string
}

/** @returns 0 signed, 1 there is no such release @throws KedgeError E_CONFIG_INVALID, E_SIGNING_KEY, E_LEDGER_* */
async function runLedgerAttest(release: string, { output, config }: AttestFlags, context: CliContext): Promise<ExitCode> {
  const { at, origin, signingKey } = await signingLedger(config, context)
  const { attestRelease } = await import('../../../adapters/signing/attest-release.ts')
  await using ledger = await openForReading(at)
  const signed = await attestRelease(ledger, keyOf(release), { origin, signingKey })
  if (signed === undefined) {
    context.io.stderr(`kedge: ${at.path} has no release of this id, or it was archived\n`)
    return EXIT.bad
  }
  if (output === undefined) context.io.stdout(signed)
  else await writeNew(output, signed)
  return EXIT.fine
}

/** Keys have slashes, ids have none. */
function keyOf(release: string): string {
  const key = Buffer.from(release, 'base64url').toString('utf8')
  return urlId(key) === release ? key : release
}

async function writeNew(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: 'wx' })
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new KedgeError('E_FILE_UNREADABLE', `${file} cannot be written: ${why}`, { cause })
  }
}
