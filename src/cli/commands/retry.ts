import { createClient } from '../../api/client.ts'
import { EXIT, type ExitCode } from '../../domain/exit-code.ts'
import { plainText } from '../../domain/words/plain-text.ts'
import type { AddCommand, CliContext } from '../context.ts'
import { findRollout } from '../find-rollout.ts'
import { helpWith, outputOption, serverOption, WHERE_ALLOWED } from '../options.ts'

interface RetryOptions {
  server: string
  output: 'text' | 'json'
}

/** `kedge retry` and its flags. */
export const addRetry: AddCommand = (program, context, settle) => {
  program
    .command('retry')
    .description('try now what was refused: the channel, the branch or the permission has been repaired')
    .argument('<rollout>', 'NAME, NAMESPACE/NAME or CLUSTER/NAMESPACE/NAME')
    .addOption(serverOption(context.env))
    .addOption(outputOption(['text', 'json']))
    .addHelpText('after', helpWith(['kedge retry shop/checkout'], WHERE_ALLOWED))
    .action((rollout: string, options: RetryOptions) => settle(runRetry(rollout, options, context)))
}

/** @returns 0 asked @throws KedgeError E_HTTP_* with the reason of a refusal */
async function runRetry(named: string, { server, output }: RetryOptions, { io, env }: CliContext): Promise<ExitCode> {
  const client = createClient(server, env['KEDGE_ADMIN_TOKEN'])
  const rollout = await findRollout(client, named)
  await client.retry(rollout)
  const full = plainText(`${rollout.cluster}/${rollout.namespace}/${rollout.name}`, 200)
  io.stdout(
    output === 'json' ? `${JSON.stringify({ asked: full })}\n` : `What waits for ${full} is tried now; kedge explain ${full} says what.\n`,
  )
  return EXIT.fine
}
