import { createClient } from '../../api/client.ts'
import type { QuarantineSummary } from '../../api/quarantine-contract.ts'
import { EXIT, type ExitCode } from '../../domain/exit-code.ts'
import { endWords } from '../../domain/quarantine/words.ts'
import { dayOf } from '../../domain/words/calendar.ts'
import { plainText } from '../../domain/words/plain-text.ts'
import type { AddCommand, CliContext } from '../context.ts'
import { byOption, helpWith, outputOption, serverOption, WHERE_ALLOWED } from '../options.ts'
import { formatTable } from '../terminal/table.ts'

interface QuarantineOptions {
  server: string
  output: 'text' | 'json'
}

/** `kedge quarantine` and its two subcommands. */
export const addQuarantine: AddCommand = (program, context, settle) => {
  const quarantine = program.command('quarantine').description('versions that failed and are to stay out, and letting one in again')
  quarantine
    .command('list')
    .description('what is in quarantine, newest first')
    .option('--all', 'what is out of it by now, too')
    .addOption(serverOption(context.env))
    .addOption(outputOption(['text', 'json']))
    .addHelpText('after', helpWith(['kedge quarantine list', 'kedge quarantine list --all -o json']))
    .action((options: QuarantineOptions & { all?: boolean }) => settle(runList(options, context)))
  quarantine
    .command('lift')
    .description('let a version come back: the red commit statuses turn green')
    .argument('<id>', 'its key, as kedge quarantine list has it')
    .requiredOption('--reason <text>', 'why, for the ledger')
    .addOption(byOption())
    .addOption(serverOption(context.env))
    .addOption(outputOption(['text', 'json']))
    .addHelpText('after', helpWith(['kedge quarantine lift 3f9a12c8d0e4 --reason "the limit was wrong"'], WHERE_ALLOWED))
    .action((key: string, options: QuarantineOptions & { reason: string; by?: string }) => settle(runLift(key, options, context)))
}

/** @returns 0, whatever is in it @throws KedgeError E_HTTP_* */
async function runList({ server, output, all }: QuarantineOptions & { all?: boolean }, { io }: CliContext): Promise<ExitCode> {
  const known = await createClient(server, undefined).quarantines()
  const shown = all ? known : known.filter(({ state }) => state === 'standing')
  io.stdout(output === 'json' ? `${JSON.stringify(shown, undefined, 2)}\n` : listText(shown))
  return EXIT.fine
}

function listText(shown: readonly QuarantineSummary[]): string {
  if (shown.length === 0) return 'Nothing is in quarantine.\n'
  const rows = shown.map((one) =>
    [
      one.key,
      plainText(`${one.cluster}/${one.namespace}/${one.name}`, 120),
      plainText(one.version, 120),
      one.state === 'standing' ? dayOf(one.until) : endWords(one),
      broughtBack(one),
      plainText(one.reason, 100),
    ].map((text) => ({ text })),
  )
  const [unsaid] = shown.flatMap(({ state, unsaid: why }) => (state === 'standing' ? (why ?? []) : []))
  const note = unsaid === undefined ? '' : `The forge takes no commit status (E_FORGE_NO_STATUS): ${plainText(unsaid, 300)}\n`
  return `${formatTable(['ID', 'ROLLOUT', 'VERSION', 'UNTIL', 'BROUGHT BACK BY', 'REASON'], rows)}${note}`
}

function broughtBack({ broughtBackBy }: QuarantineSummary): string {
  const [first, ...more] = broughtBackBy.toReversed()
  if (!first) return '-'
  const name = first.pullRequest === null ? first.commit.slice(0, 12) : `#${first.pullRequest}`
  return more.length > 0 ? `${name} and ${more.length} more` : name
}

/** @returns 0 lifted @throws KedgeError E_HTTP_* with the reason of a refusal */
async function runLift(
  key: string,
  options: QuarantineOptions & { reason: string; by?: string },
  { io, env }: CliContext,
): Promise<ExitCode> {
  const client = createClient(options.server, env['KEDGE_ADMIN_TOKEN'])
  await client.liftQuarantine(key, { by: options.by ?? env['USER'], reason: options.reason })
  const named = plainText(key, 40)
  io.stdout(options.output === 'json' ? `${JSON.stringify({ lifted: named })}\n` : `Lifted ${named}. Its red commit statuses turn green.\n`)
  return EXIT.fine
}
