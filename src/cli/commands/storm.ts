import { createClient } from '../../api/client.ts'
import type { StormSummary } from '../../api/contract.ts'
import { formatDuration } from '../../api/format.ts'
import { STORM_WORDS } from '../../api/words.ts'
import { EXIT, type ExitCode } from '../../domain/exit-code.ts'
import { plainText } from '../../domain/words/plain-text.ts'
import type { AddCommand, CliContext } from '../context.ts'
import { byOption, helpWith, outputOption, serverOption, WHERE_ALLOWED } from '../options.ts'
import { formatTable } from '../terminal/table.ts'

interface StormOptions {
  server: string
  output: 'text' | 'json'
}

/** `kedge storm` and its two subcommands. */
export const addStorm: AddCommand = (program, context, settle) => {
  const storm = program.command('storm').description('Rollouts that failed within minutes for one cause, and their held pull requests')
  storm
    .command('list')
    .description('the storms that there are, newest first')
    .addOption(serverOption(context.env))
    .addOption(outputOption(['text', 'json']))
    .addHelpText('after', helpWith(['kedge storm list']))
    .action((options: StormOptions) => settle(runList(options, context)))
  storm
    .command('release')
    .description('decide on each of its releases by itself: the releases are at fault, not what they have in common')
    .argument('<storm>', 'its key, as the card and kedge storm list have it')
    .addOption(byOption())
    .addOption(serverOption(context.env))
    .addOption(outputOption(['text', 'json']))
    .addHelpText('after', helpWith(['kedge storm release 3f9a12c8d0e4'], WHERE_ALLOWED))
    .action((key: string, options: StormOptions & { by?: string }) => settle(runRelease(key, options, context)))
}

/** @returns 0 nothing is held; 1 something is @throws KedgeError E_HTTP_* */
async function runList({ server, output }: StormOptions, { io, now }: CliContext): Promise<ExitCode> {
  const storms = await createClient(server, undefined).storms()
  io.stdout(output === 'json' ? `${JSON.stringify(storms, undefined, 2)}\n` : listText(storms, now()))
  return storms.some(({ state }) => state === 'holding') ? EXIT.bad : EXIT.fine
}

function listText(storms: readonly StormSummary[], now: number): string {
  if (storms.length === 0) return 'No storm: whatever failed, failed for itself.\n'
  const rows = storms.map(({ key, state, total, begunAt, cause }) =>
    [key, STORM_WORDS[state], String(total), formatDuration(now - begunAt), plainText(cause, 200)].map((text) => ({ text })),
  )
  return formatTable(['STORM', 'STATE', 'ROLLOUTS', 'SINCE', 'CAUSE'], rows)
}

/** @returns 0 released @throws KedgeError E_HTTP_* with the reason of a refusal */
async function runRelease(key: string, options: StormOptions & { by?: string }, { io, env }: CliContext): Promise<ExitCode> {
  await createClient(options.server, env['KEDGE_ADMIN_TOKEN']).releaseStorm(key, options.by ?? env['USER'])
  const named = plainText(key, 40)
  io.stdout(
    options.output === 'json'
      ? `${JSON.stringify({ released: named })}\n`
      : `Released ${named}. Each of its releases is decided by itself; kedge storm list and kedge explain say what.\n`,
  )
  return EXIT.fine
}
