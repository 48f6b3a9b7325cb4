import { createClient } from '../../api/client.ts'
import { KedgeError } from '../../domain/errors.ts'
import { EXIT, type ExitCode } from '../../domain/exit-code.ts'
import { plainText } from '../../domain/words/plain-text.ts'
import type { AddCommand, CliContext } from '../context.ts'
import { findRollout } from '../find-rollout.ts'
import { byOption, helpWith, outputOption, serverOption, WHERE_ALLOWED } from '../options.ts'

/** `kedge adopt` and its flags. */
export const addAdopt: AddCommand = (program, context, settle) => {
  program
    .command('adopt')
    .description('look after a release that was broken before Kedge first looked, or let Git follow what was undone by hand')
    .argument('<rollout>', 'NAME, NAMESPACE/NAME or CLUSTER/NAMESPACE/NAME')
    .addOption(byOption())
    .addOption(serverOption(context.env))
    .addOption(outputOption(['text', 'json']))
    .addHelpText('after', helpWith(['kedge adopt shop/checkout'], WHERE_ALLOWED))
    .action((rollout: string, options: { server: string; output: 'text' | 'json'; by?: string }) =>
      settle(runAdopt({ rollout, by: options.by, server: options.server, output: options.output }, context)),
    )
}

/**
 * `kedge adopt`: makes a release that was broken before Kedge first looked, or undone by hand, one that Kedge looks after.
 * @returns 0 adopted
 * @throws KedgeError E_HTTP_* with the reason of a refusal
 */
async function runAdopt(
  options: { server: string; rollout: string; by: string | undefined; output: 'text' | 'json' },
  context: CliContext,
): Promise<ExitCode> {
  const { io, env } = context
  const client = createClient(options.server, env['KEDGE_ADMIN_TOKEN'])
  const rollout = await findRollout(client, options.rollout)
  if (rollout.release === null) throw new KedgeError('E_HTTP_NOT_FOUND', `the ledger has no release of ${plainText(rollout.name, 200)}`)
  await client.adopt(rollout.release, options.by ?? env['USER'])
  const full = plainText(`${rollout.cluster}/${rollout.namespace}/${rollout.name}`, 200)
  io.stdout(
    options.output === 'json'
      ? `${JSON.stringify({ adopted: full, release: rollout.release })}\n`
      : `Adopted ${full}. Its policy decides from now on; kedge explain ${full} says what.\n`,
  )
  return EXIT.fine
}
